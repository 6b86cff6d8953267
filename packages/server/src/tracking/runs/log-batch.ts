import { DividendError } from '@dividend/core/errors';
import { sql } from 'kysely';
import type { Tx } from '../../platform/postgres/index.ts';
import { insertLoggedModelMetrics } from '../models/logged-model-metrics.ts';
import type { Batch } from './batch-checks.ts';
import { latestByKey, type Metric, toStoredValue } from './metric.ts';
import { checkActiveRuns, upsertRunTags } from './run-store.ts';

/** What one call logs to one run, checked. */
export interface RunBatch extends Batch {
  readonly runId: string;
}

/** Rows that a batch writes. */
export function weighBatch({ metrics, params, tags }: RunBatch): number {
  return metrics.length + params.length + tags.length;
}

/**
 * Writes batches, all of them or none: one statement each for params, metrics with their latest values, metrics of logged
 * models, and tags. Of a tag that comes twice the last value counts.
 * @throws {DividendError} RUN_NOT_FOUND, RUN_NOT_ACTIVE, PARAM_CHANGED, LOGGED_MODEL_NOT_FOUND
 */
export async function writeBatches(tx: Tx, batches: readonly RunBatch[]): Promise<void> {
  await checkActiveRuns(
    tx,
    batches.map(({ runId }) => runId),
  );
  await insertParams(tx, batches);
  await insertMetrics(tx, batches);
  for (const { runId, metrics } of batches) {
    const ofModels = metrics.filter((metric) => metric.modelId !== undefined);
    if (ofModels.length > 0) await insertLoggedModelMetrics(tx, runId, ofModels);
  }
  await upsertRunTags(
    tx,
    batches.flatMap(({ runId, tags }) => tags.map(({ key, value }) => ({ runId, key, value }))),
  );
}

/** A param is written once: the same value again is no error, another one is. */
async function insertParams(tx: Tx, batches: readonly RunBatch[]): Promise<void> {
  const rows = batches.flatMap(({ runId, params }) => params.map((param) => ({ runId, ...param })));
  if (rows.length === 0) return;
  const input = sql`unnest(
      ${rows.map(({ runId }) => runId)}::text[],
      ${rows.map(({ key }) => key)}::text[],
      ${rows.map(({ value }) => value)}::text[]
    ) AS input (run_id, key, value)`;
  const { numAffectedRows } = await sql`
    INSERT INTO run_param (run_id, key, value)
    SELECT * FROM ${input} ORDER BY run_id COLLATE "C", key COLLATE "C"
    ON CONFLICT (run_id, key) DO NOTHING`.execute(tx);
  if (numAffectedRows === BigInt(rows.length)) return;
  const { rows: changes } = await sql<{ run_id: string; key: string; old_value: string; new_value: string }>`
    SELECT input.run_id, input.key, param.value AS old_value, input.value AS new_value
    FROM ${input} JOIN run_param AS param
      ON param.run_id = input.run_id COLLATE "C" AND param.key = input.key COLLATE "C"
    WHERE param.value <> input.value COLLATE "C" ORDER BY input.key COLLATE "C"`.execute(tx);
  const [first] = changes;
  if (first !== undefined) throw paramChanged(first.run_id, rows.length === 1, changes);
}

/** History and latest values in one statement. Rows are sorted, so that two writers lock them in the same order. */
async function insertMetrics(tx: Tx, batches: readonly RunBatch[]): Promise<void> {
  const logged = batches.flatMap(({ runId, metrics }) => metrics.map((metric) => ({ runId, metric })));
  if (logged.length === 0) return;
  const latest = [...Map.groupBy(logged, ({ runId }) => runId)].flatMap(([runId, ofRun]) =>
    latestByKey(ofRun.map(({ metric }) => metric)).map((metric) => ({ runId, metric })),
  );
  await sql`
    WITH history AS (
      INSERT INTO run_metric (run_id, key, timestamp, step, value, is_nan)
      SELECT * FROM ${unnestMetrics(logged)} ORDER BY run_id COLLATE "C", key COLLATE "C", timestamp, step
      ON CONFLICT DO NOTHING
    )
    INSERT INTO run_latest_metric AS latest (run_id, key, timestamp, step, value, is_nan)
    SELECT * FROM ${unnestMetrics(latest)} ORDER BY run_id COLLATE "C", key COLLATE "C"
    ON CONFLICT (run_id, key) DO UPDATE
    SET timestamp = excluded.timestamp, step = excluded.step, value = excluded.value, is_nan = excluded.is_nan
    WHERE (excluded.step, excluded.timestamp, excluded.value) > (latest.step, latest.timestamp, latest.value)`.execute(
    tx,
  );
}

function unnestMetrics(rows: readonly { readonly runId: string; readonly metric: Metric }[]) {
  const stored = rows.map(({ metric }) => toStoredValue(metric.value));
  return sql`unnest(
      ${rows.map(({ runId }) => runId)}::text[],
      ${rows.map(({ metric }) => metric.key)}::text[],
      ${rows.map(({ metric }) => metric.timestamp)}::bigint[],
      ${rows.map(({ metric }) => metric.step)}::bigint[],
      ${stored.map(({ value }) => value)}::float8[],
      ${stored.map(({ isNan }) => isNan)}::boolean[]
    ) AS metric (run_id, key, timestamp, step, value, is_nan)`;
}

function paramChanged(
  runId: string,
  isSingle: boolean,
  changes: readonly { key: string; old_value: string; new_value: string }[],
): DividendError {
  const [first] = changes;
  const message =
    isSingle && first !== undefined
      ? `Changing param values is not allowed. Param with key='${first.key}' was already logged with value='${first.old_value}' for run ID='${runId}'. Attempted logging new value '${first.new_value}'.`
      : `Changing param values is not allowed. Params were already logged='[${changes
          .map(
            (change) =>
              `{'key': '${change.key}', 'old_value': '${change.old_value}', 'new_value': '${change.new_value}'}`,
          )
          .join(', ')}]' for run ID='${runId}'.`;
  return new DividendError('PARAM_CHANGED', 'invalid_argument', message, { field: 'params' });
}
