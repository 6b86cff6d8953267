import { hash } from 'node:crypto';
import { DividendError } from '@dividend/core/errors';
import type { ArtifactFolder } from './artifact-folder.ts';
import { pagesOf } from './pages-of.ts';
import { listRestFiles } from './rest-artifacts.ts';
import { createRestClient, type RestClient } from './rest-client.ts';
import { getPages, pages, toList, toObject, type Wire } from './rest-pages.ts';
import { createRestReview } from './rest-review.ts';
import { createRestTraces } from './rest-traces.ts';
import { runPool } from './run-pool.ts';
import type { MlflowSource, RawLoggedModel, RawPoint, RawRun, RawVersion } from './source.ts';

const v2 = '/api/2.0/mlflow';
/** Prompts are left out of searches that do not ask for them. */
const promptFilter = "tags.`mlflow.prompt.is_prompt` = 'true'";
/** Runs found at a time, and asked for side by side. */
const pageRuns = 200;
const runsAtATime = 8;
/** The most that every version gives at a time. */
const historyPage = 25_000;

/**
 * Reads an MLflow server over its REST API: any version with logged models. Deleted experiments and runs are seen, deleted
 * logged models are not.
 * @throws {DividendError} SERVER_UNREACHABLE, SOURCE_NOT_MLFLOW
 */
export async function openRestSource(
  address: string,
  artifacts: ArtifactFolder | undefined,
): Promise<MlflowSource> {
  const client = createRestClient(address, '--from');
  const version = await readVersion(client);
  const traces = createRestTraces(client, artifacts);
  return {
    label: client.label,
    version,
    givesDeletedModels: false,
    close: async () => {},
    experiments: async function* () {
      for await (const item of pages(client, `${v2}/experiments/search`, 'experiments', {
        view_type: 'ALL',
        max_results: 1000,
      })) {
        yield {
          id: item.experiment_id,
          name: item.name,
          lifecycle: item.lifecycle_stage,
          createdMs: item.creation_time,
          updatedMs: item.last_update_time,
          tags: toPairs(item.tags),
        };
      }
    },
    runs: async function* (experimentId) {
      for await (const page of pagesOf(searchRuns(client, experimentId), pageRuns)) {
        const runs = new Map(page.map((run) => [idOf(run), run]));
        await runPool(page, runsAtATime, async (run) => {
          runs.set(idOf(run), { ...run, inputs: await readInputs(client, run) });
        });
        for (const run of runs.values()) yield toRun(run);
      }
    },
    points: (run) => readPoints(client, run),
    loggedModels: async function* (experimentId) {
      for await (const model of pages(client, `${v2}/logged-models/search`, 'models', {
        experiment_ids: [experimentId],
        max_results: 50,
      })) {
        yield toLoggedModel(model);
      }
    },
    registeredModels: async function* () {
      for (const filter of ['', promptFilter]) {
        for await (const model of getPages(client, `${v2}/registered-models/search`, 'registered_models', {
          filter,
          max_results: 100,
        })) {
          yield {
            name: model.name,
            description: model.description,
            createdMs: model.creation_timestamp,
            updatedMs: model.last_updated_timestamp ?? model.creation_timestamp,
            tags: toPairs(model.tags),
            aliases: toList(model.aliases).map(({ alias, version: number }) => [alias, number] as const),
          };
        }
      }
    },
    versions: (model) => readVersions(client, model),
    files: (owner) => (artifacts === undefined ? listRestFiles(client, owner) : artifacts.files(owner)),
    traces: (experimentId) => traces.traces(experimentId, () => searchRunIds(client, experimentId)),
    spans: traces.spans,
    evaluationDatasets: traces.evaluationDatasets,
    scorers: traces.scorers,
    ...createRestReview(client),
    countOthers: () => countWebhooks(client),
  };
}

function searchRuns(client: RestClient, experimentId: string): AsyncGenerator<Wire> {
  return pages(client, `${v2}/runs/search`, 'runs', {
    experiment_ids: [experimentId],
    run_view_type: 'ALL',
    max_results: pageRuns,
    order_by: ['attributes.start_time ASC'],
  });
}

async function* searchRunIds(client: RestClient, experimentId: string): AsyncGenerator<string> {
  for await (const run of searchRuns(client, experimentId)) yield idOf(run);
}

function idOf({ info }: Wire): string {
  const { run_id, run_uuid } = toObject(info);
  return String(run_id ?? run_uuid);
}

/** MLflow's search leaves out which logged models a run used: only a run that is asked for alone tells. */
async function readInputs(client: RestClient, run: Wire): Promise<unknown> {
  try {
    const answer: Wire = await client.get(`${v2}/runs/get`, { run_id: idOf(run) });
    return toObject(answer.run).inputs;
  } catch (error) {
    // Deleted for good since it was found.
    if (error instanceof DividendError && error.kind === 'not_found') return run.inputs;
    throw error;
  }
}

async function readVersion(client: RestClient): Promise<string> {
  const response = await client.send('/version', {}, {}, 2);
  const text = response.ok ? (await response.text()).trim() : '';
  if (/^\d+\.\d+/.test(text) && text.length < 50) return text;
  throw new DividendError(
    'SOURCE_NOT_MLFLOW',
    'invalid_argument',
    `There is no MLflow server at ${client.label}: it does not say its version; give the tracking URI that its clients use`,
    { field: '--from' },
  );
}

