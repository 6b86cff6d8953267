import { useParams } from '@tanstack/react-router';
import { useUsualKeys } from '../../live/usual-keys.ts';
import { ExperimentFrame } from './experiment-frame.tsx';
import { RunsSection } from './runs-section.tsx';

export function ExperimentPage() {
  const { experimentId } = useParams({ from: '/experiments/$experimentId' });
  // Asked for beside the experiment: the table needs both.
  useUsualKeys(experimentId);
  return (
    <ExperimentFrame experimentId={experimentId}>
      {(experiment) => <RunsSection key={experimentId} experiment={experiment} />}
    </ExperimentFrame>
  );
}
