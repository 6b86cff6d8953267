import type { RunDetail } from '@dividend/contracts/api';
import { Navigate, useParams, useSearch } from '@tanstack/react-router';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';

/** Goes on to the run's own page, for who knows only its id. */
export function RunById() {
  const { runId } = useParams({ from: '/runs/$runId' });
  const search = useSearch({ from: '/runs/$runId' });
  const query = useApi<RunDetail>(`/api/v1/runs/${encodeURIComponent(runId)}`);
  return (
    <Answer query={query} isPage>
      {({ experimentId }) => (
        <Navigate
          to="/experiments/$experimentId/runs/$runId"
          params={{ experimentId, runId }}
          search={search}
          replace
        />
      )}
    </Answer>
  );
}
