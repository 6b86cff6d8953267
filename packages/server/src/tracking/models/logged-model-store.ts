import { sql } from 'kysely';
import type { Db, Tx } from '../../platform/postgres/index.ts';
import type { LifecycleStage, TrackingTables } from '../tracking-tables.ts';
import { loggedModelNotFound, loggedModelParamChanged } from './logged-model-errors.ts';
import { type LoggedModelMetric, loadLoggedModelMetrics } from './logged-model-metrics.ts';

export const loggedModelStatuses = [
  'LOGGED_MODEL_STATUS_UNSPECIFIED',
  'LOGGED_MODEL_PENDING',
  'LOGGED_MODEL_READY',
  'LOGGED_MODEL_UPLOAD_FAILED',
] as const;
export type LoggedModelStatus = (typeof loggedModelStatuses)[number];

export interface LoggedModel {
  readonly modelId: string;
  readonly experimentId: number;
  readonly name: string;
  readonly artifactUri: string;
  readonly status: LoggedModelStatus;
  readonly statusMessage: string | null;
  readonly modelType: string | null;
  readonly sourceRunId: string | null;
  readonly lifecycleStage: LifecycleStage;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
  readonly metrics: readonly LoggedModelMetric[];
}

export interface LoggedModelRow {
  model_id: string;
  experiment_id: number;
  name: string;
  artifact_uri: string;
  status: string;
  status_message: string | null;
  model_type: string | null;
  source_run_id: string | null;
  lifecycle_stage: LifecycleStage;
  created_ms: number;
  updated_ms: number;
  tags: Record<string, string> | null;
  params: Record<string, string> | null;
}

/** Columns of a logged model of table alias `m`, its tags and params as one object each. */
export const loggedModelColumns = sql`m.*,
  (SELECT json_object_agg(t.key, t.value ORDER BY t.key) FROM logged_model_tag AS t WHERE t.model_id = m.model_id) AS tags,
  (SELECT json_object_agg(p.key, p.value ORDER BY p.key) FROM logged_model_param AS p WHERE p.model_id = m.model_id) AS params`;

/** Fills in metrics: one query however many models there are. */
export async function loadLoggedModels(db: Db, rows: readonly LoggedModelRow[]): Promise<LoggedModel[]> {
  if (rows.length === 0) return [];
  const metrics = await loadLoggedModelMetrics(
    db,
    rows.map((row) => row.model_id),
  );
  return rows.map((row) => ({
    modelId: row.model_id,
    experimentId: row.experiment_id,
    name: row.name,
    artifactUri: row.artifact_uri,
    status: row.status as LoggedModelStatus,
    statusMessage: row.status_message,
    modelType: row.model_type,
    sourceRunId: row.source_run_id,
    lifecycleStage: row.lifecycle_stage,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    tags: row.tags ?? {},
    params: row.params ?? {},
    metrics: metrics.get(row.model_id) ?? [],
  }));
}

export async function insertLoggedModel(
  db: Db,
  model: Omit<LoggedModel, 'tags' | 'params' | 'metrics' | 'lifecycleStage' | 'statusMessage'>,
): Promise<void> {
  await db
    .withTables<TrackingTables>()
    .insertInto('logged_model')
    .values({
      model_id: model.modelId,
      experiment_id: model.experimentId,
      name: model.name,
      artifact_uri: model.artifactUri,
      status: model.status,
      status_message: null,
      model_type: model.modelType,
      source_run_id: model.sourceRunId,
      created_ms: model.createdMs,
      updated_ms: model.updatedMs,
    })
    .execute();
}

/** @throws {DividendError} LOGGED_MODEL_NOT_FOUND, also for a deleted one unless `allowDeleted` */
export async function getLoggedModel(db: Db, modelId: string, allowDeleted = false): Promise<LoggedModel> {
  const stage = allowDeleted ? sql`` : sql`AND m.lifecycle_stage = 'active'`;
  const { rows } = await sql<LoggedModelRow>`
    SELECT ${loggedModelColumns} FROM logged_model AS m WHERE m.model_id = ${modelId} ${stage}`.execute(db);
  const [model] = await loadLoggedModels(db, rows);
  if (model === undefined) throw loggedModelNotFound(modelId);
  return model;
}

/** The newest logged model that a run made. */
export async function findLoggedModelOfRun(
  db: Db,
  runId: string,
): Promise<{ modelId: string; artifactRoot: string } | undefined> {
  const row = await db
    .withTables<TrackingTables>()
    .selectFrom('logged_model')
    .select(['model_id', 'artifact_uri'])
    .where('source_run_id', '=', runId)
    .where('lifecycle_stage', '=', 'active')
    .orderBy('created_ms', 'desc')
    .orderBy('model_id', 'desc')
    .executeTakeFirst();
  return row && { modelId: row.model_id, artifactRoot: row.artifact_uri };
}

export async function updateLoggedModel(
  db: Db,
  modelId: string,
  change: { status?: LoggedModelStatus; lifecycleStage?: LifecycleStage; nowMs: number },
): Promise<void> {
  await db
    .withTables<TrackingTables>()
    .updateTable('logged_model')
    .set({
      updated_ms: change.nowMs,
      ...(change.status === undefined ? {} : { status: change.status }),
      ...(change.lifecycleStage === undefined ? {} : { lifecycle_stage: change.lifecycleStage }),
    })
    .where('model_id', '=', modelId)
    .execute();
}

/** A key that is there gets the new value. */
export async function setLoggedModelTags(
  db: Db,
  modelId: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const keys = Object.keys(tags).sort();
  if (keys.length === 0) return;
  await sql`
    INSERT INTO logged_model_tag (model_id, key, value)
    SELECT ${modelId}::text, * FROM unnest(${keys}::text[], ${keys.map((key) => tags[key])}::text[])
    ON CONFLICT (model_id, key) DO UPDATE SET value = excluded.value`.execute(db);
}

/**
 * A param is logged once; the same value again changes nothing. Give a transaction: where another value is there, what was written
 * must be taken back. @throws {DividendError} PARAM_CHANGED
 */
export async function logLoggedModelParams(
  tx: Tx,
  modelId: string,
  params: Readonly<Record<string, string>>,
): Promise<void> {
  const keys = Object.keys(params).sort();
  if (keys.length === 0) return;
  await sql`
    INSERT INTO logged_model_param (model_id, key, value)
    SELECT ${modelId}::text, * FROM unnest(${keys}::text[], ${keys.map((key) => params[key])}::text[])
    ON CONFLICT DO NOTHING`.execute(tx);
  const stored = await tx
    .withTables<TrackingTables>()
    .selectFrom('logged_model_param')
    .select(['key', 'value'])
    .where('model_id', '=', modelId)
    .where('key', 'in', keys)
    .orderBy('key')
    .execute();
  const changed = stored.find(({ key, value }) => params[key] !== value);
  if (changed !== undefined) throw loggedModelParamChanged(modelId, changed, params[changed.key]);
}

/** False where there was no such tag. */
export async function deleteLoggedModelTag(db: Db, modelId: string, key: string): Promise<boolean> {
  const result = await db
    .withTables<TrackingTables>()
    .deleteFrom('logged_model_tag')
    .where('model_id', '=', modelId)
    .where('key', '=', key)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}
