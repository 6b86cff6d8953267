import {
  ArrowDown,
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  EyeOff,
  Group,
  ListFilter,
  Pin,
  PinOff,
} from 'lucide-react';
import { Menu, type MenuItem } from '../../ui/menu.tsx';
import type { Placed } from './place-columns.ts';
import { titleOf } from './run-columns.ts';
import type { RunView } from './run-table-params.ts';

/** What somebody does to columns. */
export interface ColumnActions {
  readonly sort: (order: RunView['order']) => void;
  readonly pin: (name: string, isPinned: boolean) => void;
  readonly move: (name: string, by: -1 | 1) => void;
  readonly hide: (name: string) => void;
  readonly group: (name: string) => void;
}

/** The title of a column: sorts by a click, and has the rest in a menu. */
export function RunTableHead({
  column,
  order,
  actions,
}: {
  column: Placed;
  order: RunView['order'];
  actions: ColumnActions;
}) {
  const { name, isNumeric, isPinned, left, isLastPinned } = column;
  const isSorted = order?.column === name;
  const Arrow = order?.isDescending ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={toAriaSort(order, name)}
      style={left === undefined ? undefined : { left }}
      className={`group/head sticky top-0 h-9 max-sm:!left-auto border-b border-line bg-card px-2 text-xs font-medium whitespace-nowrap text-faint ${left === undefined ? 'z-10' : 'z-20'} ${isLastPinned ? 'border-r' : ''}`}
    >
      <span className={`flex items-center gap-0.5 ${isNumeric ? 'flex-row-reverse' : ''}`}>
        <button
          type="button"
          title={`${name}: sort`}
          onClick={() => actions.sort(nextOrder(name, isSorted ? order : undefined))}
          className={`flex min-w-0 cursor-pointer items-center gap-1 hover:text-ink ${isSorted ? 'text-ink' : ''}`}
        >
          {isPinned && <Pin size={10} aria-label="pinned" className="shrink-0" />}
          <span className="truncate">{titleOf(name)}</span>
          {isSorted && <Arrow size={12} aria-hidden className="shrink-0" />}
        </button>
        <Menu
          items={toItems(column, actions)}
          align="start"
          trigger={
            <button
              type="button"
              aria-label={`Column ${titleOf(name)}`}
              className="shrink-0 cursor-pointer rounded p-0.5 opacity-0 group-hover/head:opacity-100 hover:bg-raised hover:text-ink focus-visible:opacity-100 data-[state=open]:opacity-100"
            >
              <ListFilter size={12} aria-hidden />
            </button>
          }
        />
      </span>
    </th>
  );
}

export const nameColumn = 'attributes.run_name';

/** The names of the runs: always the first column. */
export function NameHead({
  order,
  onSort,
}: {
  order: RunView['order'];
  onSort: (order: RunView['order']) => void;
}) {
  const isSorted = order?.column === nameColumn;
  const Arrow = order?.isDescending ? ArrowDown : ArrowUp;
  return (
    <button
      type="button"
      onClick={() => onSort(nextOrder(nameColumn, isSorted ? order : undefined))}
      className={`flex cursor-pointer items-center gap-1 hover:text-ink ${isSorted ? 'text-ink' : ''}`}
    >
      Run {isSorted && <Arrow size={12} aria-hidden />}
    </button>
  );
}

export function toAriaSort(order: RunView['order'], name: string): 'ascending' | 'descending' | 'none' {
  if (order?.column !== name) return 'none';
  return order.isDescending ? 'descending' : 'ascending';
}

/** Metrics begin with the most; texts and the rest with the first. Then the other way, then not at all. */
function nextOrder(name: string, current: RunView['order']): RunView['order'] {
  const beginsDescending = name.startsWith('metrics.') || name === 'attributes.start_time';
  if (current === undefined) return { column: name, isDescending: beginsDescending };
  return current.isDescending === beginsDescending
    ? { column: name, isDescending: !beginsDescending }
    : undefined;
}

function toItems({ name, isPinned }: Placed, actions: ColumnActions): MenuItem[] {
  const canGroup = /^(params|tags)\./.test(name) || /^attributes\.(status|user_id)$/.test(name);
  return [
    {
      label: 'Sort ascending',
      icon: ArrowUp,
      run: () => actions.sort({ column: name, isDescending: false }),
    },
    {
      label: 'Sort descending',
      icon: ArrowDown,
      run: () => actions.sort({ column: name, isDescending: true }),
    },
    isPinned
      ? { label: 'Unpin', icon: PinOff, run: () => actions.pin(name, false) }
      : { label: 'Pin to the left', icon: Pin, run: () => actions.pin(name, true) },
    { label: 'Move left', icon: ArrowLeft, run: () => actions.move(name, -1) },
    { label: 'Move right', icon: ArrowRight, run: () => actions.move(name, 1) },
    ...(canGroup ? [{ label: 'Group by it', icon: Group, run: () => actions.group(name) }] : []),
    { label: 'Hide', icon: EyeOff, run: () => actions.hide(name) },
  ];
}
