import { formatPercent } from '../ui/format.ts';

/** Two distributions over the same bins, side by side. */
export function PairedBars({
  labels,
  first,
  second,
  names,
}: {
  labels: readonly string[];
  first: readonly number[];
  second: readonly number[];
  names: readonly [string, string];
}) {
  const top = Math.max(...first, ...second, 1e-9);
  const height = (ratio: number | undefined) => `${((ratio ?? 0) / top) * 100}%`;
  return (
    <figure>
      <div className="flex h-40 items-end gap-1 border-b border-line">
        {labels.map((label, index) => (
          <div
            key={label}
            className="flex h-full min-w-0 flex-1 items-end gap-px hover:bg-raised"
            title={`${label}: ${names[0]} ${formatPercent(first[index], 1)}, ${names[1]} ${formatPercent(second[index], 1)}`}
          >
            <div className="flex-1 rounded-t-sm bg-faint/50" style={{ height: height(first[index]) }} />
            <div className="flex-1 rounded-t-sm bg-accent" style={{ height: height(second[index]) }} />
          </div>
        ))}
      </div>
      <div className="mt-1 flex justify-between gap-2 text-[11px] text-faint">
        <span className="truncate">{labels[0]}</span>
        <span className="truncate text-right">{labels.at(-1)}</span>
      </div>
      <figcaption className="mt-2 flex gap-4 text-xs text-muted">
        <span className="flex items-center gap-1.5">
          <span className="size-2.5 rounded-sm bg-faint/50" />
          {names[0]}
        </span>
        <span className="flex items-center gap-1.5">
          <span className="size-2.5 rounded-sm bg-accent" />
          {names[1]}
        </span>
      </figcaption>
    </figure>
  );
}
