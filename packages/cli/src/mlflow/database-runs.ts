import { groupBy, toPairs } from './database-rows.ts';
import type { RawLoggedModel, RawModelUse, RawPoint, RawRun } from './source.ts';
import type { Row, Select, SqlReader } from './sql-reader.ts';

/** Runs read at a time, with all that belongs to them. */
const pageRuns = 200;
const pagePoints = 20_000;
/** Logged models read at a time, with all that belongs to them. */
const pageModels = 200;

const modelStatuses = [
  'LOGGED_MODEL_STATUS_UNSPECIFIED',
  'LOGGED_MODEL_PENDING',
  'LOGGED_MODEL_READY',
  'LOGGED_MODEL_UPLOAD_FAILED',
];

/** Runs with their metric histories, and logged models, from the database behind an MLflow server. */
export function createRunReader(reader: SqlReader, select: Select, tables: ReadonlySet<string>) {
  return {
    runs: async function* (experimentId: string): AsyncGenerator<RawRun> {
      const columns = await reader.selectList('runs');
      for (let after = ''; ; ) {
        const page = await reader.rows(
          `SELECT ${columns} FROM runs WHERE experiment_id = ? AND run_uuid > ? ORDER BY run_uuid LIMIT ${pageRuns}`,
          [Number(experimentId), after],
        );
        yield* await readRunPage(reader, select, page);
        const last = page.at(-1);
        if (last === undefined || page.length < pageRuns) return;
        after = String(last.run_uuid);
      }
    },
    points: (run: RawRun): AsyncGenerator<RawPoint> => readPoints(reader, String(run.id)),
    loggedModels: async function* (experimentId: string): AsyncGenerator<RawLoggedModel> {
      if (!tables.has('logged_models')) return;
      const ids = await reader.rows(
        'SELECT model_id FROM logged_models WHERE experiment_id = ? ORDER BY model_id',
        [Number(experimentId)],
      );
      for (let start = 0; start < ids.length; start += pageModels) {
        const page = ids.slice(start, start + pageModels);
        yield* await readModelPage(
          select,
          page.map(({ model_id }) => String(model_id)),
        );
      }
    },
  };
}

async function readRunPage(reader: SqlReader, select: Select, page: readonly Row[]): Promise<RawRun[]> {
  const ids = page.map((row) => String(row.run_uuid));
  if (ids.length === 0) return [];
  const ofRuns = async (table: string) =>
    groupBy(await select(table, 'run_uuid', { run_uuid: ids }), 'run_uuid');
  const [tags, params] = [await ofRuns('tags'), await ofRuns('params')];
  const counts = groupBy(
    await reader.rows(
      `SELECT run_uuid, count(*) AS n FROM metrics WHERE run_uuid IN (${ids.map(() => '?').join(', ')}) GROUP BY run_uuid`,
      ids,
    ),
    'run_uuid',
  );
  const datasets = await readDatasets(select, ids);
  const modelInputs = await readModelUses(select, 'RUN_INPUT', 'MODEL_INPUT', ids);
  const modelOutputs = await readModelUses(select, 'RUN_OUTPUT', 'MODEL_OUTPUT', ids);
  return page.map((row) => {
    const id = String(row.run_uuid);
    return {
      id: row.run_uuid,
      experimentId: row.experiment_id,
      name: row.name,
      userId: row.user_id,
      status: row.status,
      startedMs: row.start_time,
      endedMs: row.end_time,
      lifecycle: row.lifecycle_stage,
      artifactUri: row.artifact_uri,
      tags: toPairs(tags.get(id)),
      params: toPairs(params.get(id)),
      datasets: datasets.get(id) ?? [],
      modelInputs: modelInputs.get(id) ?? [],
      modelOutputs: modelOutputs.get(id) ?? [],
      metricsFingerprint: `${Number(counts.get(id)?.[0]?.n ?? 0)} points`,
    };
  });
}

