import type { EvaluationDatasetRecord, ScorerRecord } from '@dividend/contracts/imports';
import { sql } from 'kysely';
import { newId } from '../../platform/ids.ts';
import type { Db, Tx } from '../../platform/postgres/index.ts';
import { type DatasetRow, datasetColumns, linkExperiments } from './datasets/dataset-store.ts';
import { hashInputs, parseInputs } from './datasets/evaluation-record.ts';
import { type EvaluationRecord, listAllRecords, upsertRecords } from './datasets/record-store.ts';

/** A dataset from another server, its experiments by their ids here. */
export type ImportedDataset = Omit<EvaluationDatasetRecord, 'kind' | 'experimentIds'> & {
  readonly experimentIds: readonly number[];
};

/** Writes datasets whole, in place of what is here under their ids. @throws {DividendError} PARAMETER_INVALID */
export async function writeImportedDatasets(tx: Tx, datasets: readonly ImportedDataset[]): Promise<void> {
  for (const dataset of datasets) {
    const { id, name, digest, tags, schema, createdMs, updatedMs, createdBy, updatedBy } = dataset;
    await sql`
      INSERT INTO evaluation_dataset (dataset_id, name, digest, tags, schema, created_ms, updated_ms, created_by, updated_by)
      VALUES (${id}, ${name}, ${digest}, ${JSON.stringify(tags)}, ${schema}, ${createdMs}, ${updatedMs}, ${createdBy},
        ${updatedBy})
      ON CONFLICT (dataset_id) DO UPDATE SET name = excluded.name, digest = excluded.digest, tags = excluded.tags,
        schema = excluded.schema, created_ms = excluded.created_ms, updated_ms = excluded.updated_ms,
        created_by = excluded.created_by, updated_by = excluded.updated_by`.execute(tx);
    for (const table of ['evaluation_dataset_experiment', 'evaluation_record'])
      await sql`DELETE FROM ${sql.table(table)} WHERE dataset_id = ${id}`.execute(tx);
    await linkExperiments(tx, id, dataset.experimentIds);
    await upsertRecords(tx, toRecords(dataset));
  }
}

/** Each inputs once: two that are equal here are one record. */
function toRecords({ id, records }: ImportedDataset): EvaluationRecord[] {
  const byInputs = new Map<string, EvaluationRecord>();
  for (const record of records) {
    const inputHash = hashInputs(parseInputs(record.inputs));
    const key = inputHash.toString('hex');
    if (!byInputs.has(key)) byInputs.set(key, { ...record, datasetId: id, inputHash });
  }
  return [...byInputs.values()];
}

export async function readImportedDatasets(
  db: Db,
  datasetIds: readonly string[],
): Promise<ImportedDataset[]> {
  const { rows } = await sql<DatasetRow>`
    SELECT ${datasetColumns} FROM evaluation_dataset AS d WHERE d.dataset_id = ANY(${datasetIds}::text[])`.execute(
    db,
  );
  const datasets: ImportedDataset[] = [];
  for (const row of rows) {
    const records = await listAllRecords(db, row.dataset_id);
    datasets.push({
      id: row.dataset_id,
      name: row.name,
      digest: row.digest,
      tags: row.tags,
      schema: row.schema,
      createdMs: row.created_ms,
      updatedMs: row.updated_ms,
      createdBy: row.created_by,
      updatedBy: row.updated_by,
      experimentIds: row.experiment_ids,
      records: records.map(({ datasetId: _dataset, inputHash: _hash, ...record }) => record),
    });
  }
  return datasets;
}

/** A scorer from another server, in an experiment here. */
export type ImportedScorer = Pick<ScorerRecord, 'name' | 'versions'> & { readonly experimentId: number };

/** Writes scorers with all of their versions, in place of those that are here. */
export async function writeImportedScorers(
  tx: Tx,
  scorers: readonly ImportedScorer[],
  now: Date,
): Promise<void> {
  for (const { experimentId, name, versions } of scorers) {
    const last = Math.max(...versions.map(({ version }) => version));
    const { rows } = await sql<{ scorer_id: string }>`
      INSERT INTO scorer AS s (scorer_id, experiment_id, name, last_version)
      VALUES (${newId('scorer', now)}, ${experimentId}, ${name}, ${last})
      ON CONFLICT (experiment_id, name) DO UPDATE SET last_version = greatest(s.last_version, excluded.last_version)
      RETURNING scorer_id`.execute(tx);
    const [made] = rows as [{ scorer_id: string }];
    await sql`DELETE FROM scorer_version WHERE scorer_id = ${made.scorer_id}`.execute(tx);
    await sql`
      INSERT INTO scorer_version (scorer_id, version, serialized, created_ms)
      SELECT ${made.scorer_id}, * FROM unnest(
        ${versions.map(({ version }) => version)}::integer[],
        ${versions.map(({ serialized }) => serialized)}::text[],
        ${versions.map(({ createdMs }) => createdMs)}::bigint[])`.execute(tx);
  }
}

/** The scorers of experiments by their names, as far as they are here. */
export async function readImportedScorers(
  db: Db,
  of: readonly { readonly experimentId: number; readonly name: string }[],
): Promise<ImportedScorer[]> {
  const { rows } = await sql<{ experiment_id: number; name: string; versions: ScorerRecord['versions'] }>`
    SELECT s.experiment_id, s.name, json_agg(json_build_object('version', v.version, 'serialized', v.serialized,
      'createdMs', v.created_ms)) AS versions
    FROM unnest(${of.map(({ experimentId }) => experimentId)}::bigint[], ${of.map(({ name }) => name)}::text[])
      AS wanted (experiment_id, name)
    JOIN scorer AS s ON s.experiment_id = wanted.experiment_id AND s.name = wanted.name
    JOIN scorer_version AS v USING (scorer_id) GROUP BY s.experiment_id, s.name`.execute(db);
  return rows.map(({ experiment_id, name, versions }) => ({ experimentId: experiment_id, name, versions }));
}
