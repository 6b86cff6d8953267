import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ExperimentFrame } from '../experiments/experiment-frame.tsx';
import { DatasetTable } from './dataset-table.tsx';
import { RecordTable } from './record-table.tsx';
import { ScorerTable } from './scorer-table.tsx';

export function EvaluationPage() {
  const { experimentId } = useParams({ from: '/experiments/$experimentId/evaluation' });
  const { dataset } = useSearch({ from: '/experiments/$experimentId/evaluation' });
  const navigate = useNavigate({ from: '/experiments/$experimentId/evaluation' });
  return (
    <ExperimentFrame experimentId={experimentId} part="Evaluation">
      {() => (
        <>
          <DatasetTable
            experimentId={experimentId}
            opened={dataset}
            onOpen={(datasetId) => void navigate({ search: { dataset: datasetId }, resetScroll: false })}
          />
          {dataset !== undefined && <RecordTable key={dataset} datasetId={dataset} />}
          <ScorerTable experimentId={experimentId} />
        </>
      )}
    </ExperimentFrame>
  );
}
