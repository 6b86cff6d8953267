import type { ExperimentSummary } from '@dividend/contracts/api';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useApi } from '../../live/queries.ts';
import { Answer } from '../../ui/answer.tsx';
import { Page } from '../../ui/card.tsx';
import { CopyText } from '../../ui/small-parts.tsx';
import { ExperimentTabs } from '../experiments/experiment-tabs.tsx';
import { DatasetTable } from './dataset-table.tsx';
import { RecordTable } from './record-table.tsx';
import { ScorerTable } from './scorer-table.tsx';

export function EvaluationPage() {
  const { experimentId } = useParams({ from: '/experiments/$experimentId/evaluation' });
  const { dataset } = useSearch({ from: '/experiments/$experimentId/evaluation' });
  const navigate = useNavigate({ from: '/experiments/$experimentId/evaluation' });
  const query = useApi<ExperimentSummary>(`/api/v1/experiments/${encodeURIComponent(experimentId)}`);
  return (
    <Answer query={query} isPage>
      {({ name }) => (
        <Page
          title={name}
          name={`Evaluation of ${name}`}
          crumb={{ to: '/experiments', label: 'Experiments' }}
          subtitle={<CopyText text={experimentId} what="Copy the experiment id" />}
        >
          <ExperimentTabs experimentId={experimentId} />
          <DatasetTable
            experimentId={experimentId}
            opened={dataset}
            onOpen={(datasetId) => void navigate({ search: { dataset: datasetId }, resetScroll: false })}
          />
          {dataset !== undefined && <RecordTable key={dataset} datasetId={dataset} />}
          <ScorerTable experimentId={experimentId} />
        </Page>
      )}
    </Answer>
  );
}
