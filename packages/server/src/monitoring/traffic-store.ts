import { latencyBucketsMs } from '@dividend/contracts/serving';
import { sql } from 'kysely';
import type { Db } from '../platform/postgres/index.ts';
import { binOf } from './closed-windows.ts';
import type { WindowRow } from './drift-columns.ts';
import { labelLagBinCount } from './label-lag.ts';
import type { MonitoringTables } from './monitoring-tables.ts';

export interface TrafficWindow {
  readonly start: Date;
  readonly requests: number;
  readonly errors: number;
  readonly rows: number;
  readonly latencyBuckets: readonly number[];
}

export interface EndpointTotals {
  readonly requests: number;
  readonly failed: number;
  readonly newestEventAt: Date | null;
}

/** Sums of the elements of an array column. */
function sumsOf(column: string, length: number) {
  const sums = Array.from({ length }, (_, index) => sql`sum(${sql.ref(column)}[${sql.lit(index + 1)}])`);
  return sql<number[]>`ARRAY[${sql.join(sums)}]::bigint[]`;
}

/** The latest windows with traffic in production, in order of time. */
export async function listTraffic(
  db: Db,
  endpoint: string,
  hours: number,
  limit: number,
): Promise<TrafficWindow[]> {
  const { rows } = await sql<TrafficWindow>`
    SELECT ${binOf(sql.ref('hour'), hours)} AS start, sum(requests)::bigint AS requests,
      sum(errors_total)::bigint AS errors, sum(rows)::bigint AS rows,
      ${sumsOf('latency_buckets', latencyBucketsMs.length + 1)} AS "latencyBuckets"
    FROM monitoring_window WHERE endpoint = ${endpoint} AND environment = 'production'
    GROUP BY 1 ORDER BY 1 DESC LIMIT ${limit}`.execute(db);
  return rows.reverse().map((row) => ({ ...row, latencyBuckets: row.latencyBuckets.map(Number) }));
}

/** What a release counted in production in the latest hours it had traffic in. */
export async function listLatestRows(
  db: Db,
  endpoint: string,
  releaseIndex: number,
  limit: number,
): Promise<WindowRow[]> {
  return db
    .withTables<MonitoringTables>()
    .selectFrom('monitoring_window')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .where('environment', '=', 'production')
    .where('release_index', '=', releaseIndex)
    .orderBy('hour', 'desc')
    .limit(limit)
    .execute();
}

export async function listTotals(db: Db): Promise<ReadonlyMap<string, EndpointTotals>> {
  const { rows } = await sql<EndpointTotals & { endpoint: string }>`
    SELECT endpoint, sum(requests)::bigint AS requests, sum(errors_total)::bigint AS failed, max(hour) AS "newestEventAt"
    FROM monitoring_window WHERE environment = 'production' GROUP BY endpoint`.execute(db);
  return new Map(rows.map((row) => [row.endpoint, row]));
}

export async function listLabelTotals(db: Db): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ model: string; labels: number }>`
    SELECT model, sum(labels)::bigint AS labels FROM label_window GROUP BY model`.execute(db);
  return new Map(rows.map((row) => [row.model, row.labels]));
}

/** Lag of the labels of a model over its latest hours with labels. */
export async function sumLabelLag(db: Db, model: string, latestHours: number): Promise<readonly number[]> {
  const { rows } = await sql<{ bins: number[] }>`
    SELECT ${sumsOf('lag_bins', labelLagBinCount)} AS bins
    FROM (SELECT lag_bins FROM label_window WHERE model = ${model} ORDER BY hour DESC LIMIT ${latestHours}) AS latest`.execute(
    db,
  );
  return (rows[0]?.bins ?? []).map(Number);
}

/** Hour of the newest prediction of a model that has a label; a clock ahead of ours is not believed. */
export async function findNewestLabelHour(db: Db, model: string, now: Date): Promise<Date | undefined> {
  const { rows } = await sql<{ newest: Date | null }>`
    SELECT max(hour) AS newest FROM label_window
    WHERE model = ${model} AND hour <= ${new Date(now.getTime() + 86_400_000)}`.execute(db);
  return rows[0]?.newest ?? undefined;
}

/**
 * Latency that the ratio of requests stays below, in milliseconds, taken linearly within its bucket; null without
 * requests. The open bucket gives its lower edge.
 */
export function estimateLatencyQuantile(buckets: readonly number[], ratio: number): number | null {
  const total = buckets.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let before = 0;
  for (const [index, count] of buckets.entries()) {
    if (count > 0 && before + count >= ratio * total) {
      const low = latencyBucketsMs[index - 1] ?? 0;
      const high = latencyBucketsMs[index] ?? low;
      return low + ((ratio * total - before) / count) * (high - low);
    }
    before += count;
  }
  return null;
}
