import { Lock } from 'lucide-react';
import { useNow } from '../../live/now.ts';
import { formatTime } from '../../ui/format.ts';
import type { AliasHistory } from './alias-histories.ts';
import { findRange, placeSpans, placeTime, type TimeRange } from './place-spans.ts';

/** Neighbours differ; the number says which it is. */
const tints = ['var(--accent)', 'var(--blue)', 'var(--violet)', 'var(--warn)'];

/** A narrower span has no room for its number. */
const labelPercent = 2;

/** Which version stood behind each alias, over all that is known. */
export function AliasTimeline({
  histories,
  protectedAliases,
  selected,
  at,
  onSelect,
}: {
  histories: readonly AliasHistory[];
  protectedAliases: readonly string[];
  selected: string | undefined;
  /** RFC 3339. */
  at: string | undefined;
  onSelect: (alias: string) => void;
}) {
  const range = findRange(histories, useNow());
  if (range === undefined) return null;
  const mark = at === undefined ? undefined : placeTime(Date.parse(at), range);
  return (
    <div className="flex flex-col gap-1.5">
      {histories.map(({ alias, spans }) => (
        <div
          key={alias}
          className="grid grid-cols-[7rem_minmax(0,1fr)] items-center gap-3 sm:grid-cols-[10rem_minmax(0,1fr)]"
        >
          <button
            type="button"
            aria-pressed={alias === selected}
            title={`Show the history of '${alias}'`}
            onClick={() => onSelect(alias)}
            className={`flex min-w-0 cursor-pointer items-center gap-1 rounded px-1.5 py-0.5 text-left hover:bg-raised ${alias === selected ? 'bg-raised font-medium' : 'text-muted'}`}
          >
            <span className="truncate">{alias}</span>
            {protectedAliases.includes(alias) && (
              <Lock size={11} className="shrink-0 text-faint" aria-label="moved by releases only" />
            )}
          </button>
          <Lane alias={alias} spans={spans ?? []} range={range} mark={mark} />
        </div>
      ))}
      <div className="grid grid-cols-[7rem_minmax(0,1fr)] gap-3 text-xs text-faint sm:grid-cols-[10rem_minmax(0,1fr)]">
        <span />
        <span className="flex justify-between gap-2">
          <span>{formatTime(new Date(range.from).toISOString())}</span>
          <span>now</span>
        </span>
      </div>
    </div>
  );
}

function Lane({
  alias,
  spans,
  range,
  mark,
}: {
  alias: string;
  spans: NonNullable<AliasHistory['spans']>;
  range: TimeRange;
  mark: number | undefined;
}) {
  return (
    <div
      role="img"
      aria-label={`Versions behind ${alias}: ${spans.map(({ version }) => version).join(', ') || 'none'}, newest first`}
      className="relative h-7 overflow-hidden rounded border border-line bg-page"
    >
      {placeSpans(spans, range).map(({ span, leftPercent, widthPercent }) => {
        const tint = tints[Number(span.version) % tints.length];
        return (
          <span
            key={span.entryId}
            title={`Version ${span.version} from ${formatTime(span.from)} ${span.to === null ? 'until now' : `to ${formatTime(span.to)}`}`}
            className={`absolute inset-y-0 min-w-[3px] truncate text-xs leading-[1.6rem] font-medium text-ink ${widthPercent > labelPercent ? 'border-r-2 border-page px-1.5' : ''}`}
            style={{
              left: `${leftPercent}%`,
              width: `${widthPercent}%`,
              background: `color-mix(in oklab, ${tint} 38%, transparent)`,
            }}
          >
            {widthPercent > labelPercent && span.version}
          </span>
        );
      })}
      {mark !== undefined && (
        <span className="absolute inset-y-0 w-0.5 bg-bad" style={{ left: `${mark}%` }} aria-hidden />
      )}
    </div>
  );
}
