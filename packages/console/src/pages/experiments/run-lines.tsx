import type { RunGroup, RunRow } from '@dividend/contracts/api';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { memo } from 'react';
import { formatNumber } from '../../ui/format.ts';
import { RunLink } from '../../ui/run-link.tsx';
import { When } from '../../ui/small-parts.tsx';
import type { Placed } from './place-columns.ts';
import { RunCell } from './run-cell.tsx';
import { titleOf } from './run-columns.ts';

const cell = 'overflow-hidden border-b border-line px-2 text-ellipsis whitespace-nowrap';
const stays = 'sm:sticky z-[1] bg-card group-hover/line:bg-raised';
/** A step to the right for each generation. */
const indentPx = 18;
export const checkWidthPx = 38;
export const lineHeightPx = 33;

interface LineProps {
  readonly index: number;
  readonly columns: readonly Placed[];
}

/** A run. Drawn again only when something of it changes: a table holds thousands of them. */
export const RunLine = memo(function RunLine({
  row,
  experimentId,
  index,
  depth,
  isOpen,
  isSelected,
  columns,
  onFold,
  onSelect,
}: LineProps & {
  row: RunRow;
  experimentId: string;
  depth: number;
  isOpen: boolean;
  isSelected: boolean;
  onFold: (key: string) => void;
  onSelect: (runId: string, isRange: boolean) => void;
}) {
  const mark = isSelected ? '!bg-accent-soft' : '';
  return (
    <tr
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      className="group/line hover:bg-raised"
      style={{ height: lineHeightPx }}
    >
      <td className={`${cell} ${stays} ${mark} left-0 !overflow-visible pl-3`}>
        <input
          type="checkbox"
          aria-label={`Select ${row.name}`}
          checked={isSelected}
          onChange={() => undefined}
          onClick={(event) => onSelect(row.runId, event.shiftKey)}
          className="block size-3.5 cursor-pointer accent-accent"
        />
      </td>
      <th
        scope="row"
        style={{ left: checkWidthPx }}
        className={`${cell} ${stays} ${mark} border-r text-left font-normal`}
      >
        <span className="flex items-center gap-1" style={{ paddingLeft: depth * indentPx }}>
          <Fold name={row.name} count={row.children} isOpen={isOpen} onFold={() => onFold(row.runId)} />
          <RunLink experimentId={experimentId} runId={row.runId} name={row.name} />
          {row.children > 0 && (
            <span className="shrink-0 text-xs text-faint">
              {row.children >= 1000 ? '1000+' : row.children}
            </span>
          )}
        </span>
      </th>
      {columns.map(({ name, isNumeric, left, isLastPinned }) => (
        <td
          key={name}
          style={left === undefined ? undefined : { left }}
          className={`${cell} ${isNumeric ? 'text-right' : ''} ${left === undefined ? '' : `${stays} ${mark}`} ${isLastPinned ? 'border-r' : ''}`}
        >
          <RunCell row={row} name={name} />
        </td>
      ))}
      <td className={cell} />
    </tr>
  );
});

export function GroupLine({
  group,
  by,
  index,
  columns,
  isOpen,
  onFold,
}: LineProps & {
  group: RunGroup;
  by: readonly string[];
  isOpen: boolean;
  onFold: () => void;
}) {
  const name = group.values.map((value) => value ?? 'none').join(', ');
  return (
    <tr aria-rowindex={index + 2} className="group/line hover:bg-raised" style={{ height: lineHeightPx }}>
      <td className={`${cell} ${stays} left-0`} />
      <th
        scope="row"
        style={{ left: checkWidthPx }}
        className={`${cell} ${stays} border-r text-left font-normal`}
      >
        <span className="flex items-center gap-1">
          <Fold name={name} count={group.runs} isOpen={isOpen} onFold={onFold} />
          <span
            className="truncate font-medium"
            title={by.map((column, at) => `${titleOf(column)}: ${group.values[at] ?? 'none'}`).join('\n')}
          >
            {group.values.map((value, at) => (
              <span key={by[at]}>
                {at > 0 && <span className="text-faint">, </span>}
                {value ?? <span className="text-faint">no {titleOf(by[at] ?? '')}</span>}
              </span>
            ))}
          </span>
          <span className="shrink-0 text-xs text-faint">{formatNumber(group.runs)}</span>
        </span>
      </th>
      {columns.map(({ name: column, isNumeric, left, isLastPinned }) => (
        <td
          key={column}
          style={left === undefined ? undefined : { left }}
          className={`${cell} ${isNumeric ? 'text-right' : ''} ${left === undefined ? '' : stays} ${isLastPinned ? 'border-r' : ''}`}
        >
          <GroupCell group={group} by={by} name={column} />
        </td>
      ))}
      <td className={cell} />
    </tr>
  );
}

