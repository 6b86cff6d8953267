import type { Mark, Series } from './chart-data.ts';

export function Legend({ series, marks }: { series: readonly Series[]; marks: readonly Mark[] }) {
  const kinds = [...new Map(marks.map((mark) => [mark.color, mark])).values()];
  const hasBand = series.some(({ isBandEdge }) => isBandEdge);
  return (
    <figcaption className="mt-1.5 flex flex-wrap gap-x-4 gap-y-1 pl-13 text-xs text-muted">
      {series
        .filter(({ isBandEdge }) => !isBandEdge)
        .map(({ label, color, isDashed }) => (
          <span key={label} className="inline-flex items-center gap-1.5">
            <span
              aria-hidden
              className={`w-4 border-t-2 ${isDashed ? 'border-dashed' : ''}`}
              style={{ borderColor: `var(--${color})` }}
            />
            {label}
          </span>
        ))}
      {hasBand && (
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden className="h-2.5 w-4 rounded-sm bg-accent/25" />
          bounds
        </span>
      )}
      {kinds.map(({ color, label }) => (
        <span key={color} className="inline-flex items-center gap-1.5">
          <span aria-hidden style={{ color: `var(--${color})` }} className="text-[9px]">
            ▼
          </span>
          {label.split(':')[0]}
        </span>
      ))}
    </figcaption>
  );
}
