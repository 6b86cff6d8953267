import type { PromptUses } from '@dividend/contracts/api';
import { sql } from 'kysely';
import type { Db } from '../../../platform/postgres/index.ts';
import { toLinkedText } from '../linked-prompts.ts';
import { traceKeys } from '../trace-keys.ts';
import { toWireTimestamp } from '../trace-wire.ts';

type UsingRun = PromptUses['runs'][number];
type UsingTrace = PromptUses['traces'][number];

/** What was linked to a version of a prompt, the newest first; whether there is such a version is the registry's to know. */
export async function readPromptUses(
  db: Db,
  prompt: string,
  version: string,
  limit: number,
): Promise<PromptUses> {
  const noted = toLinkedText(prompt, version);
  const [runs, traces] = await Promise.all([
    findRuns(db, noted, limit + 1),
    findTraces(db, noted, `${prompt}/${version}`, limit + 1),
  ]);
  return {
    runs: runs.slice(0, limit),
    hasMoreRuns: runs.length > limit,
    traces: traces.slice(0, limit),
    hasMoreTraces: traces.length > limit,
  };
}

interface RunRow {
  run_id: string;
  name: string;
  status: UsingRun['status'];
  started_ms: number;
  experiment_id: number;
  experiment_name: string;
}

async function findRuns(db: Db, noted: string, limit: number): Promise<UsingRun[]> {
  const { rows } = await sql<RunRow>`
    SELECT r.run_id, r.name, r.status, r.started_ms, r.experiment_id, e.name AS experiment_name
    FROM run_tag AS tag JOIN run AS r USING (run_id) JOIN experiment AS e USING (experiment_id)
    WHERE tag.key = 'mlflow.linkedPrompts' AND strpos(tag.value, ${noted}) > 0 AND r.lifecycle_stage = 'active'
    ORDER BY r.started_ms DESC, r.run_id LIMIT ${limit}`.execute(db);
  return rows.map((row) => ({
    runId: row.run_id,
    name: row.name,
    status: row.status,
    startedAt: toWireTimestamp(row.started_ms),
    experimentId: String(row.experiment_id),
    experimentName: row.experiment_name,
  }));
}

interface TraceRow {
  trace_id: string;
  name: string | null;
  state: UsingTrace['state'];
  started_ms: number;
  experiment_id: number;
  experiment_name: string;
}

/** Linked by the client of today, or noted in the tag that those of a year ago write. */
async function findTraces(db: Db, noted: string, linked: string, limit: number): Promise<UsingTrace[]> {
  const { rows } = await sql<TraceRow>`
    SELECT t.trace_id, t.tags ->> ${traceKeys.name} AS name, t.state, t.started_ms, t.experiment_id,
      e.name AS experiment_name
    FROM trace AS t JOIN experiment AS e USING (experiment_id)
    WHERE t.trace_id IN (
      SELECT trace_id FROM trace_prompt WHERE prompt = ${linked}
      UNION SELECT trace_id FROM trace
      WHERE tags ->> 'mlflow.linkedPrompts' IS NOT NULL AND strpos(tags ->> 'mlflow.linkedPrompts', ${noted}) > 0)
    ORDER BY t.started_ms DESC, t.trace_id LIMIT ${limit}`.execute(db);
  return rows.map((row) => ({
    traceId: row.trace_id,
    name: row.name,
    state: row.state,
    startedAt: toWireTimestamp(row.started_ms),
    experimentId: String(row.experiment_id),
    experimentName: row.experiment_name,
  }));
}