function GroupCell({ group, by, name }: { group: RunGroup; by: readonly string[]; name: string }) {
  const at = by.indexOf(name);
  if (at !== -1) return group.values[at] ?? '–';
  if (name === 'attributes.start_time') return <When at={group.startedAt} />;
  if (name === 'attributes.status') return <Failures group={group} />;
  const measured = group.metrics[name];
  if (measured === undefined)
    return <span className="text-faint">{name.startsWith('metrics.') ? '–' : ''}</span>;
  const { min, mean, max, runs } = measured;
  return (
    <span
      title={`mean of ${runs} ${runs === 1 ? 'run' : 'runs'}: ${mean ?? 'none, an infinity is among them'}\nfrom ${min} to ${max}`}
    >
      {formatNumber(mean)}
      <span className="ml-1 block text-[10px] leading-none text-faint">
        {formatNumber(min, 3)} – {formatNumber(max, 3)}
      </span>
    </span>
  );
}

function Failures({ group: { statuses, runs } }: { group: RunGroup }) {
  const failed = statuses.FAILED ?? 0;
  const running = (statuses.RUNNING ?? 0) + (statuses.SCHEDULED ?? 0);
  const title = Object.entries(statuses)
    .map(([status, count]) => `${count} ${status.toLowerCase()}`)
    .join(', ');
  return (
    <span title={title}>
      {running > 0 && <span className="text-accent">{formatNumber(running)} running </span>}
      {failed > 0 ? (
        <span className="text-bad">{formatNumber(failed)} failed</span>
      ) : (
        running === 0 && <span className="text-muted">{runs === 1 ? 'no failure' : 'none failed'}</span>
      )}
    </span>
  );
}

/** Tells that the rest of something is elsewhere. */
export function NoteLine({
  text,
  depth,
  index,
  span,
  onShow,
}: {
  text: string;
  depth: number;
  index: number;
  span: number;
  onShow?: (() => void) | undefined;
}) {
  return (
    <tr aria-rowindex={index + 2} style={{ height: lineHeightPx }}>
      <td colSpan={span} className="border-b border-line text-muted">
        <span className="sticky left-10 inline-block text-xs" style={{ paddingLeft: depth * indentPx }}>
          {text}{' '}
          {onShow && (
            <button type="button" onClick={onShow} className="cursor-pointer text-accent underline">
              Show all in a table of their own
            </button>
          )}
        </span>
      </td>
    </tr>
  );
}

function Fold({
  name,
  count,
  isOpen,
  onFold,
}: {
  name: string;
  count: number;
  isOpen: boolean;
  onFold: () => void;
}) {
  if (count === 0) return <span className="w-4.5 shrink-0" />;
  const Icon = isOpen ? ChevronDown : ChevronRight;
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      aria-label={`${isOpen ? 'Fold in' : 'Fold out'} ${name}`}
      onClick={onFold}
      className="w-4.5 shrink-0 cursor-pointer rounded text-muted hover:text-ink"
    >
      <Icon size={15} aria-hidden />
    </button>
  );
}
