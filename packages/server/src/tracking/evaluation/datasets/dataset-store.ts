import { DividendError } from '@dividend/core/errors';
import { sql } from 'kysely';
import type { Db, Tx } from '../../../platform/postgres/index.ts';

export interface EvaluationDataset {
  readonly datasetId: string;
  readonly name: string;
  readonly digest: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly schema: string | null;
  readonly records: number;
  readonly experimentIds: readonly number[];
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly createdBy: string | null;
  readonly updatedBy: string | null;
}

export interface DatasetRow {
  dataset_id: string;
  name: string;
  digest: string;
  tags: Record<string, string>;
  schema: string | null;
  records: number;
  experiment_ids: number[];
  created_ms: number;
  updated_ms: number;
  created_by: string | null;
  updated_by: string | null;
}

export function toDataset(row: DatasetRow): EvaluationDataset {
  return {
    datasetId: row.dataset_id,
    name: row.name,
    digest: row.digest,
    tags: row.tags,
    schema: row.schema,
    records: row.records,
    experimentIds: row.experiment_ids,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    createdBy: row.created_by,
    updatedBy: row.updated_by,
  };
}

/** Columns of a dataset of table alias `d`. */
export const datasetColumns = sql`d.*,
  (SELECT count(*) FROM evaluation_record AS r WHERE r.dataset_id = d.dataset_id) AS records,
  coalesce((SELECT json_agg(e.experiment_id ORDER BY e.experiment_id) FROM evaluation_dataset_experiment AS e
    WHERE e.dataset_id = d.dataset_id), '[]') AS experiment_ids`;

/** @throws {DividendError} EVALUATION_DATASET_NOT_FOUND */
export async function getDataset(db: Db, datasetId: string): Promise<EvaluationDataset> {
  const { rows } = await sql<DatasetRow>`
    SELECT ${datasetColumns} FROM evaluation_dataset AS d WHERE d.dataset_id = ${datasetId}`.execute(db);
  if (rows[0] === undefined) throw datasetNotFound(datasetId);
  return toDataset(rows[0]);
}

/** So that two writers of records come one after the other. @throws {DividendError} EVALUATION_DATASET_NOT_FOUND */
export async function lockDataset(tx: Tx, datasetId: string): Promise<void> {
  const { rows } = await sql`
    SELECT FROM evaluation_dataset WHERE dataset_id = ${datasetId} FOR UPDATE`.execute(tx);
  if (rows.length === 0) throw datasetNotFound(datasetId);
}

function datasetNotFound(datasetId: string): DividendError {
  return new DividendError(
    'EVALUATION_DATASET_NOT_FOUND',
    'not_found',
    `Evaluation dataset with id '${datasetId}' not found`,
    { field: 'dataset_id' },
  );
}

export async function insertDataset(
  db: Db,
  dataset: Pick<EvaluationDataset, 'datasetId' | 'name' | 'digest' | 'tags' | 'createdMs' | 'createdBy'>,
): Promise<void> {
  const { datasetId, name, digest, tags, createdMs, createdBy } = dataset;
  await sql`
    INSERT INTO evaluation_dataset (dataset_id, name, digest, tags, created_ms, updated_ms, created_by, updated_by)
    VALUES (${datasetId}, ${name}, ${digest}, ${JSON.stringify(tags)}, ${createdMs}, ${createdMs}, ${createdBy},
      ${createdBy})`.execute(db);
}

export async function updateDataset(
  db: Db,
  datasetId: string,
  change: { digest: string; schema: string | null; updatedMs: number; updatedBy: string | null },
): Promise<void> {
  await sql`
    UPDATE evaluation_dataset SET digest = ${change.digest}, schema = ${change.schema}, updated_ms = ${change.updatedMs},
      updated_by = coalesce(${change.updatedBy}, updated_by)
    WHERE dataset_id = ${datasetId}`.execute(db);
}

export async function mergeDatasetTags(
  db: Db,
  datasetId: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  await sql`
    UPDATE evaluation_dataset SET tags = tags || ${JSON.stringify(tags)}::jsonb
    WHERE dataset_id = ${datasetId}`.execute(db);
}

export async function deleteDatasetTag(db: Db, datasetId: string, key: string): Promise<void> {
  await sql`UPDATE evaluation_dataset SET tags = tags - ${key}::text WHERE dataset_id = ${datasetId}`.execute(
    db,
  );
}

/** With its records. Idempotent. */
export async function deleteDatasetRow(db: Db, datasetId: string): Promise<void> {
  await sql`DELETE FROM evaluation_dataset WHERE dataset_id = ${datasetId}`.execute(db);
}

/** Idempotent. */
export async function linkExperiments(db: Db, datasetId: string, ids: readonly number[]): Promise<void> {
  await sql`
    INSERT INTO evaluation_dataset_experiment (dataset_id, experiment_id)
    SELECT DISTINCT ${datasetId}, id FROM unnest(${ids}::bigint[]) AS sent (id) ORDER BY id
    ON CONFLICT DO NOTHING`.execute(db);
}

/** Idempotent. */
export async function unlinkExperiments(db: Db, datasetId: string, ids: readonly number[]): Promise<void> {
  await sql`
    DELETE FROM evaluation_dataset_experiment
    WHERE dataset_id = ${datasetId} AND experiment_id = ANY(${ids}::bigint[])`.execute(db);
}
