import { sql } from 'kysely';
import type { Db, Tx } from '../../platform/postgres/index.ts';
import { fromStoredValue, type Metric, toStoredValue } from '../runs/metric.ts';
import { loggedModelNotFound } from './logged-model-errors.ts';

/** A value measured on a logged model, and the run that measured it. */
export interface LoggedModelMetric extends Metric {
  readonly runId: string;
}

/** @throws {DividendError} LOGGED_MODEL_NOT_FOUND, with nothing written */
export async function insertLoggedModelMetrics(
  tx: Tx,
  runId: string,
  metrics: readonly Metric[],
): Promise<void> {
  const modelIds = [...new Set(metrics.map(({ modelId }) => modelId as string))];
  const { rows } = await sql<{ model_id: string }>`
    SELECT model_id FROM logged_model WHERE model_id = ANY(${modelIds}::text[])`.execute(tx);
  const missing = modelIds.find((id) => !rows.some((row) => row.model_id === id));
  if (missing !== undefined) throw loggedModelNotFound(missing);
  const stored = metrics.map(({ value }) => toStoredValue(value));
  await sql`
    INSERT INTO logged_model_metric
      (run_id, model_id, key, timestamp, step, value, is_nan, dataset_name, dataset_digest)
    SELECT ${runId}::text, * FROM unnest(
      ${metrics.map(({ modelId }) => modelId)}::text[],
      ${metrics.map(({ key }) => key)}::text[],
      ${metrics.map(({ timestamp }) => timestamp)}::bigint[],
      ${metrics.map(({ step }) => step)}::bigint[],
      ${stored.map(({ value }) => value)}::float8[],
      ${stored.map(({ isNan }) => isNan)}::boolean[],
      ${metrics.map(({ datasetName }) => datasetName ?? null)}::text[],
      ${metrics.map(({ datasetDigest }) => datasetDigest ?? null)}::text[]
    ) ON CONFLICT DO NOTHING`.execute(tx);
}

/** Every metric of each of these models, by model id. */
export async function loadLoggedModelMetrics(
  db: Db,
  modelIds: readonly string[],
): Promise<Map<string, LoggedModelMetric[]>> {
  type Row = [string, number, number, number, boolean, string, string | null, string | null];
  const { rows } = await sql<{ model_id: string; metrics: Row[] }>`
    SELECT model_id, json_agg(json_build_array(key, timestamp, step, value, is_nan, run_id, dataset_name, dataset_digest)
      ORDER BY key, timestamp, step) AS metrics
    FROM logged_model_metric WHERE model_id = ANY(${modelIds}::text[]) GROUP BY model_id`.execute(db);
  return new Map(
    rows.map(({ model_id, metrics }) => [
      model_id,
      metrics.map(([key, timestamp, step, value, isNan, runId, datasetName, datasetDigest]) => ({
        key,
        timestamp,
        step,
        value: fromStoredValue({ value, isNan }),
        runId,
        modelId: model_id,
        datasetName: datasetName ?? undefined,
        datasetDigest: datasetDigest ?? undefined,
      })),
    ]),
  );
}
