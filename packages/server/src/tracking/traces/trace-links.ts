import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';

/** Idempotent. A trace that has not come yet may be linked. */
export async function linkTracesToRun(db: Db, traceIds: readonly string[], runId: string): Promise<void> {
  if (traceIds.length === 0) return;
  await sql`
    INSERT INTO trace_run (trace_id, run_id)
    SELECT DISTINCT trace_id, ${runId} FROM unnest(${traceIds}::text[]) AS sent (trace_id) ORDER BY trace_id
    ON CONFLICT DO NOTHING`.execute(db);
}

/** Idempotent. @param prompts as `name/version` */
export async function linkPromptsToTrace(db: Db, traceId: string, prompts: readonly string[]): Promise<void> {
  if (prompts.length === 0) return;
  await sql`
    INSERT INTO trace_prompt (trace_id, prompt)
    SELECT DISTINCT ${traceId}, prompt FROM unnest(${prompts}::text[]) AS sent (prompt) ORDER BY prompt
    ON CONFLICT DO NOTHING`.execute(db);
}
