import type { ComparedRuns, NamedRuns, RunRow } from '@dividend/contracts/api';
import { toCalendarTime } from '@dividend/core/time';
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import { toWireDouble } from '../door/index.ts';
import { fromStoredValue } from '../runs/metric.ts';
import { type NestedRun, parentOf, toRunRow } from './run-rows-read-model.ts';

interface OfExperiment {
  experiment_name: string;
}

const ofExperiment = sql`e.name AS experiment_name FROM run AS r JOIN experiment AS e USING (experiment_id)`;

/** Runs with all that was logged to them, deleted ones too, in the order asked for. */
export async function readComparedRuns(db: Db, runIds: readonly string[]): Promise<ComparedRuns> {
  const [{ rows }, values, curves] = await Promise.all([
    sql<NestedRun & OfExperiment>`
      SELECT r.*, ${parentOf} AS parent_run_id, 0 AS children, ${ofExperiment}
      WHERE r.run_id = ANY(${runIds}::text[])`.execute(db),
    readAllValues(db, runIds),
    sql<{ key: string }>`
      SELECT DISTINCT key FROM run_latest_metric
      WHERE run_id = ANY(${runIds}::text[]) AND step <> 0 ORDER BY key`.execute(db),
  ]);
  const byId = new Map(rows.map((row) => [row.run_id, row]));
  return {
    runs: runIds.flatMap((runId) => {
      const row = byId.get(runId);
      if (row === undefined) return [];
      const run = toRunRow(row, values.get(runId) ?? {});
      return [{ ...run, experimentId: String(row.experiment_id), experimentName: row.experiment_name }];
    }),
    missing: runIds.filter((runId) => !byId.has(runId)),
    overSteps: curves.rows.map(({ key }) => key),
  };
}

async function readAllValues(db: Db, runIds: readonly string[]): Promise<Map<string, RunRow['values']>> {
  const texts = (kind: string, table: string) =>
    sql`SELECT run_id, ${kind} || key AS name, value AS text, NULL::float8 AS number, false AS is_nan
      FROM ${sql.table(table)} WHERE run_id = ANY(${runIds}::text[])`;
  const { rows } = await sql<{
    run_id: string;
    name: string;
    text: string | null;
    number: number;
    is_nan: boolean;
  }>`
    ${texts('params.', 'run_param')} UNION ALL ${texts('tags.', 'run_tag')} UNION ALL
    SELECT run_id, 'metrics.' || key, NULL, value, is_nan FROM run_latest_metric
    WHERE run_id = ANY(${runIds}::text[])`.execute(db);
  const found = new Map<string, Record<string, string | number>>(runIds.map((runId) => [runId, {}]));
  for (const { run_id, name, text, number, is_nan } of rows) {
    const values = found.get(run_id);
    if (values) values[name] = text ?? toWireDouble(fromStoredValue({ value: number, isNan: is_nan }));
  }
  return found;
}

/** Behind every text that begins like another. */
const lastCharacter = sql`chr(1114111)`;

/**
 * Runs of any experiment by the beginning of their name or id: those of just this name, then the newest. Of many that begin so,
 * the first by name: whatever is asked, an index answers it.
 */
export async function findNamedRuns(db: Db, search: string, limit: number): Promise<NamedRuns> {
  const begin = sql`left(lower(${search}::text), 256)`;
  const name = sql`left(lower(name), 256)`;
  const beginsIn = (column: RawBuilder<unknown>) =>
    sql`${column} >= ${begin} AND ${column} < ${begin} || ${lastCharacter} AND lifecycle_stage = 'active'`;
  const { rows } = await sql<NestedRun & OfExperiment>`
    SELECT r.*, ${ofExperiment}
    WHERE r.run_id IN (
      (SELECT run_id FROM run WHERE ${beginsIn(name)} ORDER BY ${name}, started_ms DESC LIMIT ${limit})
      UNION (SELECT run_id FROM run WHERE ${beginsIn(sql`run_id`)} ORDER BY run_id LIMIT ${limit}))
    ORDER BY lower(r.name) = lower(${search}) DESC, r.started_ms DESC, r.run_id LIMIT ${limit}`.execute(db);
  return {
    items: rows.map((row) => ({
      runId: row.run_id,
      name: row.name,
      status: row.status as RunRow['status'],
      startedAt: toCalendarTime(row.started_ms),
      experimentId: String(row.experiment_id),
      experimentName: row.experiment_name,
    })),
  };
}
