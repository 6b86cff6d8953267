import type { ScoreHistogram } from '@dividend/core/monitoring';
import { createScoreHistogram, mergeScoreHistograms } from '@dividend/core/monitoring';
import { type Selectable, sql } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';
import { binOf, settleMs } from './closed-windows.ts';
import type { MonitoringTables } from './monitoring-tables.ts';

export type PerformanceRow = Selectable<MonitoringTables['performance_window']>;

/** The predictions of one release in one window. */
export interface VersionWindow {
  readonly releaseIndex: number;
  readonly start: Date;
}

/**
 * Windows with labels that performance does not show yet; from now on it does. A label that is counted meanwhile makes
 * its window fresh again.
 */
export async function takeFreshWindows(tx: Tx, model: string, hours: number): Promise<VersionWindow[]> {
  const { rows } = await sql<VersionWindow>`
    WITH taken AS (UPDATE label_window SET fresh = false WHERE model = ${model} AND fresh RETURNING release_index, hour)
    SELECT DISTINCT release_index AS "releaseIndex", ${binOf(sql.ref('hour'), hours)} AS start FROM taken ORDER BY 1, 2`.execute(
    tx,
  );
  return rows;
}

/** All labels of a window as one histogram. */
export async function readLabels(
  tx: Tx,
  { releaseIndex, start }: VersionWindow,
  end: Date,
): Promise<{ labels: number; histogram: ScoreHistogram; latestAt: Date }> {
  const rows = await tx
    .withTables<MonitoringTables>()
    .selectFrom('label_window')
    .selectAll()
    .where('release_index', '=', releaseIndex)
    .where('hour', '>=', start)
    .where('hour', '<', end)
    .execute();
  const histogram = rows
    .map((row) => ({
      counts: row.score_bins,
      positives: row.positive_bins,
      scoreSums: row.score_sum_bins,
      brierSum: row.brier_sum,
      brierSumSquares: row.brier_sum_squares,
      logLossSum: row.log_loss_sum,
      logLossSumSquares: row.log_loss_sum_squares,
    }))
    .reduce(mergeScoreHistograms, createScoreHistogram());
  return {
    labels: rows.reduce((total, row) => total + row.labels, 0),
    histogram,
    latestAt: new Date(Math.max(0, ...rows.map((row) => row.updated_at.getTime()))),
  };
}

/** Predictions of a window in production, and when the first of them was counted. */
export async function countPredictions(
  tx: Tx,
  endpoint: string,
  { releaseIndex, start }: VersionWindow,
  end: Date,
): Promise<{ predictions: number; beganAt: Date | null }> {
  const { rows } = await sql<{ predictions: number; beganAt: Date | null }>`
    SELECT coalesce(sum(rows), 0)::bigint AS predictions, min(created_at) AS "beganAt" FROM monitoring_window
    WHERE endpoint = ${endpoint} AND environment = 'production' AND hour >= ${start} AND hour < ${end}
      AND release_index = ${releaseIndex}`.execute(tx);
  return rows[0] ?? { predictions: 0, beganAt: null };
}

export async function savePerformance(tx: Tx, row: Omit<PerformanceRow, 'final'>): Promise<void> {
  const values = {
    labels: row.labels,
    predictions: row.predictions,
    measures: JSON.stringify(row.measures),
    endpoint: row.endpoint,
  };
  await tx
    .withTables<MonitoringTables>()
    .insertInto('performance_window')
    .values({ ...row, ...values, final: false })
    .onConflict((conflict) =>
      conflict.columns(['release_index', 'window_hours', 'window_start']).doUpdateSet(values),
    )
    .execute();
}

/**
 * Windows of an endpoint that are not final though their time is past and nothing was counted in them just now, in order
 * of time.
 */
export async function listOpenWindows(
  tx: Tx,
  endpoint: string,
  hours: number,
  limits: { readonly endBefore: Date; readonly now: Date },
): Promise<PerformanceRow[]> {
  const { rows } = await sql<PerformanceRow>`
    SELECT * FROM performance_window AS p
    WHERE endpoint = ${endpoint} AND window_hours = ${hours} AND NOT final
      AND window_start + ${`${hours} hours`}::interval <= ${limits.endBefore}
      AND NOT EXISTS (
        SELECT FROM label_window AS l
        WHERE l.release_index = p.release_index AND l.hour >= p.window_start
          AND l.hour < p.window_start + ${`${hours} hours`}::interval
          AND l.updated_at > ${new Date(limits.now.getTime() - settleMs)})
    ORDER BY window_start, release_index`.execute(tx);
  return rows;
}

/** Windows with labels of a release from `since` up to and with this one. */
export async function countWindows(tx: Tx, row: PerformanceRow, since: Date): Promise<number> {
  const { count } = await tx
    .withTables<MonitoringTables>()
    .selectFrom('performance_window')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('release_index', '=', row.release_index)
    .where('window_hours', '=', row.window_hours)
    .where('window_start', '>=', since)
    .where('window_start', '<=', row.window_start)
    .executeTakeFirstOrThrow();
  return count;
}

export async function markFinal(tx: Tx, row: PerformanceRow): Promise<void> {
  await tx
    .withTables<MonitoringTables>()
    .updateTable('performance_window')
    .set({ final: true })
    .where('release_index', '=', row.release_index)
    .where('window_hours', '=', row.window_hours)
    .where('window_start', '=', row.window_start)
    .execute();
}

/** The latest windows of an endpoint, all versions, in order of time. */
export async function listPerformance(
  db: Db,
  endpoint: string,
  hours: number,
  limit: number,
): Promise<PerformanceRow[]> {
  const rows = await db
    .withTables<MonitoringTables>()
    .selectFrom('performance_window')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .where('window_hours', '=', hours)
    .orderBy('window_start', 'desc')
    .orderBy('release_index', 'desc')
    .limit(limit)
    .execute();
  return rows.reverse();
}
