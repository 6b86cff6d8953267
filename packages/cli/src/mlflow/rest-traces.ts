import { hash } from 'node:crypto';
import { DividendError } from '@dividend/core/errors';
import { parseExactJson, readExactNumber } from '@dividend/core/json';
import type { ArtifactFolder } from './artifact-folder.ts';
import { pagesOf } from './pages-of.ts';
import { listRestFiles } from './rest-artifacts.ts';
import type { RestClient } from './rest-client.ts';
import { orNone, pages, toList, toObject, type Wire } from './rest-pages.ts';
import type { RawAssessment, RawEvaluationDataset, RawScorer, RawTrace, SourceEntry } from './source.ts';
import { readSpansFile } from './spans-file.ts';

const v3 = '/api/3.0/mlflow';
const pageTraces = 200;
/** Traces whose spans are asked for at once: as many as stay small by their own account. */
const batchTraces = 50;
const batchBytes = 4_000_000;

/** Traces and what evaluations use, over the REST API; a server that lacks them has none. */
export function createRestTraces(client: RestClient, artifacts: ArtifactFolder | undefined) {
  const batches = new WeakMap<RawTrace, () => Promise<Map<string, unknown[]>>>();
  return {
    traces: async function* (
      experimentId: string,
      runIds: () => AsyncIterable<string>,
    ): AsyncGenerator<RawTrace> {
      const found = search(client, experimentId, '');
      let links: Map<string, string[]> | undefined;
      for await (const page of pagesOf(found, pageTraces)) {
        links ??= await readRunLinks(client, experimentId, runIds());
        const traces = page.map((info) =>
          toTrace(info, experimentId, links?.get(String(info.trace_id)) ?? []),
        );
        for (const batch of batchesOf(traces)) {
          const load = once(() => loadSpans(client, batch));
          for (const trace of batch) batches.set(trace, load);
        }
        yield* traces;
      }
    },
    spans: async function* (trace: RawTrace): AsyncGenerator<unknown> {
      const found = trace.hasSpansFile ? undefined : await batches.get(trace)?.();
      const spans = found?.get(String(trace.id)) ?? [];
      yield* spans;
      if (spans.length === 0 && trace.hasSpansFile) yield* readSpansFile(files(client, artifacts, trace));
    },
    evaluationDatasets: (experimentIds: readonly string[] | undefined) =>
      orNone(readDatasets(client, experimentIds)),
    scorers: (experimentId: string) => orNone(readScorers(client, experimentId)),
  };
}

function search(client: RestClient, experimentId: string, filter: string): AsyncGenerator<Wire> {
  const location = { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experimentId } };
  const body = {
    locations: [location],
    max_results: pageTraces,
    order_by: ['timestamp_ms ASC'],
    ...(filter === '' ? {} : { filter }),
  };
  return orNone(pages(client, `${v3}/traces/search`, 'traces', body, parseExactJson));
}

/** Runs that traces were linked to. No answer names them: each run is asked for its traces. */
async function readRunLinks(
  client: RestClient,
  experimentId: string,
  runIds: AsyncIterable<string>,
): Promise<Map<string, string[]>> {
  const links = new Map<string, string[]>();
  for await (const runId of runIds) {
    if (!/^[\w-]+$/.test(runId)) continue;
    for await (const trace of search(client, experimentId, `attributes.run_id = '${runId}'`)) {
      if (toObject(trace.trace_metadata)['mlflow.sourceRun'] === runId) continue;
      const traceId = String(trace.trace_id);
      links.set(traceId, [...(links.get(traceId) ?? []), runId]);
    }
  }
  return links;
}

function toTrace(info: Wire, experimentId: string, runs: readonly string[]): RawTrace {
  const [tags, metadata] = [toObject(info.tags), toObject(info.trace_metadata)];
  const state = info.state ?? 'STATE_UNSPECIFIED';
  const size = String(metadata['mlflow.trace.sizeStats'] ?? '');
  return {
    id: info.trace_id,
    experimentId,
    state,
    startedMs: Date.parse(String(info.request_time)),
    durationMs: toMs(info.execution_duration),
    clientRequestId: info.client_request_id,
    requestPreview: info.request_preview,
    responsePreview: info.response_preview,
    tags: Object.entries(tags),
    metadata: Object.entries(metadata),
    assessments: toList(info.assessments).map(toAssessment),
    runs,
    prompts: [],
    spansFingerprint: `told ${hash('sha256', JSON.stringify([state, info.execution_duration ?? null, size]))}`,
    hasSpansFile: !['TRACKING_STORE', 'ARCHIVE_REPO'].includes(String(tags['mlflow.trace.spansLocation'])),
    artifactUri: tags['mlflow.artifactLocation'],
  };
}

/** Milliseconds of `0.113s`; null for none. */
function toMs(duration: unknown): unknown {
  if (duration === undefined || duration === null) return null;
  const seconds = /^(-?\d+(?:\.\d+)?)s$/.exec(String(duration))?.[1];
  return seconds === undefined ? duration : Math.round(Number(seconds) * 1000);
}

function toAssessment(raw: Wire): RawAssessment {
  const source = toObject(raw.source);
  const [feedback, expectation] = [toObject(raw.feedback), toObject(raw.expectation)];
  const packed = toObject(expectation.serialized_value);
  const kind = raw.feedback ? 'feedback' : raw.expectation ? 'expectation' : raw.issue ? 'issue' : 'none';
  const plain = kind === 'feedback' ? feedback.value : kind === 'issue' ? raw.issue : expectation.value;
  return {
    id: raw.assessment_id,
    kind,
    name: raw.assessment_name,
    value: typeof packed.value === 'string' ? packed.value : JSON.stringify(plain ?? null),
    error: feedback.error,
    sourceType: source.source_type,
    sourceId: source.source_id,
    spanId: raw.span_id,
    rationale: raw.rationale,
    metadata: Object.entries(toObject(raw.metadata)),
    overrides: raw.overrides,
    isValid: raw.valid,
    createdMs: Date.parse(String(raw.create_time)),
    updatedMs: Date.parse(String(raw.last_update_time ?? raw.create_time)),
  };
}

