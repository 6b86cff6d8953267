import { Readable } from 'node:stream';
import type { HistoryPoint, LoggedModelRecord, RunRecord, VersionRecord } from '@dividend/contracts/imports';
import { DividendError } from '@dividend/core/errors';
import { createEvaluationTarget } from './evaluation-target.ts';
import { createRestClient, type RestClient } from './rest-client.ts';
import { createReviewTarget } from './review-target.ts';
import type { SourceFile } from './source.ts';
import { createTraceTarget } from './trace-target.ts';

/** Tags by which a thing on the target says which one here it is, and that all of it is there. */
export const idTag = 'dividend.exported.id';
export const digestTag = 'dividend.exported.digest';

/** MLflow's limits of a batch. */
const batchMetrics = 1000;
const batchTexts = 100;

const v2 = '/api/2.0/mlflow';

/** Where on the target a run or logged model is. */
export interface Exported {
  readonly id: string;
  readonly artifactUri: string;
}

export type MlflowTarget = Awaited<ReturnType<typeof openMlflowTarget>>;

type Wire = Record<string, unknown>;

/**
 * Writes to an MLflow server through its REST API. Each call may be repeated.
 * @throws {DividendError} SERVER_UNREACHABLE, TARGET_NOT_MLFLOW
 */
export async function openMlflowTarget(address: string) {
  const client = createRestClient(address, '--to');
  const response = await client.send('/version', {}, {}, 2);
  const version = response.ok ? (await response.text()).trim() : '';
  if (!/^\d+\.\d+/.test(version)) {
    throw new DividendError(
      'TARGET_NOT_MLFLOW',
      'invalid_argument',
      `There is no MLflow server at ${client.label}: it does not say its version`,
      { field: '--to' },
    );
  }
  return {
    ...createTraceTarget(client),
    ...createEvaluationTarget(client),
    ...createReviewTarget(client),
    label: client.label,
    version,
    createExperiment: async (name: string, tags: Readonly<Record<string, string>>): Promise<string> => {
      const answer = await client.post<Wire>(`${v2}/experiments/create`, { name, tags: toPairs(tags) });
      return String(answer.experiment_id);
    },
    createRun: (run: RunRecord, experimentId: string) => createRun(client, run, experimentId),
    fillRun: (run: RunRecord, id: string) => fillRun(client, run, id),
    logPoints: (id: string, key: string, points: readonly HistoryPoint[]) =>
      logPoints(client, id, key, points),
    endRun: async ({ status, endedMs, name }: RunRecord, id: string) => {
      const end = endedMs === null ? {} : { end_time: endedMs };
      await client.post(`${v2}/runs/update`, { run_id: id, status, run_name: name, ...end });
    },
    setRunTag: (id: string, key: string, value: string) =>
      client.post(`${v2}/runs/set-tag`, { run_id: id, key, value }),
    linkModels: async (
      id: string,
      models: readonly { model_id: string; step: number }[],
      direction: 'in' | 'out',
    ) => {
      const path = direction === 'in' ? `${v2}/runs/log-inputs` : `${v2}/runs/outputs`;
      if (models.length > 0) await client.post(path, { run_id: id, models });
    },
    deleteRun: (id: string) => client.post(`${v2}/runs/delete`, { run_id: id }),
    deleteExperiment: (id: string) => client.post(`${v2}/experiments/delete`, { experiment_id: id }),
    createModel: (model: LoggedModelRecord, experimentId: string, runId: string | undefined) =>
      createModel(client, model, experimentId, runId),
    endModel: async ({ status }: LoggedModelRecord, id: string) => {
      if (status === 'LOGGED_MODEL_STATUS_UNSPECIFIED' || status === 'LOGGED_MODEL_PENDING') return;
      await client.post(`${v2}/logged-models/${id}`, { model_id: id, status }, 'PATCH');
    },
    setModelTag: (id: string, key: string, value: string) =>
      client.post(`${v2}/logged-models/${id}/tags`, { model_id: id, tags: [{ key, value }] }, 'PATCH'),
    createRegisteredModel: (
      name: string,
      description: string | null,
      tags: Readonly<Record<string, string>>,
    ) =>
      client.post(`${v2}/registered-models/create`, {
        name,
        description: description ?? '',
        tags: toPairs(tags),
      }),
    createVersion: async (
      version: VersionRecord,
      source: string,
      runId: string | undefined,
    ): Promise<number> => {
      const answer = await client.post<{ model_version?: { version?: unknown } }>(
        `${v2}/model-versions/create`,
        {
          name: version.model,
          source,
          ...(runId === undefined ? {} : { run_id: runId }),
          ...(source.startsWith('models:/m-') ? { model_id: source.slice('models:/'.length) } : {}),
          description: version.description ?? '',
          tags: toPairs({ ...version.tags, [idTag]: `${version.model}/${version.version}` }),
        },
      );
      return Number(answer.model_version?.version);
    },
    deleteVersion: (name: string, version: number) =>
      client.post(`${v2}/model-versions/delete`, { name, version: String(version) }, 'DELETE'),
    setStage: (name: string, version: number, stage: string) =>
      client.post(`${v2}/model-versions/transition-stage`, {
        name,
        version: String(version),
        stage,
        archive_existing_versions: false,
      }),
    setAlias: (name: string, alias: string, version: number) =>
      client.post(`${v2}/registered-models/alias`, { name, alias, version: String(version) }),
    putFile: (artifactUri: string, file: SourceFile) => putFile(client, artifactUri, file),
  };
}

