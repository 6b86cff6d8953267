import { useParams } from '@tanstack/react-router';
import { ExperimentFrame } from '../experiments/experiment-frame.tsx';
import { LoggedModelsSection } from './logged-models-section.tsx';

export function LoggedModelsPage() {
  const { experimentId } = useParams({ from: '/experiments/$experimentId/models' });
  return (
    <ExperimentFrame experimentId={experimentId} part="Models">
      {() => <LoggedModelsSection key={experimentId} experimentId={experimentId} />}
    </ExperimentFrame>
  );
}