/** Neighbours that are read together; a large one stands alone. */
function* batchesOf(traces: readonly RawTrace[]): Generator<RawTrace[]> {
  let batch: RawTrace[] = [];
  let bytes = 0;
  for (const trace of traces.filter(({ hasSpansFile }) => !hasSpansFile)) {
    const size = sizeOf(trace);
    if (batch.length > 0 && (batch.length >= batchTraces || bytes + size > batchBytes)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(trace);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

function sizeOf({ metadata }: RawTrace): number {
  const told = metadata.find(([key]) => key === 'mlflow.trace.sizeBytes')?.[1];
  const bytes = Number(told ?? 100_000);
  return Number.isFinite(bytes) && bytes >= 0 ? bytes : 100_000;
}

async function loadSpans(client: RestClient, traces: readonly RawTrace[]): Promise<Map<string, unknown[]>> {
  const answer: Wire = await client.get(
    `${v3}/traces/batchGet`,
    { trace_ids: traces.map(({ id }) => String(id)) },
    parseExactJson,
  );
  return new Map(
    toList(answer.traces).map(({ trace_info, spans }) => [
      String(toObject(trace_info).trace_id),
      Array.isArray(spans) ? spans : [],
    ]),
  );
}

function once<Result>(load: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => {
    result ??= load();
    return result;
  };
}

/** The files of a trace: from the folder, through the artifact proxy, or the one file that the web page asks for. */
function files(
  client: RestClient,
  artifacts: ArtifactFolder | undefined,
  trace: RawTrace,
): AsyncIterable<SourceEntry> {
  const [id, uri] = [String(trace.id), String(trace.artifactUri ?? '')];
  if (artifacts !== undefined) return artifacts.files({ of: 'run', id, uri });
  if (uri.startsWith('mlflow-artifacts:')) return listRestFiles(client, { of: 'run', id, uri });
  return (async function* () {
    yield {
      path: 'traces.json',
      bytes: 0,
      fingerprint: '',
      open: async () => {
        const response = await client.send(
          '/ajax-api/2.0/mlflow/get-trace-artifact',
          {},
          { request_id: id, path: 'traces.json' },
        );
        if (response.ok && response.body) return response.body as unknown as AsyncIterable<Uint8Array>;
        await response.body?.cancel();
        throw new DividendError(
          'SPANS_UNREADABLE',
          'invalid_argument',
          `the MLflow server answers ${response.status} to the file of its spans`,
        );
      },
    };
  })();
}

async function* readDatasets(
  client: RestClient,
  experimentIds: readonly string[] | undefined,
): AsyncGenerator<RawEvaluationDataset> {
  for await (const set of pages(client, `${v3}/datasets/search`, 'datasets', { max_results: 100 })) {
    const path = `${v3}/datasets/${encodeURIComponent(String(set.dataset_id))}`;
    const answer: Wire = await client.get(`${path}/experiment-ids`);
    const stands = (Array.isArray(answer.experiment_ids) ? answer.experiment_ids : []).map(String);
    const wanted = experimentIds === undefined ? stands : stands.filter((id) => experimentIds.includes(id));
    if (experimentIds !== undefined && wanted.length === 0) continue;
    const records: Wire[] = [];
    for await (const record of readRecords(client, path)) records.push(record);
    yield {
      id: set.dataset_id,
      name: set.name,
      digest: set.digest,
      tags: Object.entries(toObject(parse(set.tags))),
      schema: set.schema,
      createdMs: set.created_time,
      updatedMs: set.last_update_time,
      createdBy: set.created_by,
      updatedBy: set.last_updated_by,
      experimentIds: wanted,
      records: records.map((record) => ({
        id: record.dataset_record_id,
        inputs: toText(record.inputs),
        outputs: toText(record.outputs),
        expectations: toText(record.expectations),
        tags: toText(record.tags),
        source: toText(record.source),
        createdMs: Number(readExactNumber(record.created_time)),
        updatedMs: Number(readExactNumber(record.last_update_time)),
        createdBy: record.created_by,
        updatedBy: record.last_updated_by,
      })),
    };
  }
}

async function* readRecords(client: RestClient, path: string): AsyncGenerator<Wire> {
  for (let token = ''; ; ) {
    const query = { max_results: 1000, ...(token === '' ? {} : { page_token: token }) };
    const answer: Wire = await client.get(`${path}/records`, query);
    yield* toList(parse(answer.records));
    if (!answer.next_page_token || answer.next_page_token === token) return;
    token = String(answer.next_page_token);
  }
}

function parse(text: unknown): unknown {
  try {
    return typeof text === 'string' ? parseExactJson(text) : undefined;
  } catch {
    return undefined;
  }
}

function toText(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : JSON.stringify(value);
}

async function* readScorers(client: RestClient, experimentId: string): AsyncGenerator<RawScorer> {
  const newest: Wire = await client.get(`${v3}/scorers/list`, { experiment_id: experimentId });
  for (const { scorer_name: name } of toList(newest.scorers)) {
    const of = { experiment_id: experimentId, name: String(name) };
    const answer: Wire = await client.get(`${v3}/scorers/versions`, of);
    yield {
      experimentId,
      name,
      versions: toList(answer.scorers).map(({ scorer_version, serialized_scorer, creation_time }) => ({
        version: scorer_version,
        serialized: serialized_scorer,
        createdMs: creation_time,
      })),
    };
  }
}
