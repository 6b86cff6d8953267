import type { TraceState as State } from '@dividend/contracts/api';
import { Status } from '../../ui/status.tsx';

const looks: Readonly<Record<State, { state: string; label: string }>> = {
  OK: { state: 'ok', label: 'ok' },
  ERROR: { state: 'failed', label: 'error' },
  IN_PROGRESS: { state: 'running', label: 'in progress' },
  STATE_UNSPECIFIED: { state: 'insufficientData', label: 'not said' },
};

export function TraceState({ state }: { state: State }) {
  return <Status {...looks[state]} />;
}
