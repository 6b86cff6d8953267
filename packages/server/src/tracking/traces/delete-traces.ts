import { sql } from 'kysely';
import type { Tx } from '../../platform/postgres/index.ts';
import type { Sql } from '../search/index.ts';

/** Which traces of an experiment go; the oldest first where there are more than `maxTraces`. */
export interface TraceDeletion {
  readonly experimentId: number;
  readonly traceIds?: readonly string[] | undefined;
  /** Unix milliseconds, inclusive. */
  readonly startedUntilMs?: number | undefined;
  readonly maxTraces?: number | undefined;
}

/** Takes traces out for good, with spans, assessments and links. The ids of those that were here. */
export async function deleteTraceRows(tx: Tx, deletion: TraceDeletion): Promise<string[]> {
  const { experimentId, traceIds, startedUntilMs, maxTraces } = deletion;
  const where: Sql[] = [sql`experiment_id = ${experimentId}`];
  if (traceIds !== undefined) where.push(sql`trace_id = ANY(${traceIds}::text[])`);
  if (startedUntilMs !== undefined) where.push(sql`started_ms <= ${startedUntilMs}`);
  // Locked in the order in which writers of spans lock, and before anything goes: a span that comes meanwhile waits.
  const { rows } = await sql<{ trace_id: string }>`
    SELECT trace_id FROM trace WHERE trace_id IN (
      SELECT trace_id FROM trace WHERE ${sql.join(where, sql` AND `)} ORDER BY started_ms, trace_id
      ${maxTraces === undefined ? sql`` : sql`LIMIT ${maxTraces}`}
    ) ORDER BY trace_id FOR UPDATE`.execute(tx);
  const ids = rows.map((row) => row.trace_id);
  if (ids.length === 0) return [];
  for (const table of ['span', 'trace_run', 'trace']) {
    await sql`DELETE FROM ${sql.table(table)} WHERE trace_id = ANY(${ids}::text[])`.execute(tx);
  }
  return ids;
}
