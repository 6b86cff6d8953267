// biome-ignore-all lint/a11y/useSemanticElements: rows of a table cannot stand where they are scrolled to
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and names the row that is meant

import { ChevronDown, ChevronRight, CircleX } from 'lucide-react';
import { formatNumber } from '../../ui/format.ts';
import { formatNs } from './format-ns.ts';
import { hasChildren, type SpanTree } from './span-tree.ts';
import { lookOfType, SpanTypeIcon } from './span-type.tsx';

export const rowPx = 28;
const indentPx = 14;
/** Deeper spans are not moved further to the right: there would be no room for their names. */
const mostIndents = 16;
export const gridLook =
  'grid grid-cols-[minmax(0,1fr)_4.5rem] md:grid-cols-[minmax(0,5fr)_minmax(0,6fr)_4.5rem]';

/** What of the trace the bars show, in nanoseconds from its start. */
export interface TimeWindow {
  readonly fromNs: number;
  readonly untilNs: number;
}

export function SpanRow({
  id,
  tree,
  place,
  row,
  window,
  isCritical,
  isFolded,
  isFound,
  isCursor,
  isOpened,
  onFold,
  onOpen,
}: {
  id: string;
  tree: SpanTree;
  place: number;
  row: number;
  window: TimeWindow;
  isCritical: boolean;
  isFolded: boolean;
  isFound: boolean;
  isCursor: boolean;
  isOpened: boolean;
  onFold: (place: number, isFolded: boolean) => void;
  onOpen: (place: number) => void;
}) {
  const name = tree.names[tree.name[place] as number] ?? '';
  const type = tree.types[tree.type[place] as number] ?? '';
  const depth = tree.depths[place] as number;
  const isOpenSpan = tree.isOpen[place] === 1;
  const duration = tree.durations[place] as number;
  const Fold = isFolded ? ChevronRight : ChevronDown;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard stays in the grid around it and moves from there
    <div
      id={id}
      role="row"
      tabIndex={-1}
      aria-level={depth + 1}
      aria-rowindex={row + 2}
      aria-selected={isOpened}
      {...(hasChildren(tree, place) ? { 'aria-expanded': !isFolded } : {})}
      onClick={() => onOpen(place)}
      style={{ transform: `translateY(${row * rowPx}px)`, height: rowPx }}
      className={`absolute inset-x-0 cursor-pointer items-center gap-x-2 pr-3 ${gridLook} ${isOpened ? 'bg-accent-soft' : 'hover:bg-raised'} ${isCursor ? 'outline-2 -outline-offset-2 outline-accent/60 group-focus:outline-accent' : ''}`}
    >
      <div
        role="gridcell"
        className="flex min-w-0 items-center gap-1.5"
        style={{ paddingLeft: 8 + Math.min(depth, mostIndents) * indentPx }}
      >
        {hasChildren(tree, place) ? (
          <button
            type="button"
            tabIndex={-1}
            aria-label={isFolded ? 'Unfold' : 'Fold'}
            onClick={(event) => {
              event.stopPropagation();
              onFold(place, !isFolded);
            }}
            className="shrink-0 cursor-pointer rounded text-faint hover:text-ink"
          >
            <Fold size={14} aria-hidden />
          </button>
        ) : (
          <span className="w-3.5 shrink-0" />
        )}
        <SpanTypeIcon type={type} />
        <span
          className={`truncate ${isFound ? 'underline decoration-accent decoration-2 underline-offset-4' : ''} ${tree.isFailed[place] ? 'text-bad' : ''}`}
        >
          {name}
        </span>
        {tree.isFailed[place] === 1 && (
          <span title="error" className="shrink-0 text-bad">
            <CircleX size={13} aria-hidden />
            <span className="sr-only">error</span>
          </span>
        )}
        {isFolded && (
          <span className="shrink-0 text-xs text-faint">
            +{formatNumber((tree.ends[place] as number) - place - 1)}
          </span>
        )}
        <Tokens count={tree.tokensOf.get(place)} />
      </div>
      <div role="gridcell" className="relative hidden h-full overflow-hidden md:block">
        <Bar tree={tree} place={place} window={window} isCritical={isCritical} look={lookOfType(type).bar} />
      </div>
      <div
        role="gridcell"
        className="text-right text-xs whitespace-nowrap text-muted"
        title={isOpenSpan ? 'has not ended' : `${formatNs(tree.selfNs[place] as number)} of it in itself`}
      >
        {isOpenSpan ? 'open' : formatNs(duration)}
      </div>
    </div>
  );
}

function Tokens({ count }: { count: number | undefined }) {
  if (count === undefined) return null;
  return (
    <span title="tokens" className="ml-auto hidden shrink-0 text-xs text-faint xl:inline">
      {formatNumber(count)} tok
    </span>
  );
}

function Bar({
  tree,
  place,
  window: { fromNs, untilNs },
  isCritical,
  look,
}: {
  tree: SpanTree;
  place: number;
  window: TimeWindow;
  isCritical: boolean;
  look: string;
}) {
  const start = tree.starts[place] as number;
  const end = tree.isOpen[place] ? tree.wholeNs : start + (tree.durations[place] as number);
  if (end < fromNs || start > untilNs) return null;
  const whole = Math.max(1, untilNs - fromNs);
  const left = Math.max(0, ((start - fromNs) / whole) * 100);
  const right = Math.min(100, ((end - fromNs) / whole) * 100);
  return (
    <span
      className={`absolute top-1/2 h-2.5 min-w-0.5 -translate-y-1/2 rounded-sm ${tree.isFailed[place] ? 'bg-bad' : look} ${isCritical ? '' : 'opacity-35'} ${tree.isOpen[place] ? 'animate-pulse' : ''}`}
      style={{ left: `min(${left}%, calc(100% - 2px))`, width: `${right - left}%` }}
    />
  );
}
