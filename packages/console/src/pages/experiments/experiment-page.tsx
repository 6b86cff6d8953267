import type { ExperimentSummary } from '@dividend/contracts/api';
import { useParams } from '@tanstack/react-router';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Page } from '../../ui/card.tsx';
import { CopyText } from '../../ui/small-parts.tsx';
import { ExperimentTabs } from './experiment-tabs.tsx';
import { RunCounts } from './run-counts.tsx';

export function ExperimentPage() {
  const { experimentId } = useParams({ from: '/experiments/$experimentId' });
  const query = useApi<ExperimentSummary>(`/api/v1/experiments/${encodeURIComponent(experimentId)}`);
  return (
    <Answer query={query} isPage>
      {(experiment) => (
        <Page
          title={experiment.name}
          crumb={{ to: '/experiments', label: 'Experiments' }}
          subtitle={<CopyText text={experimentId} what="Copy the experiment id" />}
          actions={<RunCounts runs={experiment.runs} />}
        >
          <ExperimentTabs experimentId={experimentId} />
        </Page>
      )}
    </Answer>
  );
}
