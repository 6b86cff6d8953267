import type { ReactNode } from 'react';
import { useLinesInSight } from '../../ui/use-lines-in-sight.ts';
import type { Placed } from './place-columns.ts';
import type { RunItem } from './run-items.ts';
import { checkWidthPx, GroupLine, lineHeightPx, NoteLine, RunLine } from './run-lines.tsx';
import { type ColumnActions, NameHead, nameColumn, RunTableHead, toAriaSort } from './run-table-head.tsx';
import type { RunView } from './run-table-params.ts';

export const nameWidthPx = 264;
export const pinnedFromPx = checkWidthPx + nameWidthPx;

/** Thousands of lines of which only those in sight are drawn, and only those near it were read. */
export function RunTable({
  experimentId,
  items,
  columns,
  view,
  selected,
  actions,
  caption,
  footer,
  readOn,
  onFold,
  onSelect,
  onSelectAll,
  onShowFilter,
}: {
  experimentId: string;
  items: readonly RunItem[];
  columns: readonly Placed[];
  view: RunView;
  selected: ReadonlySet<string>;
  actions: ColumnActions;
  caption: string;
  footer: ReactNode;
  readOn: (() => void) | undefined;
  onFold: (key: string) => void;
  onSelect: (runId: string, isRange: boolean) => void;
  onSelectAll: (isSelected: boolean) => void;
  onShowFilter: (filter: string) => void;
}) {
  const { place, shown, beforePx, afterPx } = useLinesInSight(items.length, lineHeightPx, { readOn });
  const width = pinnedFromPx + columns.reduce((sum, { widthPx }) => sum + widthPx, 0);
  const runCount = items.filter(({ kind }) => kind === 'run').length;
  return (
    <section
      ref={place}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      aria-label={caption}
      className="h-[calc(100vh-18rem)] min-h-96 overflow-auto rounded-lg border border-line bg-card"
    >
      <table
        aria-rowcount={readOn === undefined ? items.length + 1 : -1}
        className="w-full table-fixed border-separate border-spacing-0 text-left"
        style={{ minWidth: width }}
      >
        <caption className="sr-only">{caption}</caption>
        <colgroup>
          <col style={{ width: checkWidthPx }} />
          <col style={{ width: nameWidthPx }} />
          {columns.map(({ name, widthPx }) => (
            <col key={name} style={{ width: widthPx }} />
          ))}
          <col />
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            <th className="sticky top-0 z-20 border-b border-line bg-card pl-3 sm:left-0">
              <input
                type="checkbox"
                aria-label="Select all runs that were read"
                checked={runCount > 0 && selected.size >= runCount}
                onChange={(event) => onSelectAll(event.target.checked)}
                className="block size-3.5 cursor-pointer accent-accent"
              />
            </th>
            <th
              scope="col"
              aria-sort={toAriaSort(view.order, nameColumn)}
              style={{ left: checkWidthPx }}
              className="sticky top-0 z-20 max-sm:!left-auto border-r border-b border-line bg-card px-2 pl-7 text-xs font-medium text-faint"
            >
              {view.group.length > 0 ? 'Group' : <NameHead order={view.order} onSort={actions.sort} />}
            </th>
            {columns.map((column) => (
              <RunTableHead key={column.name} column={column} order={view.order} actions={actions} />
            ))}
            <th aria-hidden className="sticky top-0 z-10 border-b border-line bg-card" />
          </tr>
        </thead>
        <tbody>
          {beforePx > 0 && <tr aria-hidden style={{ height: beforePx }} />}
          {shown.map((index) => {
            const item = items[index];
            if (item === undefined) return null;
            if (item.kind === 'note') {
              const { filter } = item;
              return (
                <NoteLine
                  key={item.key}
                  text={item.text}
                  depth={item.depth}
                  index={index}
                  span={columns.length + 3}
                  onShow={filter === undefined ? undefined : () => onShowFilter(filter)}
                />
              );
            }
            return item.kind === 'group' ? (
              <GroupLine
                key={item.key}
                group={item.group}
                by={view.group}
                index={index}
                columns={columns}
                isOpen={item.isOpen}
                onFold={() => onFold(item.key)}
              />
            ) : (
              <RunLine
                key={item.key}
                row={item.row}
                experimentId={experimentId}
                index={index}
                depth={item.depth}
                isOpen={item.isOpen}
                isSelected={selected.has(item.row.runId)}
                columns={columns}
                onFold={onFold}
                onSelect={onSelect}
              />
            );
          })}
          {afterPx > 0 && <tr aria-hidden style={{ height: afterPx }} />}
        </tbody>
      </table>
      {footer}
    </section>
  );
}
