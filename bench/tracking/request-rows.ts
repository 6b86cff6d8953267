import { randomBytes } from 'node:crypto';
import type { HttpRequest } from './http-connection.ts';
import { createOtlpBody } from './otlp-body.ts';
import { historyKey, plan, type Seeded } from './seed-plan.ts';

/** One row of the table: a request that is sent over and over. */
export interface RequestRow {
  readonly name: string;
  /** Kept-alive connections, each with one request at a time. */
  readonly connections: number;
  /** A round is at least this long; the requests under way at its end are waited for. */
  readonly seconds: number;
  /** `sequence` counts up for a server and never repeats, so that each request writes something new. */
  build(seeded: Seeded, connection: number, sequence: number): HttpRequest;
}

const many = { connections: 16, seconds: 3 };
/** Answers of a megabyte and more: few clients ask for them at once. */
const few = { connections: 4, seconds: 4 };
const transfers = { connections: 2, seconds: 4 };
const artifactBytes = 100_000_000;

export const requestRows: readonly RequestRow[] = [
  {
    name: 'runs/create',
    ...many,
    build: ({ writtenExperiment }, _, sequence) =>
      post('runs/create', {
        experiment_id: writtenExperiment,
        run_name: `made-${sequence}`,
        start_time: Date.now(),
        tags: [
          { key: 'mlflow.user', value: 'bench' },
          { key: 'mlflow.source.name', value: 'train.py' },
          { key: 'mlflow.source.type', value: 'LOCAL' },
        ],
      }),
  },
  {
    name: 'log-metric',
    ...many,
    build: ({ writtenRuns }, connection, sequence) =>
      post('runs/log-metric', { run_id: writtenRuns[connection], ...point('loss', sequence) }),
  },
  {
    name: 'log-batch, 10 metrics',
    ...many,
    build: (seeded, connection, sequence) => logMetrics(seeded, connection + 100, sequence, 10),
  },
  {
    name: 'log-batch, 500 metrics',
    ...many,
    build: (seeded, connection, sequence) => logMetrics(seeded, connection + 200, sequence, 500),
  },
  {
    name: 'log-batch, 100 params',
    ...many,
    build: ({ writtenRuns }, _, sequence) =>
      post('runs/log-batch', {
        run_id: writtenRuns[sequence % writtenRuns.length],
        params: Array.from({ length: 100 }, (_, index) => ({
          key: `p${index}-${sequence}`,
          value: String(index / 7),
        })),
      }),
  },
  {
    name: 'runs/search, 1000 of 20 000',
    ...few,
    build: ({ searchedExperiment }) =>
      post('runs/search', {
        experiment_ids: [searchedExperiment],
        filter: 'metrics.`metric-0` > 0.5',
        max_results: 1000,
      }),
  },
  {
    name: 'runs/search, 100, sorted by a metric',
    ...few,
    build: ({ searchedExperiment }) =>
      post('runs/search', {
        experiment_ids: [searchedExperiment],
        filter: "metrics.`metric-0` > 0.5 AND params.`param-1` = '42'",
        order_by: ['metrics.`metric-1` DESC'],
        max_results: 100,
      }),
  },
  {
    name: 'experiments/search, 1000',
    ...few,
    build: () => post('experiments/search', { max_results: 1000 }),
  },
  {
    name: 'metric history, 10 000 points',
    ...few,
    build: ({ historyRun }) =>
      get(`metrics/get-history?run_id=${historyRun}&metric_key=${historyKey}&max_results=25000`),
  },
  {
    name: 'artifact put, 100 MB',
    ...transfers,
    build: ({ writtenRuns, writtenExperiment }, connection) => ({
      method: 'PUT',
      path: artifactPath(writtenExperiment, writtenRuns[connection]),
      headers: { 'content-type': 'application/octet-stream' },
      body: artifact(),
    }),
  },
  {
    name: 'artifact get, 100 MB',
    ...transfers,
    build: ({ writtenRuns, writtenExperiment }, connection) => ({
      method: 'GET',
      path: artifactPath(writtenExperiment, writtenRuns[connection]),
    }),
  },
  {
    name: 'model-versions/search by name, 10 of 10 000',
    ...many,
    build: (_seeded, _connection, sequence) => {
      const name = `model-${String((sequence * 7919) % plan.models).padStart(4, '0')}`;
      return get(`model-versions/search?filter=${encodeURIComponent(`name='${name}'`)}&max_results=100`);
    },
  },
  {
    name: 'model-versions/search by tag, 1000 of 10 000',
    ...few,
    build: () =>
      get(`model-versions/search?filter=${encodeURIComponent("tags.stage = 'test'")}&max_results=1000`),
  },
  {
    name: 'registered-models/search, 100 of 1000',
    ...few,
    build: () =>
      get(`registered-models/search?filter=${encodeURIComponent("name LIKE 'model-0%'")}&max_results=100`),
  },
  {
    name: 'OTLP, 10 spans',
    ...many,
    build: ({ writtenExperiment }) => ({
      method: 'POST',
      path: '/v1/traces',
      headers: { 'content-type': 'application/x-protobuf', 'x-mlflow-experiment-id': writtenExperiment },
      body: createOtlpBody(),
    }),
  },
];

function logMetrics({ writtenRuns }: Seeded, run: number, sequence: number, count: number): HttpRequest {
  const metrics = Array.from({ length: count }, (_, index) => point(`m${index}`, sequence));
  return post('runs/log-batch', { run_id: writtenRuns[run], metrics });
}

function point(key: string, step: number) {
  return { key, value: 1 / (1 + (step % 1000)), timestamp: Date.now(), step };
}

const path = (name: string) => `/api/2.0/mlflow/${name}`;

function get(name: string): HttpRequest {
  return { method: 'GET', path: path(name) };
}

function post(name: string, input: object): HttpRequest {
  return {
    method: 'POST',
    path: path(name),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  };
}

function artifactPath(experiment: string, run = ''): string {
  return `/api/2.0/mlflow-artifacts/artifacts/${experiment}/${run}/artifacts/model.bin`;
}

let artifactBody: Buffer | undefined;

/** Random text: nothing on the way can compress it, and it holds no carriage return. */
function artifact(): Buffer {
  artifactBody ??= Buffer.from(randomBytes((artifactBytes / 4) * 3).toString('base64'), 'latin1');
  return artifactBody;
}
