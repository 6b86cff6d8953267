import { useParams, useSearch } from '@tanstack/react-router';
import { ExperimentFrame } from '../experiments/experiment-frame.tsx';
import { SessionTurns } from './session-turns.tsx';
import { SessionsSection } from './sessions-section.tsx';

export function SessionsPage() {
  const { experimentId } = useParams({ from: '/experiments/$experimentId/sessions' });
  const { session = '' } = useSearch({ from: '/experiments/$experimentId/sessions' });
  return (
    <ExperimentFrame experimentId={experimentId} part="Sessions">
      {() =>
        session === '' ? (
          <SessionsSection key={experimentId} experimentId={experimentId} />
        ) : (
          <SessionTurns key={session} experimentId={experimentId} session={session} />
        )
      }
    </ExperimentFrame>
  );
}
