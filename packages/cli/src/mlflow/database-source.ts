import { DividendError } from '@dividend/core/errors';
import type { ArtifactFolder } from './artifact-folder.ts';
import { createTraceReader } from './database-traces.ts';
import type { MlflowSource, RawLoggedModel, RawModelUse, RawPoint, RawRun, RawVersion } from './source.ts';
import {
  createSelect,
  openSqlReader,
  type Row,
  type Select,
  type SqlReader,
  toSqlitePath,
} from './sql-reader.ts';

/** Runs read at a time, with all that belongs to them. */
const pageRuns = 200;
const pagePoints = 20_000;

const modelStatuses = [
  'LOGGED_MODEL_STATUS_UNSPECIFIED',
  'LOGGED_MODEL_PENDING',
  'LOGGED_MODEL_READY',
  'LOGGED_MODEL_UPLOAD_FAILED',
];

/** Tables of what an import does not bring. */
const otherTables = {
  issues: 'issues',
  webhooks: 'webhooks',
  'gateway endpoints': 'endpoints',
} as const;

/**
 * Reads the database behind an MLflow server (SQLite or PostgreSQL), of the version before logged models up to the newest:
 * whole rows, so that columns may be more or fewer.
 * @throws {DividendError} SOURCE_UNREADABLE, SOURCE_NOT_MLFLOW
 */
export async function openDatabaseSource(
  uri: string,
  artifacts: ArtifactFolder | undefined,
): Promise<MlflowSource> {
  const reader = await openSqlReader(uri);
  const tables = await reader.tables();
  if (!tables.has('alembic_version') || !tables.has('experiments') || !tables.has('runs')) {
    await reader.close();
    throw new DividendError(
      'SOURCE_NOT_MLFLOW',
      'invalid_argument',
      'The database of --from is not one of MLflow: it lacks its tables; give the address of the backend store',
      { field: '--from' },
    );
  }
  const [schema] = await reader.rows('SELECT version_num FROM alembic_version');
  const select = createSelect(reader, tables);
  const traces = createTraceReader(reader, select, tables, artifacts);

  return {
    ...traces,
    label: labelOf(uri),
    version: `schema ${String(schema?.version_num)}`,
    close: () => reader.close(),
    experiments: async function* () {
      const tags = groupBy(await select('experiment_tags', 'experiment_id'), 'experiment_id');
      for (const row of await select('experiments', 'experiment_id')) {
        yield {
          id: row.experiment_id,
          name: row.name,
          lifecycle: row.lifecycle_stage,
          createdMs: row.creation_time,
          updatedMs: row.last_update_time,
          tags: toPairs(tags.get(String(row.experiment_id))),
        };
      }
    },
    runs: async function* (experimentId) {
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
    points: (run) => readPoints(reader, String(run.id)),
    loggedModels: async function* (experimentId) {
      const where = { experiment_id: [Number(experimentId)] };
      const parts = async (table: string) => groupBy(await select(table, 'model_id', where), 'model_id');
      const [tags, params, metrics] = [
        await parts('logged_model_tags'),
        await parts('logged_model_params'),
        await parts('logged_model_metrics'),
      ];
      for (const row of await select('logged_models', 'model_id', where)) {
        const id = String(row.model_id);
        yield toLoggedModel(row, tags.get(id), params.get(id), metrics.get(id));
      }
    },
    registeredModels: async function* () {
      const tags = groupBy(await select('registered_model_tags', 'name'), 'name');
      const aliases = groupBy(await select('registered_model_aliases', 'name'), 'name');
      for (const row of await select('registered_models', 'name')) {
        yield {
          name: row.name,
          description: row.description,
          createdMs: row.creation_time,
          updatedMs: row.last_updated_time ?? row.creation_time,
          tags: toPairs(tags.get(String(row.name))),
          aliases: (aliases.get(String(row.name)) ?? []).map(
            ({ alias, version }) => [alias, version] as const,
          ),
        };
      }
    },
    versions: async function* (model) {
      const where = { name: [model] };
      const tags = groupBy(await select('model_version_tags', 'version', where), 'version');
      for (const row of await select('model_versions', 'version', where)) {
        if (row.current_stage !== 'Deleted_Internal') yield toVersion(row, tags.get(String(row.version)));
      }
    },
    files: async function* (owner) {
      if (artifacts !== undefined) yield* artifacts.files(owner);
    },
    countOthers: async () => {
      const counts: Record<string, number> = {};
      for (const [name, table] of Object.entries(otherTables)) {
        if (!tables.has(table)) continue;
        const [row] = await reader.rows(`SELECT count(*) AS n FROM ${table}`);
        if (Number(row?.n) > 0) counts[name] = Number(row?.n);
      }
      return counts;
    },
  };
}

/** The database without user and password; the same file from another folder is the same source. */
function labelOf(uri: string): string {
  if (uri.startsWith('sqlite:')) return `sqlite:///${toSqlitePath(uri)}`;
  const { hostname, port, pathname } = new URL(uri.replace(/^postgres(ql)?(\+\w+)?:/, 'http:'));
  return `postgresql://${hostname}${port === '' ? '' : `:${port}`}${pathname}`;
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
    const points = Number(counts.get(id)?.[0]?.n ?? 0);
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
      metricsFingerprint: `${points} points`,
      pointCount: points,
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
  const order = 'key, timestamp, step, value, is_nan';
  const columns = await reader.selectList('metrics');
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

function toVersion(row: Row, tags: readonly Row[] | undefined): RawVersion {
  return {
    model: row.name,
    version: row.version,
    description: row.description,
    userId: row.user_id,
    stage: row.current_stage,
    status: row.status,
    source: row.source,
    storageLocation: row.storage_location,
    runId: row.run_id,
    runLink: row.run_link,
    createdMs: row.creation_time,
    updatedMs: row.last_updated_time ?? row.creation_time,
    tags: toPairs(tags),
  };
}

function toPairs(rows: readonly Row[] = []): (readonly [unknown, unknown])[] {
  return rows.map(({ key, value }) => [key, value] as const);
}

function groupBy(rows: readonly Row[], column: string): Map<string, Row[]> {
  return Map.groupBy(rows, (row) => String(row[column]));
}
