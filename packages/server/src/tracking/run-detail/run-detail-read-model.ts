import type { RunDetail } from '@dividend/contracts/api';
import { toCalendarTime } from '@dividend/core/time';
import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import { loadDatasetInputs } from '../runs/run-links.ts';
import { getRunInfo, type RunInfo } from '../runs/run-store.ts';

const parentTag = 'mlflow.parentRunId';
const contextTag = 'mlflow.data.context';

/** @throws {DividendError} RUN_NOT_FOUND */
export async function readRunDetail(db: Db, runId: string): Promise<RunDetail> {
  const info = await getRunInfo(db, runId);
  const [logged, datasets, models] = await Promise.all([
    readLogged(db, info),
    loadDatasetInputs(db, [runId]),
    readModels(db, runId),
  ]);
  const { experiment_name, params, tags, metrics } = logged;
  return {
    runId,
    experimentId: String(info.experimentId),
    experimentName: experiment_name,
    name: info.name,
    status: info.status,
    stage: info.lifecycleStage,
    user: info.userId,
    startedAt: toCalendarTime(info.startedMs),
    endedAt: info.endedMs === null ? null : toCalendarTime(info.endedMs),
    artifactUri: info.artifactUri,
    params: params ?? {},
    tags: tags ?? {},
    metrics: (metrics ?? []).map(({ key, value, step, timestamp }) => ({
      key,
      value: value === null ? 'NaN' : toWireDouble(value),
      step,
      at: toCalendarTime(timestamp),
    })),
    datasets: (datasets.get(runId) ?? []).map((dataset) => ({
      name: dataset.name,
      digest: dataset.digest,
      context: dataset.tags[contextTag] ?? null,
      sourceType: dataset.sourceType,
      source: dataset.source,
      schema: dataset.schema ?? null,
      profile: dataset.profile ?? null,
    })),
    models,
    parent: await readParent(db, tags?.[parentTag]),
  };
}

interface Logged {
  experiment_name: string;
  params: Record<string, string> | null;
  tags: Record<string, string> | null;
  /** The value is null for NaN. */
  metrics: { key: string; value: number | null; step: number; timestamp: number }[] | null;
}

async function readLogged(db: Db, { runId, experimentId }: RunInfo): Promise<Logged> {
  const { rows } = await sql<Logged>`
    SELECT e.name AS experiment_name,
      (SELECT json_object_agg(key, value ORDER BY key) FROM run_param WHERE run_id = ${runId}) AS params,
      (SELECT json_object_agg(key, value ORDER BY key) FROM run_tag WHERE run_id = ${runId}) AS tags,
      (SELECT json_agg(json_build_object(
         'key', key, 'value', CASE WHEN is_nan THEN NULL ELSE value END, 'step', step, 'timestamp', timestamp
       ) ORDER BY key) FROM run_latest_metric WHERE run_id = ${runId}) AS metrics
    FROM experiment AS e WHERE e.experiment_id = ${experimentId}`.execute(db);
  return rows[0] as Logged;
}

/** Logged models that the run made or read; what was made before links existed names its run itself. */
async function readModels(db: Db, runId: string): Promise<RunDetail['models']> {
  const { rows } = await sql<RunDetail['models'][number]>`
    SELECT m.model_id AS "modelId", m.name, m.model_type AS "modelType", m.artifact_uri AS "artifactUri", m.status = 'LOGGED_MODEL_READY' AS ready,
      used.direction, used.step
    FROM (
      SELECT model_id, direction, max(step)::int AS step FROM (
        SELECT model_id, direction, step FROM run_model WHERE run_id = ${runId}
        UNION ALL SELECT model_id, 'output', 0 FROM logged_model WHERE source_run_id = ${runId}
      ) AS link GROUP BY model_id, direction
    ) AS used JOIN logged_model AS m USING (model_id)
    WHERE m.lifecycle_stage = 'active' ORDER BY used.direction, used.step, m.created_ms, m.model_id`.execute(
    db,
  );
  return rows;
}

async function readParent(db: Db, parentId: string | undefined): Promise<RunDetail['parent']> {
  if (parentId === undefined) return null;
  const { rows } = await sql<{ name: string }>`SELECT name FROM run WHERE run_id = ${parentId}`.execute(db);
  return rows[0] === undefined ? null : { runId: parentId, name: rows[0].name };
}

/** Infinities are kept as the largest doubles. */
function toWireDouble(value: number): number | 'Infinity' | '-Infinity' {
  if (Math.abs(value) < Number.MAX_VALUE) return value;
  return value > 0 ? 'Infinity' : '-Infinity';
}
