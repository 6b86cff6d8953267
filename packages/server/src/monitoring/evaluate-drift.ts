import { judgeDrift } from '@dividend/core/monitoring';
import { sql } from 'kysely';
import type { Tx } from '../platform/postgres/index.ts';
import type { ReleaseRecord } from '../releases/index.ts';
import { findClosedWindow } from './closed-windows.ts';
import { advanceDriftAlarm, clearUnwatched } from './drift-alarm.ts';
import { collectDriftColumns, type WindowRow } from './drift-columns.ts';
import { insertDriftWindows, isJudged } from './drift-store.ts';
import { type Evaluation, lockEvaluation, type MonitoringEvent } from './evaluation.ts';
import type { MonitoringTables } from './monitoring-tables.ts';
import { windowEnd } from './window-settings.ts';

/** Judges the windows that closed, oldest first, each in a transaction of its own: a crash repeats none and skips none. */
export async function evaluateDrift(evaluation: Evaluation): Promise<MonitoringEvent[]> {
  const { platform, endpoint } = evaluation;
  const events: MonitoringEvent[] = [];
  for (;;) {
    const found = await platform.db.transaction().execute(async (tx) => {
      await lockEvaluation(tx, endpoint.endpoint);
      return judgeNextWindow(tx, evaluation);
    });
    if (!found) return events;
    events.push(...found);
  }
}

/** Undefined where no window waits. */
async function judgeNextWindow(tx: Tx, evaluation: Evaluation): Promise<MonitoringEvent[] | undefined> {
  const { endpoint, settings, platform, champion } = evaluation;
  const { hours } = settings;
  const start = await findClosedWindow(tx, endpoint.endpoint, hours, platform.clock.now());
  if (!start) return undefined;
  const rows = await takeRows(tx, endpoint.endpoint, start, windowEnd(start, hours));
  // Rows that came after the verdict count, but do not change it.
  if (await isJudged(tx, endpoint.endpoint, hours, start)) return [];
  const columns = collectDriftColumns(champion, rows, await findReleases(evaluation, rows));
  const evidence = judgeDrift(columns, settings.drift);
  const window = {
    endpoint: endpoint.endpoint,
    hours,
    start,
    releaseIndex: champion.index,
    beganAt: new Date(Math.min(...rows.map((row) => row.created_at.getTime()))),
  };
  await insertDriftWindows(
    tx,
    window,
    evidence.map((found, index) => ({ evidence: found, current: columns[index]?.current })),
  );
  const events = await clearUnwatched(tx, evaluation, window, evidence);
  for (const found of evidence) {
    const event = await advanceDriftAlarm(tx, evaluation, window, found);
    if (event) events.push(event);
  }
  return events;
}

/** The rows of a window, from now on judged. */
async function takeRows(tx: Tx, endpoint: string, start: Date, end: Date): Promise<WindowRow[]> {
  const db = tx.withTables<MonitoringTables>();
  await db
    .updateTable('monitoring_window')
    .set({ judged: true })
    .where('endpoint', '=', endpoint)
    .where('environment', '=', 'production')
    .where('hour', '>=', start)
    .where('hour', '<', end)
    .where('judged', '=', sql.lit(false))
    .execute();
  return db
    .selectFrom('monitoring_window')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .where('environment', '=', 'production')
    .where('hour', '>=', start)
    .where('hour', '<', end)
    .execute();
}

async function findReleases(
  { releases }: Evaluation,
  rows: readonly WindowRow[],
): Promise<ReadonlyMap<number, ReleaseRecord>> {
  const found = new Map<number, ReleaseRecord>();
  for (const index of new Set(rows.map((row) => row.release_index)))
    found.set(index, await releases.getByIndex(index));
  return found;
}
