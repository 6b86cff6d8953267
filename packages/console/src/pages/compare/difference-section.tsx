import type { ComparedRun } from '@dividend/contracts/api';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { formatNumber, formatSeconds } from '../../ui/format.ts';
import { RunLink } from '../../ui/run-link.tsx';
import { When } from '../../ui/small-parts.tsx';
import { RunStatus } from '../experiments/run-cell.tsx';
import { type CompareRow, toCompareRows } from './compare-rows.ts';
import { runColor } from './run-colors.ts';

const titles = { params: 'Params', metrics: 'Metrics', tags: 'Tags' } as const;
const edge =
  'sticky left-0 z-[1] w-56 max-w-56 border-r border-line bg-card px-4 py-1.5 text-left font-normal';

/** Params, metrics and tags, a run a column; at first only what differs. */
export function DifferenceSection({ runs }: { runs: readonly ComparedRun[] }) {
  const { all } = useSearch({ from: '/compare' });
  const navigate = useNavigate({ from: '/compare' });
  const rows = useMemo(() => toCompareRows(runs), [runs]);
  const isOnlyDifferent = all === undefined && runs.length > 1;
  const shown = rows.filter(({ isDifferent }) => isDifferent || !isOnlyDifferent);
  const remove = (runId: string) =>
    void navigate({
      search: (before) => ({
        ...before,
        runs: runs.flatMap((run) => (run.runId === runId ? [] : [run.runId])).join(','),
      }),
    });
  return (
    <>
      <label className="flex items-center gap-2 border-b border-line px-4 py-2">
        <input
          type="checkbox"
          checked={isOnlyDifferent}
          disabled={runs.length < 2}
          onChange={(event) =>
            void navigate({
              search: (before) => ({ ...before, all: event.target.checked ? '' : 'yes' }),
              replace: true,
            })
          }
          className="size-3.5 accent-accent"
        />
        Only differences
        <span className="text-xs text-faint">
          {shown.length} of {rows.length} rows
        </span>
      </label>
      <div className="max-h-[calc(100vh-13rem)] overflow-auto">
        <table className="w-full border-separate border-spacing-0">
          <caption className="sr-only">Params, metrics and tags of the runs</caption>
          <thead>
            <tr>
              <th className={`${edge} top-0 z-[3] border-b text-xs text-faint`}>Run</th>
              {runs.map((run, index) => (
                <th
                  key={run.runId}
                  scope="col"
                  className="sticky top-0 z-[2] max-w-60 min-w-36 border-b border-line bg-card px-3 py-2 text-left align-top font-normal"
                >
                  <span className="flex items-center gap-1.5">
                    <span
                      aria-hidden
                      className="size-2.5 shrink-0 rounded-full"
                      style={{ background: runColor(index) }}
                    />
                    <RunLink experimentId={run.experimentId} runId={run.runId} name={run.name} />
                    {runs.length > 1 && (
                      <button
                        type="button"
                        aria-label={`Leave out ${run.name}`}
                        onClick={() => remove(run.runId)}
                        className="ml-auto cursor-pointer rounded p-0.5 text-faint hover:bg-raised hover:text-ink"
                      >
                        <X size={12} aria-hidden />
                      </button>
                    )}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Line title="Status">
              {runs.map((run) => ({ key: run.runId, cell: <RunStatus status={run.status} /> }))}
            </Line>
            <Line title="Started">
              {runs.map((run) => ({ key: run.runId, cell: <When at={run.startedAt} /> }))}
            </Line>
            <Line title="Duration">{runs.map((run) => ({ key: run.runId, cell: durationOf(run) }))}</Line>
          </tbody>
          {(['params', 'metrics', 'tags'] as const).map((kind) => {
            const own = shown.filter((row) => row.kind === kind);
            return own.length === 0 ? null : <Rows key={kind} title={titles[kind]} rows={own} runs={runs} />;
          })}
        </table>
        {shown.length === 0 && (
          <p className="p-6 text-center text-muted">
            {rows.length === 0
              ? 'Nothing was logged to them.'
              : 'They have the same params, metrics and tags.'}
          </p>
        )}
      </div>
    </>
  );
}

function Rows({
  title,
  rows,
  runs,
}: {
  title: string;
  rows: readonly CompareRow[];
  runs: readonly ComparedRun[];
}) {
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" className={`${edge} !bg-raised text-xs font-medium text-muted`}>
          {title}
        </th>
        <td colSpan={runs.length} className="bg-raised" />
      </tr>
      {rows.map((row) => (
        <Line key={row.name} title={row.key} isMarked={row.isDifferent && runs.length > 1}>
          {runs.map((run, index) => ({
            key: run.runId,
            cell: <Value value={row.values[index]} row={row} />,
          }))}
        </Line>
      ))}
    </tbody>
  );
}

function Line({
  title,
  isMarked = false,
  children,
}: {
  title: string;
  isMarked?: boolean;
  children: readonly { readonly key: string; readonly cell: ReactNode }[];
}) {
  return (
    <tr className="group">
      <th scope="row" title={title} className={`${edge} truncate border-b text-muted group-hover:bg-raised`}>
        {isMarked && (
          <span aria-hidden className="mr-1.5 inline-block size-1.5 rounded-full bg-warn align-middle" />
        )}
        {title}
      </th>
      {children.map(({ key, cell }) => (
        <td key={key} className="max-w-60 truncate border-b border-line px-3 py-1.5 group-hover:bg-raised">
          {cell}
        </td>
      ))}
    </tr>
  );
}

function Value({ value, row }: { value: string | number | undefined; row: CompareRow }) {
  if (value === undefined) return <span className="text-faint">–</span>;
  const best = typeof value === 'number' && row.isDifferent ? markOf(value, row) : '';
  return (
    <span title={String(value)}>
      {typeof value === 'number'
        ? formatNumber(value, 6)
        : value || <span className="text-faint">empty</span>}
      {best !== '' && <span className="ml-1.5 text-[10px] text-faint">{best}</span>}
    </span>
  );
}

/** Which is the least and which the most is known; which is better only the reader knows. */
function markOf(value: number, { values }: CompareRow): string {
  const numbers = values.filter((each) => typeof each === 'number');
  if (numbers.length < 2) return '';
  if (value === Math.max(...numbers)) return 'max';
  return value === Math.min(...numbers) ? 'min' : '';
}

function durationOf({ startedAt, endedAt }: ComparedRun) {
  return endedAt === null ? (
    <span className="text-muted">goes on</span>
  ) : (
    formatSeconds((Date.parse(endedAt) - Date.parse(startedAt)) / 1000)
  );
}
