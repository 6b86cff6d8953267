import { type RawBuilder, sql } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';
import type { CheckedGroup } from './check-telemetry.ts';
import { flattenColumns } from './column-layout.ts';
import type { MonitoringTables } from './monitoring-tables.ts';

/** False where the chunk was counted before. */
export async function insertChunk(
  tx: Tx,
  chunk: { processId: string; chunkId: string; countedAt: Date },
): Promise<boolean> {
  const inserted = await tx
    .withTables<MonitoringTables>()
    .insertInto('telemetry_chunk')
    .values({ process_id: chunk.processId, chunk_id: chunk.chunkId, counted_at: chunk.countedAt })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function hasChunk(db: Db, chunk: { processId: string; chunkId: string }): Promise<boolean> {
  const row = await db
    .withTables<MonitoringTables>()
    .selectFrom('telemetry_chunk')
    .select('chunk_id')
    .where('process_id', '=', chunk.processId)
    .where('chunk_id', '=', chunk.chunkId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Adds groups to their windows, all in one statement (more only where a batch names a window twice). */
export async function addToWindows(tx: Tx, groups: readonly CheckedGroup[], now: Date): Promise<void> {
  // Two batches that meet on the same windows must lock them in the same order.
  let rest = groups.map((group) => ({ key: keyOf(group), group })).sort((a, b) => (a.key < b.key ? -1 : 1));
  while (rest.length > 0) {
    const round = rest.filter(({ key }, index) => key !== rest[index - 1]?.key);
    rest = rest.filter(({ key }, index) => key === rest[index - 1]?.key);
    await upsertWindows(
      round.map(({ group }) => group),
      now,
    ).execute(tx);
  }
}

function keyOf({ group, hour }: CheckedGroup): string {
  const { endpoint, environment, releaseIndex, rolloutIndex, cohort } = group;
  return [endpoint, environment, hour.toISOString(), releaseIndex, rolloutIndex, cohort].join(' ');
}

function upsertWindows(groups: readonly CheckedGroup[], now: Date): RawBuilder<unknown> {
  const of = <Value>(pick: (checked: CheckedGroup) => Value): Value[] => groups.map(pick);
  const flat = of(({ release, group }) => flattenColumns(release.reference, group.columns));
  return sql`
    INSERT INTO monitoring_window AS w (
      endpoint, environment, release_index, rollout_index, cohort, hour,
      requests, rows, errors_total, errors, rejected,
      latency_n, latency_sum, latency_sum_squares, latency_max, latency_buckets,
      score_bins, score_sum, score_sum_squares,
      column_counts, column_sums, column_mins, column_maxs, created_at, updated_at)
    SELECT endpoint, environment, release_index, rollout_index, cohort, hour,
      requests, rows, errors_total, errors::jsonb, rejected::jsonb,
      latency_n, latency_sum, latency_sum_squares, latency_max, latency_buckets::int[],
      score_bins::int[], score_sum, score_sum_squares,
      column_counts::int[], column_sums::float8[], column_mins::float8[], column_maxs::float8[], ${now}, ${now}
    FROM unnest(
      ${of(({ group }) => group.endpoint)}::text[],
      ${of(({ group }) => group.environment)}::text[],
      ${of(({ group }) => group.releaseIndex)}::int[],
      ${of(({ group }) => group.rolloutIndex)}::int[],
      ${of(({ group }) => group.cohort)}::text[],
      ${of(({ hour }) => hour.toISOString())}::timestamptz[],
      ${of(({ group }) => group.requests)}::bigint[],
      ${of(({ group }) => group.rows)}::bigint[],
      ${of(({ group }) => sumOf(group.errors))}::bigint[],
      ${of(({ group }) => JSON.stringify(group.errors))}::text[],
      ${of(({ group }) => JSON.stringify(group.rejected))}::text[],
      ${of(({ group }) => group.latencyMs.n)}::bigint[],
      ${of(({ group }) => group.latencyMs.sum)}::float8[],
      ${of(({ group }) => group.latencyMs.sumSquares)}::float8[],
      ${of(({ group }) => group.latencyMs.max)}::float8[],
      ${of(({ group }) => arrayText(group.latencyMs.buckets))}::text[],
      ${of(({ group }) => (group.score ? arrayText(group.score.bins) : null))}::text[],
      ${of(({ group }) => group.score?.sum ?? 0)}::float8[],
      ${of(({ group }) => group.score?.sumSquares ?? 0)}::float8[],
      ${flat.map(({ counts }) => arrayText(counts))}::text[],
      ${flat.map(({ sums }) => arrayText(sums))}::text[],
      ${flat.map(({ mins }) => arrayText(mins))}::text[],
      ${flat.map(({ maxs }) => arrayText(maxs))}::text[]
    ) AS added (
      endpoint, environment, release_index, rollout_index, cohort, hour,
      requests, rows, errors_total, errors, rejected,
      latency_n, latency_sum, latency_sum_squares, latency_max, latency_buckets,
      score_bins, score_sum, score_sum_squares, column_counts, column_sums, column_mins, column_maxs)
    ON CONFLICT (endpoint, environment, hour, release_index, rollout_index, cohort) DO UPDATE SET
      requests = w.requests + excluded.requests,
      rows = w.rows + excluded.rows,
      errors_total = w.errors_total + excluded.errors_total,
      errors = add_counts(w.errors, excluded.errors),
      rejected = add_counts(w.rejected, excluded.rejected),
      latency_n = w.latency_n + excluded.latency_n,
      latency_sum = w.latency_sum + excluded.latency_sum,
      latency_sum_squares = w.latency_sum_squares + excluded.latency_sum_squares,
      latency_max = greatest(w.latency_max, excluded.latency_max),
      latency_buckets = add_counts(w.latency_buckets, excluded.latency_buckets),
      score_bins = CASE WHEN excluded.score_bins IS NULL THEN w.score_bins
                        WHEN w.score_bins IS NULL THEN excluded.score_bins
                        ELSE add_counts(w.score_bins, excluded.score_bins) END,
      score_sum = w.score_sum + excluded.score_sum,
      score_sum_squares = w.score_sum_squares + excluded.score_sum_squares,
      column_counts = add_counts(w.column_counts, excluded.column_counts),
      column_sums = add_sums(w.column_sums, excluded.column_sums),
      column_mins = merge_mins(w.column_mins, excluded.column_mins),
      column_maxs = merge_maxs(w.column_maxs, excluded.column_maxs),
      updated_at = excluded.updated_at`;
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** An array as PostgreSQL writes it; its own list of lists would have to be rectangular. */
export function arrayText(values: readonly (number | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`;
}
