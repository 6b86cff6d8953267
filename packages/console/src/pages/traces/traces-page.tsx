import { useParams } from '@tanstack/react-router';
import { ExperimentFrame } from '../experiments/experiment-frame.tsx';
import { TracesSection } from './traces-section.tsx';

export function TracesPage() {
  const { experimentId } = useParams({ from: '/experiments/$experimentId/traces' });
  return (
    <ExperimentFrame experimentId={experimentId} part="Traces">
      {() => <TracesSection key={experimentId} experimentId={experimentId} />}
    </ExperimentFrame>
  );
}
