import { latencyBucketsMs, type TelemetryGroup } from '@dividend/contracts/serving';
import {
  type ColumnCounter,
  createColumnCounter,
  findScoreBin,
  scoreBinCount,
} from '@dividend/core/monitoring';
import type { JournalEntry, ReleaseDefinition, RequestRecord } from './request-record.ts';

/**
 * Counts the records of one chunk. The same function counts while serving and when a chunk is read again after a crash,
 * so that both give the same batch.
 */
export interface ChunkCounter {
  readonly groupCount: number;
  readonly rowCount: number;
  add(entry: Omit<JournalEntry, 'rowLines'>): void;
  /** Ends the counting. */
  take(): TelemetryGroup[];
}

interface Group {
  readonly record: RequestRecord;
  readonly columns: readonly { readonly name: string; readonly counter: ColumnCounter }[];
  readonly scoreName: string | null;
  requests: number;
  rows: number;
  readonly errors: Record<string, number>;
  readonly rejected: Record<string, number>;
  readonly latency: { n: number; sum: number; sumSquares: number; max: number; buckets: number[] };
  readonly score: { bins: number[]; sum: number; sumSquares: number };
}

export function createChunkCounter(): ChunkCounter {
  const groups = new Map<string, Group>();
  let rowCount = 0;
  return {
    get groupCount() {
      return groups.size;
    },
    get rowCount() {
      return rowCount;
    },
    add({ record, release, rows }) {
      const key = `${record.endpoint}@${record.environment}/${record.releaseIndex}/${record.rolloutIndex}/${record.cohort}/${record.hourMs}`;
      let group = groups.get(key);
      if (group === undefined) {
        group = createGroup(record, release);
        groups.set(key, group);
      }
      countRequest(group, record);
      for (const row of rows) countRow(group, row);
      rowCount += rows.length;
    },
    take: () => [...groups.values()].map(toTelemetryGroup),
  };
}

function createGroup(record: RequestRecord, release: ReleaseDefinition): Group {
  return {
    record,
    columns: release.reference.map((column) => ({ name: column.name, counter: createColumnCounter(column) })),
    scoreName: release.score,
    requests: 0,
    rows: 0,
    errors: Object.create(null),
    rejected: Object.create(null),
    latency: { n: 0, sum: 0, sumSquares: 0, max: 0, buckets: new Array(latencyBucketsMs.length + 1).fill(0) },
    score: { bins: new Array(scoreBinCount).fill(0), sum: 0, sumSquares: 0 },
  };
}

function countRequest(group: Group, record: RequestRecord): void {
  group.requests += record.requests;
  group.rows += record.rows;
  if (record.outcome === 'answered') {
    countLatency(group.latency, record.latencyMs ?? 0);
    return;
  }
  const byCode = record.outcome === 'error' ? group.errors : group.rejected;
  const code = record.code ?? 'UNKNOWN';
  byCode[code] = (byCode[code] ?? 0) + record.requests;
}

function countLatency(latency: Group['latency'], latencyMs: number): void {
  latency.n += 1;
  latency.sum += latencyMs;
  latency.sumSquares += latencyMs * latencyMs;
  latency.max = Math.max(latency.max, latencyMs);
  const bucket = findLatencyBucket(latencyMs);
  latency.buckets[bucket] = (latency.buckets[bucket] ?? 0) + 1;
}

/** Bucket whose upper edge is the first not below the latency; the last is open. */
export function findLatencyBucket(latencyMs: number): number {
  const bucket = latencyBucketsMs.findIndex((edge) => latencyMs <= edge);
  return bucket === -1 ? latencyBucketsMs.length : bucket;
}

/**
 * Beyond it the sum of squares of a window would overflow to Infinity, which has no JSON form: one such value would cost the
 * counts of a whole chunk. It is counted as no number.
 */
const greatestCountable = 1e140;

function toCountable(value: JournalEntry['rows'][number]['inputs'][string] | undefined) {
  return typeof value === 'number' && Math.abs(value) > greatestCountable ? Number.NaN : value;
}

function countRow(group: Group, row: JournalEntry['rows'][number]): void {
  for (const { name, counter } of group.columns) counter.add(toCountable(row.inputs[name]));
  const given = group.scoreName === null ? undefined : row.outputs[group.scoreName];
  // A model may give NaN, which JSON cannot carry: read again from the journal it is null.
  if (given === undefined || !Number.isFinite(given)) return;
  const score = Math.min(1, Math.max(0, given));
  const bin = findScoreBin(score);
  group.score.bins[bin] = (group.score.bins[bin] ?? 0) + 1;
  group.score.sum += score;
  group.score.sumSquares += score * score;
}

function toTelemetryGroup(group: Group): TelemetryGroup {
  const { endpoint, environment, releaseIndex, rolloutIndex, cohort, hourMs } = group.record;
  return {
    endpoint,
    environment,
    releaseIndex,
    rolloutIndex,
    cohort,
    windowStart: new Date(hourMs).toISOString(),
    requests: group.requests,
    rows: group.rows,
    errors: group.errors,
    rejected: group.rejected,
    latencyMs: group.latency,
    columns: Object.fromEntries(group.columns.map(({ name, counter }) => [name, counter.take()])),
    score: group.scoreName === null ? null : group.score,
  };
}
