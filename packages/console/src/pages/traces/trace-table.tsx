import type { TraceRow } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatNumber, formatSeconds, formatTime, shortId } from '../../ui/format.ts';
import { RunLink } from '../../ui/run-link.tsx';
import { When } from '../../ui/small-parts.tsx';
import { TagChips } from '../experiments/tag-chips.tsx';
import { AssessmentChip } from './assessment-chip.tsx';
import { formatUsd } from './format-usd.ts';
import { TraceState } from './trace-state.tsx';
import type { Selection } from './use-trace-selection.ts';

interface Column {
  readonly title: string;
  readonly cell: (trace: TraceRow) => ReactNode;
  readonly isNumeric?: boolean;
  /** The field of the search grammar that the column is sorted by. */
  readonly orderBy?: string;
}

export function TraceTable({
  traces,
  order,
  selection,
  onOrder,
  onTag,
}: {
  traces: readonly TraceRow[];
  order: string;
  selection: Selection;
  onOrder: (order: string) => void;
  /** A tag was chosen: the filter that holds for it. */
  onTag: (filter: string) => void;
}) {
  const columns = columnsOf(onTag);
  return (
    <div className="overflow-x-auto">
      <table className="w-full border-collapse text-left">
        <caption className="sr-only">Traces</caption>
        <thead>
          <tr>
            <th scope="col" className={`${headLook} w-8`}>
              <input
                type="checkbox"
                aria-label="Select all that are shown"
                checked={traces.length > 0 && traces.every(({ traceId }) => selection.has(traceId))}
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
          {traces.map((trace) => (
            <tr
              key={trace.traceId}
              className={`border-b border-line last:border-0 hover:bg-raised/60 ${selection.has(trace.traceId) ? 'bg-accent-soft/40' : ''}`}
            >
              <td className="px-2.5 py-1.5 pl-4 align-top">
                <input
                  type="checkbox"
                  aria-label={`Select ${trace.name ?? trace.traceId}`}
                  checked={selection.has(trace.traceId)}
                  onChange={(event) =>
                    selection.set(trace.traceId, event.target.checked, isShift(event.nativeEvent))
                  }
                  className="cursor-pointer align-middle accent-(--accent)"
                />
              </td>
              {columns.map(({ title, cell, isNumeric }) => (
                <td
                  key={title}
                  className={`px-2.5 py-1.5 align-top last:pr-4 ${isNumeric ? 'text-right whitespace-nowrap' : ''}`}
                >
                  {cell(trace)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const headLook =
  'border-b border-line px-2.5 py-2 text-xs font-medium whitespace-nowrap text-faint first:pl-4 last:pr-4';

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

function columnsOf(onTag: (filter: string) => void): readonly Column[] {
  return [
    { title: 'State', orderBy: 'status', cell: ({ state }) => <TraceState state={state} /> },
    { title: 'Trace', orderBy: 'name', cell: (trace) => <Name trace={trace} /> },
    { title: 'Request', cell: ({ requestPreview }) => <Preview text={requestPreview} /> },
    { title: 'Response', cell: ({ responsePreview }) => <Preview text={responsePreview} /> },
    { title: 'Begun', orderBy: 'timestamp', cell: ({ startedAt }) => <When at={startedAt} /> },
    {
      title: 'Took',
      orderBy: 'execution_time',
      isNumeric: true,
      cell: ({ durationMs }) => (durationMs === null ? '–' : formatSeconds(durationMs / 1000)),
    },
    { title: 'Tokens', isNumeric: true, cell: ({ tokens }) => <Tokens tokens={tokens} /> },
    { title: 'Cost', isNumeric: true, cell: ({ costUsd }) => formatUsd(costUsd) },
    { title: 'Assessments', cell: ({ assessments }) => <Assessments assessments={assessments} /> },
    { title: 'Tags', cell: ({ tags }) => <TagChips tags={tags} onTag={onTag} /> },
    { title: 'Run', cell: ({ experimentId, runId }) => <Run experimentId={experimentId} runId={runId} /> },
  ];
}

function Name({ trace: { traceId, name, startedAt, session } }: { trace: TraceRow }) {
  return (
    <div className="min-w-32">
      <Link
        to="/traces/$traceId"
        params={{ traceId }}
        title={`${traceId}, begun ${formatTime(startedAt)}`}
        className="font-medium wrap-anywhere text-accent hover:underline"
      >
        {name ?? shortId(traceId)}
      </Link>
      {session !== null && (
        <div className="max-w-40 truncate text-xs text-faint" title={`session ${session}`}>
          {session}
        </div>
      )}
    </div>
  );
}

function Preview({ text }: { text: string | null }) {
  if (text === null || text === '') return <span className="text-faint">–</span>;
  return (
    <div title={text} className="line-clamp-2 w-56 text-xs wrap-anywhere text-muted">
      {text}
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
        <li key={index} className="min-w-0">
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
