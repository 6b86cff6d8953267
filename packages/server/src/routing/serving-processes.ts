import type { ServingStatus } from '@dividend/contracts/serving';
import { sql } from 'kysely';
import type { Db } from '../platform/postgres/index.ts';
import { processesChannel } from './change-signal.ts';
import type { RoutingTables } from './routing-tables.ts';

/** Three of the reports that a process makes each five seconds. */
export const liveSeconds = 15;

export interface ProcessRecord extends ServingStatus {
  readonly heardAt: Date;
  /** Heard from lately, and not ended. */
  readonly live: boolean;
}

/** Keeps what a process says of itself. Times are those of the database, the one clock that all control processes share. */
export async function saveStatus(db: Db, status: ServingStatus): Promise<void> {
  const releases = JSON.stringify(status.releases);
  const values = {
    pid: status.pid,
    started_at: new Date(status.startedAt),
    snapshot_version: status.snapshotVersion,
    releases,
    resident_bytes: status.residentBytes,
    heard_at: sql<Date>`clock_timestamp()`,
    ended_at: null,
  };
  await db.transaction().execute(async (tx) => {
    const tables = tx.withTables<RoutingTables>();
    const unchanged = await tables
      .selectFrom('serving_process')
      .select('process_id')
      .where('process_id', '=', status.processId)
      .where('snapshot_version', 'is not distinct from', status.snapshotVersion)
      .where(sql<boolean>`releases = ${releases}::jsonb`)
      .executeTakeFirst();
    await tables
      .insertInto('serving_process')
      .values({ process_id: status.processId, ...values })
      .onConflict((conflict) => conflict.column('process_id').doUpdateSet(values))
      .execute();
    if (!unchanged) await sql`SELECT pg_notify(${processesChannel}, '')`.execute(tx);
  });
}

export async function endProcess(db: Db, processId: string): Promise<void> {
  await db
    .withTables<RoutingTables>()
    .updateTable('serving_process')
    .set({ ended_at: sql<Date>`clock_timestamp()` })
    .where('process_id', '=', processId)
    .execute();
}

export async function listProcesses(db: Db): Promise<ProcessRecord[]> {
  const rows = await db
    .withTables<RoutingTables>()
    .selectFrom('serving_process')
    .selectAll()
    .select(
      sql<boolean>`ended_at IS NULL AND heard_at > clock_timestamp() - make_interval(secs => ${liveSeconds})`.as(
        'live',
      ),
    )
    .orderBy('process_id')
    .execute();
  return rows.map((row) => ({
    processId: row.process_id,
    pid: row.pid,
    startedAt: row.started_at.toISOString(),
    snapshotVersion: row.snapshot_version,
    releases: row.releases,
    residentBytes: row.resident_bytes,
    heardAt: row.heard_at,
    live: row.live,
  }));
}
