import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { historyPoint, modelName, versionSource } from './seed-dividend.ts';
import {
  metricKeys,
  metricValue,
  paramKeys,
  paramValue,
  plan,
  runTags,
  type Seeded,
  seedTimeMs,
} from './seed-plan.ts';

/** Seeds MLflow's tables by SQL, as its store fills them: over its API the same rows take most of an hour. */
export async function seedMlflow(databaseUrl: string): Promise<Seeded> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const insert = (table: string, rows: readonly object[]) => insertRows(client, table, rows);
  try {
    const names = Array.from({ length: plan.experiments - 2 }, (_, index) => `listed-${index}`);
    const ids = await insertExperiments(client, [...names, 'searched', 'written']);
    const [searched = 0, written = 0] = ids.slice(-2);
    await insert(
      'experiment_tags',
      ids.flatMap((experiment_id) => [
        { experiment_id, key: 'team', value: 'bench' },
        { experiment_id, key: 'mlflow.note.content', value: 'Made to be listed' },
      ]),
    );
    await seedRuns(insert, searched);
    const writtenRuns = Array.from({ length: plan.writtenRuns + 1 }, newRunId);
    const historyRun = writtenRuns.pop() ?? '';
    await insert(
      'runs',
      [...writtenRuns, historyRun].map((runId, index) => toRun(runId, index, written, 'RUNNING')),
    );
    await insert('tags', [...writtenRuns, historyRun].flatMap(toTags));
    const history = Array.from({ length: plan.historyPoints }, (_, step) => ({
      run_uuid: historyRun,
      is_nan: false,
      ...historyPoint(step),
    }));
    await insert('metrics', history);
    await insert('latest_metrics', history.slice(-1));
    await seedModels(insert);
    await client.query('ANALYZE');
    return {
      searchedExperiment: String(searched),
      writtenExperiment: String(written),
      writtenRuns,
      historyRun,
    };
  } finally {
    await client.end();
  }
}

type Insert = (table: string, rows: readonly object[]) => Promise<void>;

const runsAtOnce = 1000;

async function seedRuns(insert: Insert, experimentId: number): Promise<void> {
  for (let from = 0; from < plan.searchedRuns; from += runsAtOnce) {
    const runs = Array.from({ length: runsAtOnce }, (_, offset) => ({
      runId: newRunId(),
      index: from + offset,
    }));
    await insert(
      'runs',
      runs.map(({ runId, index }) => toRun(runId, index, experimentId, 'FINISHED')),
    );
    await insert(
      'tags',
      runs.flatMap(({ runId, index }) => toTags(runId, index)),
    );
    await insert(
      'params',
      runs.flatMap(({ runId, index }) =>
        paramKeys.map((key, param) => ({ run_uuid: runId, key, value: paramValue(index, param) })),
      ),
    );
    const metrics = runs.flatMap(({ runId, index }) =>
      metricKeys.map((key, metric) => ({
        run_uuid: runId,
        key,
        value: metricValue(index, metric),
        timestamp: seedTimeMs(index),
        step: 0,
        is_nan: false,
      })),
    );
    await insert('metrics', metrics);
    await insert('latest_metrics', metrics);
  }
}

async function seedModels(insert: Insert): Promise<void> {
  const names = Array.from({ length: plan.models }, (_, index) => modelName(index));
  const times = { creation_time: seedTimeMs(0), last_updated_time: seedTimeMs(0) };
  await insert(
    'registered_models',
    names.map((name) => ({ name, ...times })),
  );
  const versions = names.flatMap((name) =>
    Array.from({ length: plan.versionsPerModel }, (_, index) => ({ name, version: index + 1 })),
  );
  await insert(
    'model_versions',
    versions.map((version) => ({
      ...version,
      ...times,
      current_stage: 'None',
      status: 'READY',
      source: versionSource(version.name, version.version),
      storage_location: versionSource(version.name, version.version),
    })),
  );
  await insert(
    'model_version_tags',
    versions.map((version) => ({ ...version, key: 'stage', value: 'test' })),
  );
}

async function insertExperiments(client: pg.Client, names: readonly string[]): Promise<number[]> {
  const { rows } = await client.query<{ experiment_id: number }>(
    `WITH made AS (
       INSERT INTO experiments (name, lifecycle_stage, creation_time, last_update_time)
       SELECT name, 'active', $2, $2 FROM unnest($1::text[]) AS name RETURNING experiment_id
     ) SELECT experiment_id FROM made ORDER BY experiment_id`,
    [names, seedTimeMs(0)],
  );
  await client.query(
    `UPDATE experiments SET artifact_location = 'mlflow-artifacts:/' || experiment_id WHERE artifact_location IS NULL`,
  );
  return rows.map(({ experiment_id }) => experiment_id);
}

function toRun(run_uuid: string, index: number, experiment_id: number, status: string): object {
  return {
    run_uuid,
    name: `run-${index}`,
    source_type: 'UNKNOWN',
    source_name: '',
    entry_point_name: '',
    user_id: '',
    status,
    start_time: seedTimeMs(index),
    end_time: status === 'FINISHED' ? seedTimeMs(index) + 500 : null,
    source_version: '',
    lifecycle_stage: 'active',
    artifact_uri: `mlflow-artifacts:/${experiment_id}/${run_uuid}/artifacts`,
    experiment_id,
  };
}

function toTags(run_uuid: string, index: number): object[] {
  return Object.entries({ ...runTags, 'mlflow.runName': `run-${index}` }).map(([key, value]) => ({
    run_uuid,
    key,
    value,
  }));
}

function newRunId(): string {
  return randomUUID().replaceAll('-', '');
}

async function insertRows(client: pg.Client, table: string, rows: readonly object[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).join(', ');
  await client.query(
    `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1)`,
    [JSON.stringify(rows)],
  );
}
