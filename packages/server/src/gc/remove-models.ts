import { sql } from 'kysely';
import type { Ledger } from '../ledger/index.ts';
import type { Tx } from '../platform/postgres/index.ts';
import { doomedExperiments, isLimited, isVersionBelow, type Removal, removeFiles } from './removal.ts';

const batchModels = 100;
const sideTables = ['logged_model_tag', 'logged_model_param', 'logged_model_metric', 'run_model'];

/** Removes the next deleted logged models after one of them; `next` is undefined at the end. */
export async function removeModels(tx: Tx, ledger: Ledger, removal: Removal, after: string) {
  const { cutoffMs, options, gcId } = removal;
  const named = options.models ?? (isLimited(options) ? [] : undefined);
  const { rows } = await sql<{ model_id: string; artifact_uri: string }>`
    SELECT model_id, artifact_uri FROM logged_model
    WHERE model_id > ${after} AND (experiment_id IN (${doomedExperiments(removal)})
      OR (lifecycle_stage = 'deleted' AND updated_ms <= ${cutoffMs}
        ${named === undefined ? sql`` : sql`AND model_id = ANY(${named}::text[])`}))
    ORDER BY model_id LIMIT ${batchModels} FOR UPDATE SKIP LOCKED`.execute(tx);
  const last = rows.at(-1);
  if (last === undefined) return { next: undefined, models: 0, keptModels: 0, files: 0 };
  const needed = await findNeeded(
    tx,
    rows.map((row) => row.model_id),
  );
  const gone = rows.filter((row) => !needed.has(row.model_id));
  const ids = gone.map((row) => row.model_id);
  const files = await removeFiles(
    tx,
    gone.map((row) => ({ id: row.model_id, uri: row.artifact_uri })),
  );
  for (const table of [...sideTables, 'logged_model'])
    await sql`DELETE FROM ${sql.table(table)} WHERE model_id = ANY(${ids}::text[])`.execute(tx);
  if (ids.length > 0)
    await ledger.append(tx, {
      type: 'models.removed',
      subject: `gc/${gcId}`,
      data: { gcId, models: ids.length, modelIds: ids, files },
    });
  return { next: last.model_id, models: ids.length, keptModels: rows.length - ids.length, files };
}

async function findNeeded(tx: Tx, modelIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ model_id: string }>`
    SELECT m.model_id FROM logged_model AS m WHERE m.model_id = ANY(${modelIds}::text[]) AND (
      EXISTS (SELECT FROM model_version AS v WHERE v.model_id = m.model_id)
      OR ${isVersionBelow(sql`m.artifact_uri`)})`.execute(tx);
  return new Set(rows.map((row) => row.model_id));
}
