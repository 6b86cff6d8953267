import type { RoiAnswer } from '@dividend/contracts/api';
import { toWords } from '../../ui/format.ts';

type TornadoBar = NonNullable<RoiAnswer['report']>['tornado'][number];

/**
 * What moves the return, strongest first. A bar spans the mean net present value where a driver is lowest to where it
 * is highest; means of skewed draws need not lie on both sides of the mid, which is a median, so none is drawn from it.
 */
export function TornadoBars({
  bars,
  drivers,
  midMinor,
  toMoney,
}: {
  bars: readonly TornadoBar[];
  drivers: RoiAnswer['drivers'];
  midMinor: number;
  toMoney: (minor: number) => string;
}) {
  if (bars.length === 0) return <p className="text-muted">No driver varies.</p>;
  const ends = bars.flatMap((bar) => [bar.netWhenLowMinor, bar.netWhenHighMinor]);
  const [least, most] = [Math.min(midMinor, 0, ...ends), Math.max(midMinor, ...ends)];
  const toPercent = (minor: number) => (most === least ? 50 : ((minor - least) / (most - least)) * 100);
  return (
    <figure>
      <ul className="flex flex-col gap-2.5">
        {bars.map((bar) => (
          <li
            key={bar.driver}
            className="grid items-center gap-x-5 gap-y-0.5 md:grid-cols-[19rem_1fr_12rem]"
            title={`rank correlation with the outcome ${bar.rankCorrelation.toFixed(2)}`}
          >
            <span className="min-w-0 leading-tight">
              {toWords(bar.label)}
              <span className="block text-xs text-faint">
                {bar.basis}: {drivers.find(({ id }) => id === bar.driver)?.source ?? ''}
              </span>
            </span>
            <Span
              low={toPercent(bar.netWhenLowMinor)}
              high={toPercent(bar.netWhenHighMinor)}
              mid={toPercent(midMinor)}
              zero={least < 0 ? toPercent(0) : null}
            />
            <span className="text-xs whitespace-nowrap text-muted md:text-right">
              {toMoney(bar.netWhenLowMinor)} … {toMoney(bar.netWhenHighMinor)}
            </span>
          </li>
        ))}
      </ul>
      <figcaption className="mt-4 flex flex-wrap gap-x-5 gap-y-1 text-xs text-muted">
        <span className="flex items-center gap-1.5">
          <span className="size-2.5 rounded-full border-2 border-muted bg-card" />
          driver in its lowest tenth
        </span>
        <span className="flex items-center gap-1.5">
          <span className="size-2.5 rounded-full bg-accent" />
          in its highest tenth
        </span>
        <span className="flex items-center gap-1.5">
          <span className="h-3 w-px bg-ink" />
          mid, {toMoney(midMinor)} net
        </span>
        {least < 0 && (
          <span className="flex items-center gap-1.5">
            <span className="h-3 border-l border-dashed border-bad" />
            below it a loss
          </span>
        )}
      </figcaption>
    </figure>
  );
}

/** Positions in percent of the width. */
function Span({ low, high, mid, zero }: { low: number; high: number; mid: number; zero: number | null }) {
  const end = 'absolute top-1/2 size-2.5 -translate-x-1/2 -translate-y-1/2 rounded-full';
  return (
    <div className="relative mx-1.5 h-5" aria-hidden>
      <div className="absolute inset-x-0 top-1/2 h-px bg-line" />
      {zero !== null && (
        <div
          className="absolute -inset-y-1.5 border-l border-dashed border-bad/70"
          style={{ left: `${zero}%` }}
        />
      )}
      <div className="absolute -inset-y-1.5 w-px bg-ink/70" style={{ left: `${mid}%` }} />
      <div
        className="absolute inset-y-1.5 rounded-sm bg-accent/40"
        style={{ left: `${Math.min(low, high)}%`, width: `${Math.abs(high - low)}%` }}
      />
      <span className={`${end} border-2 border-muted bg-card`} style={{ left: `${low}%` }} />
      <span className={`${end} bg-accent`} style={{ left: `${high}%` }} />
    </div>
  );
}
