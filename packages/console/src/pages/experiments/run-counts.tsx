import type { ExperimentSummary } from '@dividend/contracts/api';
import { formatNumber } from '../../ui/format.ts';

const states = [
  { state: 'finished', tone: 'text-muted' },
  { state: 'running', tone: 'text-accent' },
  { state: 'scheduled', tone: 'text-muted' },
  { state: 'failed', tone: 'text-bad' },
  { state: 'killed', tone: 'text-warn' },
] as const;

/** How many runs, and of those how many are in which state. */
export function RunCounts({ runs }: { runs: ExperimentSummary['runs'] }) {
  const present = states.filter(({ state }) => runs[state] > 0);
  const all = present.reduce((sum, { state }) => sum + runs[state], 0);
  if (all === 0) return <span className="text-faint">no run</span>;
  return (
    <span className="whitespace-nowrap">
      <span className="font-medium">
        {formatNumber(all)} {all === 1 ? 'run' : 'runs'}
      </span>
      <span className="block text-xs">
        {present.map(({ state, tone }, index) => (
          <span key={state} className={tone}>
            {index > 0 && <span className="text-faint">, </span>}
            {formatNumber(runs[state])} {state}
          </span>
        ))}
      </span>
    </span>
  );
}
