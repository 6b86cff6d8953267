import { sql } from 'kysely';
import type { Ledger } from '../ledger/index.ts';
import type { Tx } from '../platform/postgres/index.ts';
import { doomedExperiments, type Removal, removeFiles } from './removal.ts';

/** Spans are large: so few traces that a transaction ends within seconds. */
const batchTraces = 500;

/** Removes the next traces of experiments that go; none at the end. */
export async function removeTraces(tx: Tx, removal: Removal): Promise<{ traces: number; files: number }> {
  const { rows } = await sql<{ trace_id: string; uri: string }>`
    SELECT t.trace_id, e.artifact_location || '/traces/' || t.trace_id AS uri
    FROM trace AS t JOIN experiment AS e ON e.experiment_id = t.experiment_id
    WHERE t.experiment_id IN (${doomedExperiments(removal)})
    ORDER BY t.trace_id LIMIT ${batchTraces} FOR UPDATE OF t SKIP LOCKED`.execute(tx);
  const ids = rows.map((row) => row.trace_id);
  const files = await removeFiles(
    tx,
    rows.map((row) => ({ id: row.trace_id, uri: row.uri })),
  );
  // Assessments and prompts go with the trace.
  for (const table of ['span', 'trace_run', 'trace'])
    await sql`DELETE FROM ${sql.table(table)} WHERE trace_id = ANY(${ids}::text[])`.execute(tx);
  return { traces: ids.length, files };
}

/** Removes the next empty experiment after one of them, which frees its name; `next` is undefined at the end. */
export async function removeExperiment(tx: Tx, ledger: Ledger, removal: Removal, after: number) {
  const { rows } = await sql<{ experiment_id: number; name: string }>`
    SELECT experiment_id, name FROM experiment
    WHERE experiment_id > ${after} AND experiment_id IN (${doomedExperiments(removal)})
    ORDER BY experiment_id LIMIT 1 FOR UPDATE SKIP LOCKED`.execute(tx);
  const [found] = rows;
  if (found === undefined) return { next: undefined, experiments: 0, keptExperiments: 0 };
  const id = found.experiment_id;
  if (!(await isEmpty(tx, id))) return { next: id, experiments: 0, keptExperiments: 1 };
  for (const table of ['scorer', 'evaluation_dataset_experiment', 'dataset', 'experiment_tag', 'experiment'])
    await sql`DELETE FROM ${sql.table(table)} WHERE experiment_id = ${id}`.execute(tx);
  await ledger.append(tx, {
    type: 'experiment.removed',
    subject: `experiment/${id}`,
    data: { gcId: removal.gcId, experimentId: String(id), name: found.name },
  });
  return { next: id, experiments: 1, keptExperiments: 0 };
}

async function isEmpty(tx: Tx, id: number): Promise<boolean> {
  const { rows } = await sql<{ empty: boolean }>`
    SELECT NOT EXISTS (SELECT FROM run WHERE experiment_id = ${id})
      AND NOT EXISTS (SELECT FROM logged_model WHERE experiment_id = ${id})
      AND NOT EXISTS (SELECT FROM trace WHERE experiment_id = ${id}) AS empty`.execute(tx);
  return rows[0]?.empty ?? false;
}