async function createRun(client: RestClient, run: RunRecord, experimentId: string): Promise<Exported> {
  const answer = await client.post<{ run: { info: Wire } }>(`${v2}/runs/create`, {
    experiment_id: experimentId,
    user_id: run.userId,
    run_name: run.name,
    start_time: run.startedMs,
    tags: [{ key: idTag, value: run.id }],
  });
  const { info } = answer.run;
  return { id: String(info.run_id), artifactUri: String(info.artifact_uri) };
}

/** Params, tags and datasets; what is there already stays. */
async function fillRun(client: RestClient, run: RunRecord, id: string): Promise<void> {
  for (const part of ['params', 'tags'] as const) {
    for (const texts of chunks(toPairs(run[part]), batchTexts))
      await client.post(`${v2}/runs/log-batch`, { run_id: id, [part]: texts });
  }
  if (run.datasets.length === 0) return;
  const datasets = run.datasets.map(({ tags, sourceType, schema, profile, ...set }) => ({
    tags: toPairs(tags),
    dataset: { ...set, source_type: sourceType, schema: schema ?? undefined, profile: profile ?? undefined },
  }));
  await client.post(`${v2}/runs/log-inputs`, { run_id: id, datasets });
}

async function logPoints(
  client: RestClient,
  id: string,
  key: string,
  points: readonly HistoryPoint[],
): Promise<void> {
  for (const part of chunks(points, batchMetrics))
    await client.post(`${v2}/runs/log-batch`, {
      run_id: id,
      metrics: part.map((point) => ({ key, ...point })),
    });
}

async function createModel(
  client: RestClient,
  model: LoggedModelRecord,
  experimentId: string,
  runId: string | undefined,
): Promise<Exported> {
  const answer = await client.post<{ model: { info: Wire } }>(`${v2}/logged-models`, {
    experiment_id: experimentId,
    name: model.name,
    model_type: model.modelType ?? '',
    ...(runId === undefined ? {} : { source_run_id: runId }),
    params: toPairs(model.params),
    tags: toPairs({ ...model.tags, [idTag]: model.id }),
  });
  const { info } = answer.model;
  return { id: String(info.model_id), artifactUri: String(info.artifact_uri) };
}

/** Streams a file through the artifact proxy. @throws {DividendError} where the server keeps its files elsewhere or refuses */
async function putFile(client: RestClient, artifactUri: string, file: SourceFile): Promise<void> {
  const root = /^mlflow-artifacts:\/(?:\/[^/]*)?(?<path>.*)$/s
    .exec(artifactUri)
    ?.groups?.path?.replace(/^\/+/, '');
  if (root === undefined) {
    throw new DividendError(
      'TARGET_WITHOUT_PROXY',
      'failed_precondition',
      `the MLflow server keeps its artifacts at '${artifactUri.slice(0, 200)}' and not behind its proxy; start it with --serve-artifacts`,
    );
  }
  const path = `${root}/${file.path}`.split('/').map(encodeURIComponent).join('/');
  const body = Readable.toWeb(Readable.from(await file.open()));
  // Node's fetch takes a stream where it is told that the answer comes after it.
  const init = { method: 'PUT', body, duplex: 'half' } as unknown as RequestInit;
  const response = await client.send(`/api/2.0/mlflow-artifacts/artifacts/${path}`, init);
  await response.body?.cancel();
  if (response.ok) return;
  throw new DividendError(
    'SERVER_REFUSED',
    'invalid_argument',
    `the MLflow server answers ${response.status}`,
  );
}

function toPairs(texts: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(texts).map(([key, value]) => ({ key, value }));
}

function* chunks<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