function toRun({ info, data, inputs, outputs }: Wire): RawRun {
  const [about, values] = [toObject(info), toObject(data)];
  const metrics = toList(values.metrics);
  const latest = metrics
    .map(({ key, timestamp, step, value }) => JSON.stringify([key, timestamp, step, value]))
    .sort();
  return {
    id: about.run_id ?? about.run_uuid,
    experimentId: about.experiment_id,
    name: about.run_name,
    userId: about.user_id,
    status: about.status,
    startedMs: about.start_time,
    endedMs: about.end_time,
    lifecycle: about.lifecycle_stage,
    artifactUri: about.artifact_uri,
    tags: toPairs(values.tags),
    params: toPairs(values.params),
    datasets: toList(toObject(inputs).dataset_inputs).map(({ dataset, tags }) => {
      const set = toObject(dataset);
      return {
        name: set.name,
        digest: set.digest,
        sourceType: set.source_type,
        source: set.source,
        schema: set.schema,
        profile: set.profile,
        tags: toPairs(tags),
      };
    }),
    modelInputs: toList(toObject(inputs).model_inputs).map(toModelUse),
    modelOutputs: toList(toObject(outputs).model_outputs).map(toModelUse),
    metricKeys: metrics.map(({ key }) => key),
    metricsFingerprint: `latest ${hash('sha256', latest.join('\n'))}`,
  };
}

function toModelUse({ model_id, step }: Wire) {
  return { modelId: model_id, step: step ?? 0 };
}

async function* readPoints(client: RestClient, run: RawRun): AsyncGenerator<RawPoint> {
  for (const key of new Set(run.metricKeys ?? [])) {
    for await (const point of getPages(client, `${v2}/metrics/get-history`, 'metrics', {
      run_id: String(run.id),
      metric_key: String(key),
      max_results: historyPage,
    })) {
      yield { key, timestamp: point.timestamp, step: point.step ?? 0, value: point.value ?? 0, isNan: false };
    }
  }
}

function toLoggedModel({ info, data }: Wire): RawLoggedModel {
  const [about, values] = [toObject(info), toObject(data)];
  return {
    id: about.model_id,
    experimentId: about.experiment_id,
    name: about.name,
    artifactUri: about.artifact_uri,
    status: typeof about.status === 'number' ? `status ${about.status}` : about.status,
    statusMessage: about.status_message,
    modelType: about.model_type,
    sourceRunId: about.source_run_id,
    lifecycle: 'active',
    createdMs: about.creation_timestamp_ms,
    updatedMs: about.last_updated_timestamp_ms,
    tags: toPairs(about.tags),
    params: toPairs(values.params),
    metrics: toList(values.metrics).map((metric) => ({
      key: metric.key,
      timestamp: metric.timestamp,
      step: metric.step ?? 0,
      value: metric.value ?? 0,
      isNan: false,
      runId: metric.run_id,
      datasetName: metric.dataset_name,
      datasetDigest: metric.dataset_digest,
    })),
  };
}

async function* readVersions(client: RestClient, model: string): AsyncGenerator<RawVersion> {
  const quote = model.includes("'") ? '"' : "'";
  const named = `name = ${quote}${model}${quote}`;
  for (const filter of [named, `${named} AND ${promptFilter}`]) {
    for await (const version of getPages(client, `${v2}/model-versions/search`, 'model_versions', {
      filter,
      max_results: 500,
    })) {
      yield {
        model: version.name,
        version: version.version,
        description: version.description,
        userId: version.user_id,
        stage: version.current_stage,
        status: version.status,
        source: version.source,
        storageLocation: await findStorage(client, version),
        runId: version.run_id,
        runLink: version.run_link,
        createdMs: version.creation_timestamp,
        updatedMs: version.last_updated_timestamp ?? version.creation_timestamp,
        tags: toPairs(version.tags),
      };
    }
  }
}

/** A server that is Dividend keeps the files of a version apart, and knows where they came from. */
const pinnedFiles = 'mlflow-artifacts:/.versions/';

/** Where the files of a copied version are; every other source says so itself. */
async function findStorage(client: RestClient, { name, version, source }: Wire): Promise<unknown> {
  if (!/^models:\/(?!m-[0-9a-f]{32}$)/.test(String(source))) return source;
  const answer: Wire = await client.get(`${v2}/model-versions/get-download-uri`, {
    name: String(name),
    version: String(version),
  });
  const uri = String(answer.artifact_uri);
  if (!uri.startsWith(pinnedFiles)) return uri;
  const path = ['models', name, 'versions', version]
    .map((part) => encodeURIComponent(String(part)))
    .join('/');
  const detail: Wire = await client.get(`/api/v1/${path}`, {});
  return detail.sourceLocation;
}

/** Webhooks hold secrets, which no answer gives. */
async function countWebhooks(client: RestClient): Promise<Record<string, number>> {
  let webhooks = 0;
  try {
    for await (const _webhook of getPages(client, `${v2}/webhooks`, 'webhooks', { max_results: 100 }))
      webhooks += 1;
  } catch (error) {
    // A server without webhooks, or one that keeps no key for them, answers that there are none to list.
    if (!(error instanceof DividendError)) throw error;
  }
  return webhooks === 0 ? {} : { webhooks };
}

function toPairs(value: unknown): (readonly [unknown, unknown])[] {
  return toList(value).map(({ key, value: text }) => [key, text ?? ''] as const);
}
