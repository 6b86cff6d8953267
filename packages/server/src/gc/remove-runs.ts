import { sql } from 'kysely';
import type { Ledger } from '../ledger/index.ts';
import type { Tx } from '../platform/postgres/index.ts';
import { doomedExperiments, isLimited, isVersionBelow, type Removal, removeFiles } from './removal.ts';

/** A run may have millions of metric values: so few that a transaction ends within seconds. */
const batchRuns = 50;
/** A dry run is one transaction anyway, in which every batch passes over the rows that went before. */
const dryBatchRuns = 2000;
/** Side tables of a run, those with a foreign key to it too. */
const sideTables = [
  'run_tag',
  'run_param',
  'run_metric',
  'run_latest_metric',
  'run_dataset',
  'run_model',
  'trace_run',
];

/** Removes the next deleted runs after one of them; `next` is undefined at the end. */
export async function removeRuns(tx: Tx, ledger: Ledger, removal: Removal, after: string) {
  const { cutoffMs, options, gcId } = removal;
  const named = options.runs ?? (isLimited(options) ? [] : undefined);
  // Whoever registers a version of a run holds the run's row: what is referred to below is all there is.
  const { rows } = await sql<{ run_id: string; artifact_uri: string }>`
    SELECT run_id, artifact_uri FROM run
    WHERE lifecycle_stage = 'deleted' AND run_id > ${after}
      AND (experiment_id IN (${doomedExperiments(removal)}) OR (coalesce(deleted_ms, 0) <= ${cutoffMs}
        ${named === undefined ? sql`` : sql`AND run_id = ANY(${named}::text[])`}))
    ORDER BY run_id LIMIT ${options.dryRun ? dryBatchRuns : batchRuns} FOR UPDATE SKIP LOCKED`.execute(tx);
  const last = rows.at(-1);
  if (last === undefined) return { next: undefined, runs: 0, keptRuns: 0, files: 0 };
  const needed = await findNeeded(
    tx,
    rows.map((row) => row.run_id),
  );
  const gone = rows.filter((row) => !needed.has(row.run_id));
  const ids = gone.map((row) => row.run_id);
  const files = await removeFiles(
    tx,
    gone.map((row) => ({ id: row.run_id, uri: row.artifact_uri })),
  );
  for (const table of [...sideTables, 'run'])
    await sql`DELETE FROM ${sql.table(table)} WHERE run_id = ANY(${ids}::text[])`.execute(tx);
  if (ids.length > 0)
    await ledger.append(tx, {
      type: 'runs.removed',
      subject: `gc/${gcId}`,
      data: { gcId, runs: ids.length, runIds: ids, files },
    });
  return { next: last.run_id, runs: ids.length, keptRuns: rows.length - ids.length, files };
}

/** Runs that a version, a release, a cached outcome or a pipeline that runs refers to. */
async function findNeeded(tx: Tx, runIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ run_id: string }>`
    SELECT r.run_id FROM run AS r WHERE r.run_id = ANY(${runIds}::text[]) AND (
      EXISTS (SELECT FROM model_version AS v WHERE v.run_id = r.run_id)
      OR EXISTS (SELECT FROM logged_model AS m JOIN model_version AS v ON v.model_id = m.model_id
        WHERE m.source_run_id = r.run_id)
      OR EXISTS (SELECT FROM release WHERE manifest ->> 'runId' = r.run_id)
      OR EXISTS (SELECT FROM step_cache WHERE origin_run_id = r.run_id)
      OR EXISTS (SELECT FROM pipeline_run AS p WHERE p.run_id = r.run_id AND p.status = 'running')
      OR ${isVersionBelow(sql`r.artifact_uri`)})`.execute(tx);
  return new Set(rows.map((row) => row.run_id));
}
