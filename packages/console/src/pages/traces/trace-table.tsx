import type { TraceRow } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatNumber, formatSeconds, formatTime, shortId } from '../../ui/format.ts';
import { RunLink } from '../../ui/run-link.tsx';
import { When } from '../../ui/small-parts.tsx';
import { TagChips } from '../../ui/tag-chips.tsx';
import { useLinesInSight } from '../../ui/use-lines-in-sight.ts';
import { AssessmentChip } from './assessment-chip.tsx';
import { formatUsd } from './format-usd.ts';
import { toPreviewWords } from './preview-words.ts';
import { TraceState } from './trace-state.tsx';
import type { Selection } from './use-trace-selection.ts';

/** Two lines of text or of chips, 42 px, with their padding and border; what has more is cut. */
const lineHeightPx = 54;
const checkWidthPx = 40;
const wideColumnPx = 94;

interface Column {
  readonly title: string;
  /** The least that can be read. */
  readonly widthPx: number;
  /** Shares the room that the others leave. */
  readonly isWide?: boolean;
  readonly cell: (trace: TraceRow) => ReactNode;
  readonly isNumeric?: boolean;
  /** The field of the search grammar that the column is sorted by. */
  readonly orderBy?: string;
}

/** Thousands of traces of which only those in sight are drawn, and only those near it were read. */
export function TraceTable({
  traces,
  readOn,
  order,
  selection,
  onOrder,
  onTag,
}: {
  traces: readonly TraceRow[];
  /** Reads the next page; absent where all were read. */
  readOn: (() => void) | undefined;
  order: string;
  selection: Selection;
  onOrder: (order: string) => void;
  /** A tag was chosen: the filter that holds for it. */
  onTag: (filter: string) => void;
}) {
  const columns = columnsOf(onTag);
  const { place, shown, beforePx, afterPx } = useLinesInSight(traces.length, lineHeightPx, { readOn });
  return (
    <section
      ref={place}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      aria-label="Traces"
      className="max-h-[calc(100vh-15rem)] min-h-64 overflow-auto rounded-lg"
    >
      <table
        aria-rowcount={readOn === undefined ? traces.length + 1 : -1}
        className="w-full table-fixed border-separate border-spacing-0 text-left text-xs"
        style={{ minWidth: checkWidthPx + columns.reduce((sum, { widthPx }) => sum + widthPx, 0) }}
      >
        <caption className="sr-only">Traces</caption>
        <colgroup>
          <col style={{ width: checkWidthPx }} />
          {columns.map(({ title, widthPx, isWide }) => (
            <col key={title} style={isWide ? undefined : { width: widthPx }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" className={headLook}>
              <input
                type="checkbox"
                aria-label="Select all that were read"
                checked={traces.length > 0 && selection.ids.length >= traces.length}
                onChange={(event) => selection.setAll(event.target.checked)}
                className="cursor-pointer align-middle accent-(--accent)"
              />
            </th>
            {columns.map((column) => (
              <Head key={column.title} column={column} order={order} onOrder={onOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          {beforePx > 0 && <tr aria-hidden style={{ height: beforePx }} />}
          {shown.map((index) => {
            const trace = traces[index];
            return (
              trace && (
                <Line
                  key={trace.traceId}
                  trace={trace}
                  index={index}
                  columns={columns}
                  selection={selection}
                />
              )
            );
          })}
          {afterPx > 0 && <tr aria-hidden style={{ height: afterPx }} />}
        </tbody>
      </table>
      {readOn !== undefined && <p className="px-4 py-2 text-xs text-faint">Reading on …</p>}
    </section>
  );
}

function Line({
  trace,
  index,
  columns,
  selection,
}: {
  trace: TraceRow;
  index: number;
  columns: readonly Column[];
  selection: Selection;
}) {
  const isChosen = selection.has(trace.traceId);
  return (
    <tr
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      style={{ height: lineHeightPx }}
      className={isChosen ? 'bg-accent-soft/40' : 'hover:bg-raised/60'}
    >
      <td className={`${cellLook} pl-4`}>
        <input
          type="checkbox"
          aria-label={`Select ${trace.name ?? trace.traceId}`}
          checked={isChosen}
          onChange={(event) => selection.set(trace.traceId, event.target.checked, isShift(event.nativeEvent))}
          className="cursor-pointer align-middle accent-(--accent)"
        />
      </td>
      {columns.map(({ title, cell, isNumeric }) => (
        <td
          key={title}
          className={`${cellLook} last:pr-4 ${isNumeric ? 'text-right whitespace-nowrap' : ''}`}
        >
          <div className="max-h-[42px] overflow-hidden">{cell(trace)}</div>
        </td>
      ))}
    </tr>
  );
}

const cellLook = 'border-b border-line px-2.5 py-1.5 align-top';
const headLook =
  'sticky top-0 z-10 border-b border-line bg-card px-2.5 py-2 text-xs font-medium whitespace-nowrap text-faint first:pl-4 last:pr-4';

function Head({
  column: { title, isNumeric, orderBy },
  order,
  onOrder,
}: {
  column: Column;
  order: string;
  onOrder: (order: string) => void;
}) {
  const look = `${headLook} ${isNumeric ? 'text-right' : ''}`;
  if (orderBy === undefined)
    return (
      <th scope="col" className={look}>
        {title}
      </th>
    );
  const direction = toDirection(order === '' ? 'timestamp DESC' : order, orderBy);
  const Arrow = direction === 'ascending' ? ArrowUp : ArrowDown;
  return (
    <th scope="col" className={look} aria-sort={direction}>
      <button
        type="button"
        onClick={() => onOrder(direction === 'descending' ? `${orderBy} ASC` : `${orderBy} DESC`)}
        className={`inline-flex cursor-pointer items-center gap-1 hover:text-ink ${direction === 'none' ? '' : 'text-ink'}`}
      >
        {title}
        {direction !== 'none' && <Arrow size={12} aria-hidden />}
      </button>
    </th>
  );
}

function toDirection(order: string, field: string): 'ascending' | 'descending' | 'none' {
  const [name, direction = 'ASC'] = order.split(' ');
  if (name !== field) return 'none';
  return direction.toUpperCase() === 'DESC' ? 'descending' : 'ascending';
}

/** React's event of a checkbox says nothing of the keys that were down. */
function isShift(event: Event): boolean {
  return event instanceof MouseEvent && event.shiftKey;
}

/** All of them fit beside the menu of a screen of 1280 px. */
function columnsOf(onTag: (filter: string) => void): readonly Column[] {
  return [
    { title: 'State', widthPx: 98, orderBy: 'status', cell: ({ state }) => <TraceState state={state} /> },
    { title: 'Trace', widthPx: 120, orderBy: 'name', cell: (trace) => <Name trace={trace} /> },
    {
      title: 'Request',
      widthPx: wideColumnPx,
      isWide: true,
      cell: ({ requestPreview }) => <Preview text={requestPreview} />,
    },
    {
      title: 'Response',
      widthPx: wideColumnPx,
      isWide: true,
      cell: ({ responsePreview }) => <Preview text={responsePreview} />,
    },
    { title: 'Begun', widthPx: 104, orderBy: 'timestamp', cell: ({ startedAt }) => <When at={startedAt} /> },
    {
      title: 'Took',
      widthPx: 82,
      orderBy: 'execution_time',
      isNumeric: true,
      cell: ({ durationMs }) => (durationMs === null ? '–' : formatSeconds(durationMs / 1000)),
    },
    { title: 'Tokens', widthPx: 66, isNumeric: true, cell: ({ tokens }) => <Tokens tokens={tokens} /> },
    { title: 'Cost', widthPx: 66, isNumeric: true, cell: ({ costUsd }) => formatUsd(costUsd) },
    {
      title: 'Assessments',
      widthPx: wideColumnPx,
      isWide: true,
      cell: ({ assessments }) => <Assessments assessments={assessments} />,
    },
    { title: 'Tags', widthPx: 86, cell: ({ tags }) => <TagChips tags={tags} onTag={onTag} /> },
    {
      title: 'Run',
      widthPx: 80,
      cell: ({ experimentId, runId }) => <Run experimentId={experimentId} runId={runId} />,
    },
  ];
}

function Name({ trace: { traceId, name, startedAt, session } }: { trace: TraceRow }) {
  return (
    <div>
      <Link
        to="/traces/$traceId"
        params={{ traceId }}
        title={`${traceId}, begun ${formatTime(startedAt)}`}
        className="block truncate text-sm font-medium text-accent hover:underline"
      >
        {name ?? shortId(traceId)}
      </Link>
      {session !== null && (
        <div className="truncate text-xs text-faint" title={`session ${session}`}>
          {session}
        </div>
      )}
    </div>
  );
}

function Preview({ text }: { text: string | null }) {
  if (text === null || text === '') return <span className="text-faint">–</span>;
  return (
    <div title={text} className="line-clamp-2 text-xs wrap-anywhere text-muted">
      {toPreviewWords(text)}
    </div>
  );
}

function Tokens({ tokens }: { tokens: TraceRow['tokens'] }) {
  if (tokens === null) return <span className="text-faint">–</span>;
  const { input, output, total } = tokens;
  return <span title={`${formatNumber(input)} in, ${formatNumber(output)} out`}>{formatNumber(total)}</span>;
}

function Assessments({ assessments }: { assessments: TraceRow['assessments'] }) {
  if (assessments.length === 0) return <span className="text-faint">–</span>;
  return (
    <ul className="flex max-w-72 flex-wrap gap-1">
      {assessments.map((assessment, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: several may have one name and one value
        <li key={index} className="flex min-w-0">
          <AssessmentChip assessment={assessment} />
        </li>
      ))}
    </ul>
  );
}

function Run({ experimentId, runId }: { experimentId: string; runId: string | null }) {
  if (runId === null) return <span className="text-faint">–</span>;
  return <RunLink experimentId={experimentId} runId={runId} name={runId.slice(0, 8)} />;
}
