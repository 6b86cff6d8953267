import type { Rollout } from '@dividend/contracts/api';
import { Check, LoaderCircle, Undo2, X } from 'lucide-react';
import { useNow } from '../../live/now.ts';
import { formatSeconds } from '../../ui/format.ts';
import { readStops, type Stop } from './read-stops.ts';

/** The way of a release, the current stop lit, each with the time it took. */
export function StepPath({ rollout }: { rollout: Rollout }) {
  const now = useNow();
  return (
    <ol className="flex flex-wrap items-start gap-y-3" aria-label="Steps of the rollout">
      {readStops(rollout, now).map((stop, index) => (
        <li
          key={stop.name}
          className="flex items-start"
          aria-current={stop.state === 'current' ? 'step' : undefined}
        >
          {index > 0 && (
            <span
              className={`mx-2 mt-[1.05rem] h-px w-6 lg:w-10 ${stop.state === 'ahead' ? 'bg-line' : stop.state === 'stopped' ? 'bg-bad' : 'bg-accent'}`}
              aria-hidden
            />
          )}
          <span className="flex flex-col items-center gap-1">
            <span
              className={`flex h-8 items-center gap-1.5 rounded-full border px-3.5 whitespace-nowrap ${looks[stop.state]}`}
            >
              <Sign stop={stop} />
              {stop.name}
            </span>
            <span className="h-4 text-xs text-faint">
              {stop.seconds === null ? '' : formatSeconds(stop.seconds)}
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}

function Sign({ stop: { state, name } }: { stop: Stop }) {
  if (state === 'done') return <Check size={14} aria-hidden />;
  if (state === 'current') return <LoaderCircle size={14} aria-hidden className="animate-spin" />;
  if (state !== 'stopped') return null;
  return name === 'rolled back' ? <Undo2 size={14} aria-hidden /> : <X size={14} aria-hidden />;
}

const looks = {
  done: 'border-accent/40 text-accent',
  current: 'border-accent bg-accent-soft font-semibold text-accent',
  ahead: 'border-line text-faint',
  stopped: 'border-bad bg-bad-soft font-semibold text-bad',
} as const;
