import { sql } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';

const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** Rows may come in an hour of event time out of order. */
export const latenessMs = hourMs;
/**
 * A window in which something was counted just now is not closed, whatever event time says: serving ships a chunk a
 * second, several processes ship side by side, and one prediction with a wrong time must not cut all windows short.
 */
export const settleMs = 3_000;

/** How far the event time of an endpoint has come; a clock that runs ahead of ours by more than a day is not believed. */
export async function findNewestHour(db: Db | Tx, endpoint: string, now: Date): Promise<Date | undefined> {
  const { rows } = await sql<{ newest: Date | null }>`
    SELECT max(hour) AS newest FROM monitoring_window
    WHERE endpoint = ${endpoint} AND environment = 'production' AND hour <= ${new Date(now.getTime() + dayMs)}`.execute(
    db,
  );
  return rows[0]?.newest ?? undefined;
}

/** Earliest window of traffic that is closed and was not judged. */
export async function findClosedWindow(
  tx: Tx,
  endpoint: string,
  hours: number,
  now: Date,
): Promise<Date | undefined> {
  const newest = await findNewestHour(tx, endpoint, now);
  if (!newest) return undefined;
  const { rows } = await sql<{ start: Date }>`
    SELECT ${binOf(sql.ref('hour'), hours)} AS start FROM monitoring_window
    WHERE endpoint = ${endpoint} AND environment = 'production' AND NOT judged
    GROUP BY 1
    HAVING max(updated_at) <= ${new Date(now.getTime() - settleMs)}
      AND ${binOf(sql.ref('hour'), hours)} + ${`${hours} hours`}::interval <= ${new Date(newest.getTime() - latenessMs)}
    ORDER BY 1 LIMIT 1`.execute(tx);
  return rows[0]?.start;
}

/** The window that an hour belongs to, as `windowStart` computes it. */
export function binOf(hour: ReturnType<typeof sql.ref>, hours: number) {
  return sql<Date>`date_bin(${sql.lit(`${hours} hours`)}::interval, ${hour}, timestamptz '1970-01-05 00:00:00+00')`;
}
