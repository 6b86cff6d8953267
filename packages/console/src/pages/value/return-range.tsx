import type { RoiAnswer } from '@dividend/contracts/api';
import { formatPercent } from '../../ui/format.ts';
import { toHistogram } from './to-histogram.ts';

type Outcome = NonNullable<RoiAnswer['report']>['all'];

const bins = 48;
const scenarios = ['conservative', 'mid', 'optimistic'] as const;

/** All draws by what they come to: how much lies below zero, and where the three scenarios stand. */
export function ReturnRange({ outcome, toMoney }: { outcome: Outcome; toMoney: (minor: number) => string }) {
  const { percentilesMinor, netPresentValue, probabilityOfLoss } = outcome;
  const histogram = toHistogram(percentilesMinor, bins);
  const [first, last] = [histogram[0], histogram.at(-1)];
  if (first === undefined || last === undefined) return null;
  const top = Math.max(...histogram.map(({ ratio }) => ratio));
  const toPercent = (minor: number) => ((minor - first.low) / (last.high - first.low)) * 100;
  const zero = toPercent(0);
  return (
    <figure
      aria-label={`Net present value of all draws: ${formatPercent(probabilityOfLoss.value)} of them are a loss`}
    >
      <div className="relative h-28">
        <div className="absolute inset-x-0 bottom-0 flex h-20 items-end gap-px">
          {histogram.map(({ low, high, ratio }) => (
            <div
              key={low}
              title={`${toMoney(low)} to ${toMoney(high)}: ${formatPercent(ratio, 1)} of the draws`}
              className={`flex-1 rounded-t-[2px] hover:opacity-70 ${(low + high) / 2 < 0 ? 'bg-bad/70' : 'bg-accent/70'}`}
              style={{ height: `${Math.max(2, (ratio / top) * 100)}%` }}
            />
          ))}
        </div>
        {scenarios.map((scenario) => (
          <Mark key={scenario} percent={toPercent(netPresentValue[scenario].amountMinor)} label={scenario} />
        ))}
      </div>
      <div className="relative mt-1 h-5 border-t border-line pt-1 text-xs text-faint">
        <span className="absolute left-0">{toMoney(first.low)}</span>
        {zero > 12 && zero < 88 && (
          <span className="absolute -translate-x-1/2 text-ink" style={{ left: `${zero}%` }}>
            {toMoney(0)}
          </span>
        )}
        <span className="absolute right-0">{toMoney(last.high)}</span>
      </div>
      <figcaption className="mt-1 text-xs text-muted">
        Net present value of all draws but the outermost hundredths;{' '}
        {formatPercent(probabilityOfLoss.value, 1)} of them are a loss.
      </figcaption>
    </figure>
  );
}

function Mark({ percent, label }: { percent: number; label: string }) {
  return (
    <div className="absolute inset-y-0 flex flex-col items-center" style={{ left: `${percent}%` }}>
      <span className="-translate-x-1/2 text-xs whitespace-nowrap text-muted">{label}</span>
      <span className="absolute top-5 bottom-0 left-0 border-l border-dashed border-ink/60" />
    </div>
  );
}
