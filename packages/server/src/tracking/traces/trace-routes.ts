import { Type } from 'typebox';
import type { Platform } from '../../platform/platform.ts';
import type { Db } from '../../platform/postgres/index.ts';
import { type MlflowRoute, maxResults, mlflowRoute, toWireDouble } from '../door/index.ts';
import { checkMaxResults, parseExperimentId } from '../log-limits.ts';
import { listAssessments } from './assessments/assessment-store.ts';
import { AssessmentMessage, parseAssessment, toWireAssessment } from './assessments/assessment-wire.ts';
import { correlateFilters, type FilterCorrelation } from './filter-correlation.ts';
import type { TraceInfo } from './trace-info.ts';
import { CorrelationAnswer, TraceInfoMessage, TraceMessage } from './trace-messages.ts';
import type { TraceService, TraceWithSpans } from './trace-service.ts';
import {
  parseDuration,
  parseTimestamp,
  State,
  TextMap,
  TraceLocation,
  toWireSpan,
  toWireTraceInfo,
} from './trace-wire.ts';

const text = Type.Optional(Type.String());
const texts = Type.Array(Type.String());
const path = '/3.0/mlflow/traces';
export const mostTraces = 500;

const TraceInfoInput = Type.Object({
  trace_id: Type.String(),
  client_request_id: text,
  trace_location: TraceLocation,
  request_preview: text,
  response_preview: text,
  request_time: Type.String(),
  execution_duration: text,
  state: Type.Optional(State),
  trace_metadata: Type.Optional(TextMap),
  tags: Type.Optional(TextMap),
  assessments: Type.Optional(Type.Array(AssessmentMessage)),
});

/** The third API of traces. Previews, tags and assessments of a large trace are one body. */
export function traceRoutes(traces: TraceService, { db, clock }: Platform): MlflowRoute[] {
  const withAssessments = (found: readonly TraceInfo[]) => toWireInfos(db, found);
  return [
    mlflowRoute({
      method: 'POST',
      path,
      summary: 'Record a trace without its spans',
      maxBodyBytes: 8_000_000,
      request: Type.Object({ trace: Type.Object({ trace_info: TraceInfoInput }) }),
      answer: Type.Object({ trace: Type.Object({ trace_info: TraceInfoMessage }) }),
      handle: async ({ trace: { trace_info: info } }) => {
        const field = 'trace.trace_info';
        const nowMs = clock.now().getTime();
        const started = await traces.start(
          {
            traceId: info.trace_id,
            experimentId: info.trace_location.mlflow_experiment?.experiment_id ?? '0',
            state: info.state ?? 'STATE_UNSPECIFIED',
            startedMs: parseTimestamp(info.request_time, `${field}.request_time`),
            durationMs: info.execution_duration
              ? parseDuration(info.execution_duration, `${field}.execution_duration`)
              : null,
            clientRequestId: info.client_request_id ?? null,
            requestPreview: info.request_preview ?? null,
            responsePreview: info.response_preview ?? null,
            tags: info.tags ?? {},
            metadata: info.trace_metadata ?? {},
            assessments: (info.assessments ?? []).map((assessment, index) =>
              parseAssessment(assessment, `${field}.assessments[${index}]`, {
                traceId: info.trace_id,
                nowMs,
              }),
            ),
          },
          true,
        );
        return { trace: { trace_info: (await withAssessments([started]))[0] } };
      },
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/:trace_id`,
      summary: 'Read a trace without its spans',
      request: Type.Object({ trace_id: Type.String() }),
      answer: Type.Object({ trace: Type.Object({ trace_info: TraceInfoMessage }) }),
      handle: async ({ trace_id }) => ({
        trace: { trace_info: (await withAssessments([await traces.getInfo(trace_id)]))[0] },
      }),
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/get`,
      summary: 'Read a trace with its spans',
      request: Type.Object({ trace_id: Type.String(), allow_partial: Type.Optional(Type.Boolean()) }),
      answer: Type.Object({ trace: TraceMessage }),
      handle: async ({ trace_id, allow_partial = false }) => {
        const [trace] = await toWireTraces(db, [await traces.get(trace_id, allow_partial)]);
        return `{"trace":${trace}}`;
      },
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/batchGet`,
      summary: 'Read several traces with their spans',
      request: Type.Object({ trace_ids: texts, experiment_ids: Type.Optional(texts) }),
      answer: Type.Object({ traces: Type.Array(TraceMessage) }),
      handle: async ({ trace_ids, experiment_ids }) => {
        const found = await toWireTraces(db, await traces.list(trace_ids, experiment_ids));
        return `{"traces":[${found.join(',')}]}`;
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/batchGetInfos`,
      summary: 'Read several traces without their spans',
      request: Type.Object({ trace_ids: texts, experiment_ids: Type.Optional(texts) }),
      answer: Type.Object({ trace_infos: Type.Array(TraceInfoMessage) }),
      handle: async ({ trace_ids, experiment_ids }) => ({
        trace_infos: await withAssessments(await traces.listInfos(trace_ids, experiment_ids)),
      }),
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/search`,
      summary: 'Search traces by a filter',
      request: Type.Object({
        locations: Type.Array(TraceLocation),
        filter: text,
        max_results: maxResults(100, mostTraces),
        order_by: Type.Optional(texts),
        page_token: text,
      }),
      answer: Type.Object({ traces: Type.Array(TraceInfoMessage), next_page_token: text }),
      handle: async (input) => {
        const found = await traces.search({
          experimentIds: input.locations.flatMap(({ mlflow_experiment: experiment }) =>
            experiment === undefined ? [] : parseExperimentId(experiment.experiment_id),
          ),
          filter: input.filter ?? '',
          orderBy: input.order_by ?? [],
          maxResults: checkMaxResults(input.max_results ?? 100, mostTraces),
          pageToken: input.page_token,
        });
        return { traces: await withAssessments(found.traces), next_page_token: found.nextPageToken };
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/calculate-filter-correlation`,
      summary: 'Say how two filters go together: NPMI of the traces they match',
      request: Type.Object({
        experiment_ids: texts,
        filter_string1: Type.String(),
        filter_string2: Type.String(),
        base_filter: text,
      }),
      answer: CorrelationAnswer,
      handle: async (input) =>
        toWireCorrelation(
          await correlateFilters(db, {
            experimentIds: input.experiment_ids.map(parseExperimentId),
            filters: [input.filter_string1, input.filter_string2],
            baseFilter: input.base_filter ?? '',
          }),
        ),
    }),
  ];
}

async function toWireInfos(db: Db, traces: readonly TraceInfo[]): Promise<object[]> {
  const assessments = await listAssessments(
    db,
    traces.map(({ traceId }) => traceId),
  );
  return traces.map((trace) =>
    toWireTraceInfo(trace, (assessments.get(trace.traceId) ?? []).map(toWireAssessment)),
  );
}

/** Traces with their spans as JSON texts. */
async function toWireTraces(db: Db, found: readonly TraceWithSpans[]): Promise<string[]> {
  const infos = await toWireInfos(
    db,
    found.map(({ trace }) => trace),
  );
  return found.map(
    ({ spans }, index) =>
      `{"trace_info":${JSON.stringify(infos[index])},"spans":[${spans.map(toWireSpan).join(',')}]}`,
  );
}

function toWireCorrelation({ npmi, npmiSmoothed, counts }: FilterCorrelation): object {
  return {
    npmi: toWireDouble(npmi),
    npmi_smoothed: toWireDouble(npmiSmoothed),
    filter1_count: counts.first,
    filter2_count: counts.second,
    joint_count: counts.both,
    total_count: counts.total,
  };
}
