import { type AlarmState, initialAlarmState } from '@dividend/core/monitoring';
import type { Selectable } from 'kysely';
import { newId } from '../platform/ids.ts';
import type { Db, Tx } from '../platform/postgres/index.ts';
import type { MonitoringTables } from './monitoring-tables.ts';

/** What an alarm is about: a column of an endpoint, or a measure that a trigger watches. */
export interface AlarmKey {
  readonly endpoint: string;
  readonly kind: 'drift' | 'performance';
  readonly subject: string;
  /** Empty for drift. */
  readonly triggerName: string;
}

/** Where the hysteresis of an alarm stands. */
export interface AlarmProgress {
  readonly releaseIndex: number;
  readonly state: AlarmState;
  readonly windows: number;
  readonly beganAt: Date;
}

export interface AlarmRecord extends AlarmKey {
  readonly id: string;
  readonly model: string;
  readonly version: string;
  readonly state: 'raised' | 'cleared';
  readonly raisedAt: Date;
  readonly clearedAt: Date | null;
  /** Time of the machine at which the first bad window began to fill. */
  readonly beganAt: Date;
  /** Window that raised it. */
  readonly windowStart: Date;
  /** End of the latest bad window. */
  readonly latestEnd: Date;
  /** Bad windows in a row up to the latest. */
  readonly windows: number;
  readonly detail: string;
}

export type RaisedAlarm = Omit<AlarmRecord, 'id' | 'state' | 'clearedAt'>;

export async function findProgress(tx: Tx, key: AlarmKey): Promise<AlarmProgress | undefined> {
  const row = await tx
    .withTables<MonitoringTables>()
    .selectFrom('alarm_state')
    .selectAll()
    .where('endpoint', '=', key.endpoint)
    .where('kind', '=', key.kind)
    .where('subject', '=', key.subject)
    .where('trigger_name', '=', key.triggerName)
    .executeTakeFirst();
  return (
    row && {
      releaseIndex: row.release_index,
      state: row.state,
      windows: row.windows,
      beganAt: row.began_at,
    }
  );
}

/** Where an alarm stands after one more window. */
export function nextProgress(
  before: AlarmProgress | undefined,
  window: { readonly releaseIndex: number; readonly beganAt: Date },
  state: AlarmState,
  verdict: 'bad' | 'good' | 'unknown',
): AlarmProgress {
  const windows = before?.windows ?? 0;
  if (verdict === 'unknown')
    return { releaseIndex: window.releaseIndex, state, windows, beganAt: before?.beganAt ?? window.beganAt };
  return {
    releaseIndex: window.releaseIndex,
    state,
    windows: verdict === 'bad' ? windows + 1 : 0,
    beganAt: verdict === 'bad' && windows > 0 && before ? before.beganAt : window.beganAt,
  };
}

export async function saveProgress(tx: Tx, key: AlarmKey, progress: AlarmProgress): Promise<void> {
  const values = {
    release_index: progress.releaseIndex,
    state: JSON.stringify(progress.state),
    windows: progress.windows,
    began_at: progress.beganAt,
  };
  await tx
    .withTables<MonitoringTables>()
    .insertInto('alarm_state')
    .values({
      endpoint: key.endpoint,
      kind: key.kind,
      subject: key.subject,
      trigger_name: key.triggerName,
      ...values,
    })
    .onConflict((conflict) =>
      conflict.columns(['endpoint', 'kind', 'subject', 'trigger_name']).doUpdateSet(values),
    )
    .execute();
}

/** Forgets the hysteresis: the next window begins anew. */
export async function resetProgress(tx: Tx, key: AlarmKey, releaseIndex: number, now: Date): Promise<void> {
  await saveProgress(tx, key, { releaseIndex, state: initialAlarmState, windows: 0, beganAt: now });
}

export async function insertAlarm(tx: Tx, alarm: RaisedAlarm): Promise<string> {
  const id = newId('alm', alarm.raisedAt);
  await tx
    .withTables<MonitoringTables>()
    .insertInto('alarm')
    .values({
      id,
      endpoint: alarm.endpoint,
      model: alarm.model,
      kind: alarm.kind,
      subject: alarm.subject,
      trigger_name: alarm.triggerName,
      version: alarm.version,
      state: 'raised',
      raised_at: alarm.raisedAt,
      cleared_at: null,
      began_at: alarm.beganAt,
      window_start: alarm.windowStart,
      latest_end: alarm.latestEnd,
      windows: alarm.windows,
      detail: alarm.detail,
    })
    .execute();
  return id;
}

/** One more bad window while raised. */
export async function extendAlarm(
  tx: Tx,
  key: AlarmKey,
  latest: { readonly latestEnd: Date; readonly windows: number; readonly detail: string },
): Promise<void> {
  await raised(tx, key)
    .set({ latest_end: latest.latestEnd, windows: latest.windows, detail: latest.detail })
    .execute();
}

/** Undefined where it was not raised. */
export async function clearAlarm(tx: Tx, key: AlarmKey, clearedAt: Date): Promise<AlarmRecord | undefined> {
  const row = await raised(tx, key)
    .set({ state: 'cleared', cleared_at: clearedAt })
    .returningAll()
    .executeTakeFirst();
  return row && toRecord(row);
}

function raised(tx: Tx, key: AlarmKey) {
  return tx
    .withTables<MonitoringTables>()
    .updateTable('alarm')
    .where('endpoint', '=', key.endpoint)
    .where('kind', '=', key.kind)
    .where('subject', '=', key.subject)
    .where('trigger_name', '=', key.triggerName)
    .where('state', '=', 'raised');
}

export interface AlarmFilter {
  readonly endpoint?: string | undefined;
  readonly model?: string | undefined;
  readonly state?: 'raised' | 'cleared' | undefined;
  readonly beforeId?: string | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function listAlarms(db: Db | Tx, filter: AlarmFilter): Promise<AlarmRecord[]> {
  let query = db.withTables<MonitoringTables>().selectFrom('alarm').selectAll();
  if (filter.endpoint !== undefined) query = query.where('endpoint', '=', filter.endpoint);
  if (filter.model !== undefined) query = query.where('model', '=', filter.model);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.beforeId !== undefined) query = query.where('id', '<', filter.beforeId);
  return (await query.orderBy('id', 'desc').limit(filter.limit).execute()).map(toRecord);
}

export async function findAlarm(db: Db | Tx, id: string): Promise<AlarmRecord | undefined> {
  const row = await db
    .withTables<MonitoringTables>()
    .selectFrom('alarm')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toRecord(row);
}

function toRecord(row: Selectable<MonitoringTables['alarm']>): AlarmRecord {
  return {
    id: row.id,
    endpoint: row.endpoint,
    model: row.model,
    kind: row.kind,
    subject: row.subject,
    triggerName: row.trigger_name,
    version: row.version,
    state: row.state,
    raisedAt: row.raised_at,
    clearedAt: row.cleared_at,
    beganAt: row.began_at,
    windowStart: row.window_start,
    latestEnd: row.latest_end,
    windows: row.windows,
    detail: row.detail,
  };
}
