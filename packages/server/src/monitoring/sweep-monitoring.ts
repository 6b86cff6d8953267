import { sql } from 'kysely';
import type { Platform } from '../platform/platform.ts';

/** A serving process that was away longer than this must not come back with its old journal. */
export const keepChunksDays = 30;
/** Thirteen months: a year-on-year comparison is possible. Labels later than this are counted again if sent again. */
export const keepCountsDays = 400;
/** Alarms that cleared; what they said stays in the ledger for good. */
export const keepAlarmsDays = 400;

/** Removes what is past its retention. Prediction segments are never removed: the ledger holds their digests. */
export async function sweepMonitoring({ db, clock }: Platform): Promise<void> {
  const before = (days: number) => new Date(clock.now().getTime() - days * 86_400_000);
  await sql`DELETE FROM telemetry_chunk WHERE counted_at < ${before(keepChunksDays)}`.execute(db);
  await sql`DELETE FROM monitoring_window WHERE updated_at < ${before(keepCountsDays)}`.execute(db);
  await sql`DELETE FROM label WHERE received_at < ${before(keepCountsDays)}`.execute(db);
  await sql`DELETE FROM label_window WHERE updated_at < ${before(keepCountsDays)}`.execute(db);
  await sql`DELETE FROM drift_window WHERE began_at < ${before(keepCountsDays)}`.execute(db);
  await sql`DELETE FROM performance_window WHERE began_at < ${before(keepCountsDays)}`.execute(db);
  await sql`DELETE FROM alarm WHERE cleared_at < ${before(keepAlarmsDays)}`.execute(db);
}
