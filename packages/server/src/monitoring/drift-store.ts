import { type ColumnCounts, type DriftEvidence, toBinCounts } from '@dividend/core/monitoring';
import type { Selectable } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';
import type { MonitoringTables } from './monitoring-tables.ts';

/** A window of one endpoint that is being judged. */
export interface DriftWindow {
  readonly endpoint: string;
  readonly hours: number;
  readonly start: Date;
  /** Release whose reference it is compared with. */
  readonly releaseIndex: number;
  /** Time of the machine at which the first count of it came in. */
  readonly beganAt: Date;
}

export type DriftRow = Selectable<MonitoringTables['drift_window']>;

export async function isJudged(tx: Tx, endpoint: string, hours: number, start: Date): Promise<boolean> {
  const row = await tx
    .withTables<MonitoringTables>()
    .selectFrom('drift_window')
    .select('column_name')
    .where('endpoint', '=', endpoint)
    .where('window_hours', '=', hours)
    .where('window_start', '=', start)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function insertDriftWindows(
  tx: Tx,
  window: DriftWindow,
  columns: readonly { readonly evidence: DriftEvidence; readonly current: ColumnCounts | undefined }[],
): Promise<void> {
  if (columns.length === 0) return;
  await tx
    .withTables<MonitoringTables>()
    .insertInto('drift_window')
    .values(
      columns.map(({ evidence, current }) => ({
        endpoint: window.endpoint,
        window_hours: window.hours,
        column_name: evidence.column,
        window_start: window.start,
        release_index: window.releaseIndex,
        rows: evidence.n.current,
        psi: evidence.psi,
        js: evidence.jsDistance,
        noise: evidence.noise,
        verdict: evidence.verdict,
        counts: current ? [...toBinCounts(current)] : [],
        began_at: window.beganAt,
      })),
    )
    .execute();
}

/** Verdicts on the latest windows of an endpoint, in order of time. */
export async function listDriftWindows(
  db: Db,
  endpoint: string,
  hours: number,
  windows: number,
): Promise<DriftRow[]> {
  const tables = db.withTables<MonitoringTables>();
  const starts = await tables
    .selectFrom('drift_window')
    .select('window_start')
    .distinct()
    .where('endpoint', '=', endpoint)
    .where('window_hours', '=', hours)
    .orderBy('window_start', 'desc')
    .limit(windows)
    .execute();
  const first = starts.at(-1)?.window_start;
  if (!first) return [];
  return tables
    .selectFrom('drift_window')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .where('window_hours', '=', hours)
    .where('window_start', '>=', first)
    .orderBy('window_start')
    .execute();
}
