import type { Rollout } from '@dividend/contracts/api';
import { isFinal } from './rollout-phases.ts';

/** Who answers how much of the traffic: the canary, a control group of the same size, and the rest. */
export function TrafficBar({ rollout, hasLegend = false }: { rollout: Rollout; hasLegend?: boolean }) {
  const parts = readParts(rollout).filter(({ percent }) => percent > 0);
  return (
    <div>
      <div
        role="img"
        aria-label={`Traffic: ${parts.map(({ name, percent }) => `${name} ${percent} %`).join(', ')}`}
        className={`flex w-full gap-px overflow-hidden rounded-full bg-raised ${hasLegend ? 'h-3' : 'h-1.5'}`}
      >
        {parts.map(({ name, percent, tone }) => (
          <div
            key={name}
            title={`${name}: ${percent} %`}
            className={`h-full transition-[width] duration-500 ${tone}`}
            style={{ width: `${percent}%` }}
          />
        ))}
      </div>
      {hasLegend && (
        <ul className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-xs text-muted">
          {parts.map(({ name, percent, tone }) => (
            <li key={name} className="flex items-center gap-1.5">
              <span aria-hidden className={`size-2.5 rounded-sm ${tone}`} />
              {name} <span className="font-medium text-ink">{percent} %</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface Part {
  readonly name: string;
  readonly percent: number;
  readonly tone: string;
}

const tones = { canary: 'bg-accent', control: 'bg-warn/80', stable: 'bg-faint/50' } as const;

function readParts({ phase, weightPercent, version, replaces }: Rollout): Part[] {
  const before = replaces ? `version ${replaces.version}` : 'nothing';
  // Above a half no control group of the same size is left: then it has all of it, or none.
  if (weightPercent > 50 || isFinal(phase)) {
    return [
      { name: `version ${version}`, percent: weightPercent, tone: tones.canary },
      { name: before, percent: 100 - weightPercent, tone: tones.stable },
    ];
  }
  return [
    { name: `canary, version ${version}`, percent: weightPercent, tone: tones.canary },
    { name: `control, ${before}`, percent: weightPercent, tone: tones.control },
    { name: before, percent: 100 - 2 * weightPercent, tone: tones.stable },
  ];
}
