// biome-ignore-all lint/a11y/useSemanticElements: rows of a table cannot stand where they are scrolled to
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and names the row that is meant

import { ChevronsDownUp, ChevronsUpDown, ZoomOut } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Hint } from '../../ui/hint.tsx';
import { useLinesInSight } from '../../ui/use-lines-in-sight.ts';
import { findCriticalPath } from './critical-path.ts';
import { formatNs } from './format-ns.ts';
import { gridLook, rowPx, SpanRow, type TimeWindow } from './span-row.tsx';
import { endOf, hasChildren, listRows, type SpanTree } from './span-tree.ts';
import { useFolds } from './use-folds.ts';

const headPx = 30;
const none: ReadonlySet<number> = new Set();

/** All spans as a tree, each with its bar in time. Arrows move and fold, Enter opens, z zooms to a span. */
export function SpanList({
  tree,
  found,
  opened,
  onOpen,
}: {
  tree: SpanTree;
  /** Places of the spans that hold what is looked for. */
  found: ReadonlySet<number> | undefined;
  opened: number;
  onOpen: (place: number) => void;
}) {
  const { folded, fold, foldAll, unfoldAll, reveal } = useFolds(tree, opened);
  const [cursor, setCursor] = useState(opened);
  const [zoomed, setZoomed] = useState<TimeWindow>();
  const isCritical = useMemo(() => findCriticalPath(tree), [tree]);
  const rows = useMemo(
    () => listRows(tree, found === undefined ? folded : none, found),
    [tree, folded, found],
  );
  const {
    place: box,
    shown,
    show,
    countFitting,
  } = useLinesInSight<HTMLDivElement>(rows.length, rowPx, { headPx });
  const idPrefix = useId();
  const window = zoomed ?? { fromNs: 0, untilNs: tree.wholeNs };
  const cursorRow = rowOf(rows, cursor);

  const go = (row: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, row));
    if (rows[next] === undefined) return;
    setCursor(rows[next]);
    show(next);
  };
  const open = (place: number) => {
    setCursor(place);
    onOpen(place);
  };
  const zoom = (place: number) =>
    setZoomed({ fromNs: tree.starts[place] as number, untilNs: endOf(tree, place) });

  // Opened from elsewhere, by its address or a link: it must be seen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when another span is opened
  useEffect(() => {
    setCursor(opened);
    if (!rows.includes(opened)) reveal(opened);
  }, [opened]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once its row is there
  useEffect(() => {
    if (rows[rowOf(rows, opened)] === opened) show(rowOf(rows, opened));
  }, [opened, rows.length]);

  const press = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const act = actionOf(event.key);
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const actionOf = (key: string): (() => void) | undefined => {
    switch (key) {
      case 'ArrowDown':
      case 'j':
        return () => go(cursorRow + 1);
      case 'ArrowUp':
      case 'k':
        return () => go(cursorRow - 1);
      case 'PageDown':
        return () => go(cursorRow + countFitting() - 1);
      case 'PageUp':
        return () => go(cursorRow - countFitting() + 1);
      case 'Home':
        return () => go(0);
      case 'End':
        return () => go(rows.length - 1);
      case 'ArrowRight':
        return () => {
          if (folded.has(cursor) && found === undefined) fold(cursor, false);
          else if (hasChildren(tree, cursor)) go(cursorRow + 1);
        };
      case 'ArrowLeft':
        return () => {
          const parent = tree.parents[cursor] as number;
          if (hasChildren(tree, cursor) && !folded.has(cursor) && found === undefined) fold(cursor, true);
          else if (parent >= 0) go(rowOf(rows, parent));
        };
      case 'Enter':
      case ' ':
        return () => open(cursor);
      case 'z':
        return () => (zoomed === undefined ? zoom(cursor) : setZoomed(undefined));
      default:
        return undefined;
    }
  };

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div
        ref={box}
        role="treegrid"
        tabIndex={0}
        aria-label="Spans"
        aria-rowcount={rows.length + 1}
        aria-activedescendant={rows[cursorRow] === cursor ? `${idPrefix}${cursor}` : undefined}
        onKeyDown={press}
        className="group relative min-h-0 flex-1 overflow-y-auto outline-none"
      >
        <Head
          window={window}
          isZoomed={zoomed !== undefined}
          onWhole={() => setZoomed(undefined)}
          onFoldAll={foldAll}
          onUnfoldAll={unfoldAll}
        />
        <div role="rowgroup" className="relative" style={{ height: rows.length * rowPx }}>
          {shown.map((row) => {
            const place = rows[row];
            return (
              place !== undefined && (
                <SpanRow
                  key={place}
                  id={`${idPrefix}${place}`}
                  tree={tree}
                  place={place}
                  row={row}
                  window={window}
                  isCritical={isCritical[place] === 1}
                  isFolded={folded.has(place) && found === undefined}
                  isFound={found?.has(place) ?? false}
                  isCursor={place === cursor}
                  isOpened={place === opened}
                  onFold={fold}
                  onOpen={open}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** Where a place stands among rows in rising order, or would. */
function rowOf(rows: readonly number[], place: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle] as number) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

function Head({
  window: { fromNs, untilNs },
  isZoomed,
  onWhole,
  onFoldAll,
  onUnfoldAll,
}: {
  window: TimeWindow;
  isZoomed: boolean;
  onWhole: () => void;
  onFoldAll: () => void;
  onUnfoldAll: () => void;
}) {
  return (
    <div
      role="row"
      aria-rowindex={1}
      className={`sticky top-0 z-10 items-center gap-x-2 border-b border-line bg-card pr-3 text-xs text-faint ${gridLook}`}
      style={{ height: headPx }}
    >
      <div role="columnheader" className="flex items-center gap-1 pl-2">
        Span
        <HeadButton label="Unfold all" onClick={onUnfoldAll}>
          <ChevronsUpDown size={13} aria-hidden />
        </HeadButton>
        <HeadButton label="Fold all" onClick={onFoldAll}>
          <ChevronsDownUp size={13} aria-hidden />
        </HeadButton>
      </div>
      <div role="columnheader" aria-label="Time" className="relative hidden h-full items-center md:flex">
        <span>{fromNs === 0 ? '0' : `+${formatNs(fromNs)}`}</span>
        <span className="flex flex-1 items-center justify-center gap-2">
          {isZoomed ? (
            <Button onClick={onWhole} className="px-1.5! py-0! text-xs">
              <ZoomOut size={12} aria-hidden /> Whole trace
            </Button>
          ) : (
            <Hint about="a bright bar">
              Bright bars are the critical path: the spans that decide how long the trace took. Press z to
              zoom to the span under the cursor.
            </Hint>
          )}
        </span>
        <span>+{formatNs(untilNs)}</span>
      </div>
      <div role="columnheader" className="text-right">
        Took
      </div>
    </div>
  );
}

function HeadButton({
  label,
  onClick,
  children,
}: {
  label: string;
  onClick: () => void;
  children: React.ReactNode;
}) {
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      onClick={onClick}
      className="cursor-pointer rounded p-1 hover:bg-raised hover:text-ink"
    >
      {children}
    </button>
  );
}
