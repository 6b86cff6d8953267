import type { RunRow } from '@dividend/contracts/api';
import { useNow } from '../../live/now.ts';
import { formatNumber, formatSeconds, formatTime } from '../../ui/format.ts';
import { When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { readMetric } from './run-columns.ts';
import { toShortNumber } from './short-number.ts';

/** What a run has in a column. */
export function RunCell({ row, name }: { row: RunRow; name: string }) {
  switch (name) {
    case 'attributes.status':
      return <RunStatus status={row.status} />;
    case 'attributes.start_time':
      return <When at={row.startedAt} />;
    case 'attributes.end_time':
      return <When at={row.endedAt} />;
    case 'attributes.duration':
      return <Duration row={row} />;
    case 'attributes.user_id':
      return row.user === '' ? <Nothing /> : row.user;
    case 'attributes.run_id':
      return <span className="font-mono text-xs">{row.runId}</span>;
    default:
      return name.startsWith('metrics.') ? (
        <MetricCell row={row} name={name} />
      ) : (
        <TextCell row={row} name={name} />
      );
  }
}

export function RunStatus({ status }: { status: RunRow['status'] }) {
  return <Status state={status.toLowerCase()} />;
}

function Duration({ row: { startedAt, endedAt } }: { row: RunRow }) {
  return endedAt === null ? (
    <Going since={startedAt} />
  ) : (
    formatSeconds(secondsBetween(startedAt, Date.parse(endedAt)))
  );
}

/** Counts on while the run does. */
function Going({ since }: { since: string }) {
  const now = useNow();
  return (
    <span title={`Since ${formatTime(since)}`} className="text-muted">
      {formatSeconds(secondsBetween(since, now))} …
    </span>
  );
}

function secondsBetween(startedAt: string, endMs: number): number {
  return (endMs - Date.parse(startedAt)) / 1000;
}

function MetricCell({ row, name }: { row: RunRow; name: string }) {
  const value = readMetric(row, name);
  if (value === undefined) return <Nothing />;
  return <span title={String(value)}>{Number.isNaN(value) ? 'NaN' : formatNumber(value)}</span>;
}

function TextCell({ row, name }: { row: RunRow; name: string }) {
  const value = row.values[name];
  if (value === undefined) return <Nothing />;
  return (
    <span title={String(value)}>
      {value === '' ? <span className="text-faint">empty</span> : shorten(name, value)}
    </span>
  );
}

/** A tag is a text whatever it looks like. */
function shorten(name: string, value: number | string): number | string {
  return typeof value === 'string' && name.startsWith('params.') ? toShortNumber(value) : value;
}

function Nothing() {
  return <span className="text-faint">–</span>;
}