async function readDatasets(select: Select, ids: readonly string[]) {
  const inputs = (await select('inputs', 'input_uuid', { destination_id: ids })).filter(
    (row) => row.source_type === 'DATASET' && row.destination_type === 'RUN',
  );
  const unique = (column: string) => [...new Set(inputs.map((row) => String(row[column])))];
  const sets = groupBy(
    await select('datasets', 'dataset_uuid', { dataset_uuid: unique('source_id') }),
    'dataset_uuid',
  );
  const tags = groupBy(
    await select('input_tags', 'input_uuid', { input_uuid: unique('input_uuid') }),
    'input_uuid',
  );
  const uses = inputs.flatMap((input) => {
    const set = sets.get(String(input.source_id))?.[0];
    if (set === undefined) return [];
    const use = {
      name: set.name,
      digest: set.digest,
      sourceType: set.dataset_source_type,
      source: set.dataset_source,
      schema: set.dataset_schema,
      profile: set.dataset_profile,
      tags: (tags.get(String(input.input_uuid)) ?? []).map(({ name, value }) => [name, value] as const),
    };
    return [{ runId: String(input.destination_id), use }];
  });
  return groupUses(uses);
}

/** By model alone: MLflow 3.6 notes experiment 0 beside the metrics of all of them. */
async function readModelPage(select: Select, ids: readonly string[]): Promise<RawLoggedModel[]> {
  const where = { model_id: ids };
  const parts = async (table: string) => groupBy(await select(table, 'model_id', where), 'model_id');
  const [tags, params, metrics] = [
    await parts('logged_model_tags'),
    await parts('logged_model_params'),
    await parts('logged_model_metrics'),
  ];
  const rows = await select('logged_models', 'model_id', where);
  return rows.map((row) => {
    const id = String(row.model_id);
    return toLoggedModel(row, tags.get(id), params.get(id), metrics.get(id));
  });
}

/** Links between runs and logged models: the run is the source of both directions. */
async function readModelUses(select: Select, from: string, to: string, ids: readonly string[]) {
  const rows = (await select('inputs', 'input_uuid', { source_id: ids })).filter(
    (row) => row.source_type === from && row.destination_type === to,
  );
  return groupUses(
    rows.map((row): { runId: string; use: RawModelUse } => ({
      runId: String(row.source_id),
      use: { modelId: row.destination_id, step: row.step ?? 0 },
    })),
  );
}

function groupUses<Use>(uses: readonly { runId: string; use: Use }[]): Map<string, Use[]> {
  const groups = Map.groupBy(uses, ({ runId }) => runId);
  return new Map([...groups].map(([runId, items]) => [runId, items.map(({ use }) => use)]));
}

/** By key, then in time; each page starts after the last row of the page before. */
async function* readPoints(reader: SqlReader, runId: string): AsyncGenerator<RawPoint> {
  const names = ['key', 'timestamp', 'step', 'value', 'is_nan'];
  const order = names.join(', ');
  const columns = await reader.selectList('metrics', names);
  let after: readonly (string | number)[] | undefined;
  for (;;) {
    const rows = await reader.rows(
      `SELECT ${columns} FROM metrics WHERE run_uuid = ?${
        after === undefined ? '' : ` AND (${order}) > (?, ?, ?, ?, ?)`
      } ORDER BY ${order} LIMIT ${pagePoints}`,
      [runId, ...(after ?? [])],
    );
    for (const { key, timestamp, step, value, is_nan } of rows)
      yield { key, timestamp, step, value, isNan: is_nan };
    const last = rows.at(-1);
    if (last === undefined || rows.length < pagePoints) return;
    after = [last.key, last.timestamp, last.step, last.value, last.is_nan] as (string | number)[];
  }
}

function toLoggedModel(
  row: Row,
  tags: readonly Row[] = [],
  params: readonly Row[] = [],
  metrics: readonly Row[] = [],
): RawLoggedModel {
  return {
    id: row.model_id,
    experimentId: row.experiment_id,
    name: row.name,
    artifactUri: row.artifact_location,
    status: modelStatuses[Number(row.status)] ?? row.status,
    statusMessage: row.status_message,
    modelType: row.model_type,
    sourceRunId: row.source_run_id,
    lifecycle: row.lifecycle_stage,
    createdMs: row.creation_timestamp_ms,
    updatedMs: row.last_updated_timestamp_ms,
    tags: tags.map(({ tag_key, tag_value }) => [tag_key, tag_value] as const),
    params: params.map(({ param_key, param_value }) => [param_key, param_value] as const),
    metrics: metrics.map((metric) => ({
      key: metric.metric_name,
      timestamp: metric.metric_timestamp_ms,
      step: metric.metric_step,
      value: metric.metric_value,
      isNan: metric.metric_value === null,
      runId: metric.run_id,
      datasetName: metric.dataset_name,
      datasetDigest: metric.dataset_digest,
    })),
  };
}
