import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import {
  fromKeyValues,
  listOf,
  type MlflowRoute,
  maxResults,
  mlflowRoute,
  toWireList,
} from '../door/index.ts';
import { checkMaxResults, parseExperimentId } from '../log-limits.ts';
import type { TraceState } from './trace-info.ts';
import { TraceInfoV2Answer, TraceInfoV2Message } from './trace-messages.ts';
import { mostTraces } from './trace-routes.ts';
import type { TraceService } from './trace-service.ts';
import { checkTimestamp, toWireTraceInfoV2 } from './trace-wire.ts';

const text = Type.Optional(Type.String());
const texts = Type.Array(Type.String());
const KeyValues = Type.Optional(Type.Array(Type.Object({ key: Type.String(), value: text })));
const path = '/2.0/mlflow/traces';

const statuses = ['TRACE_STATUS_UNSPECIFIED', 'OK', 'ERROR', 'IN_PROGRESS'] as const;
const Status = Type.Union(statuses.map((status) => Type.Literal(status)));

/** What clients before MLflow 3 call, and 3 falls back to. */
export function traceRoutesV2(traces: TraceService): MlflowRoute[] {
  return [
    mlflowRoute({
      method: 'POST',
      path,
      summary: 'Start a trace, as clients before MLflow 3 do',
      request: Type.Object({
        experiment_id: Type.String(),
        timestamp_ms: Type.Integer(),
        request_metadata: KeyValues,
        tags: KeyValues,
      }),
      answer: TraceInfoV2Answer,
      handle: async (input) => {
        const started = await traces.start(
          {
            traceId: `tr-${randomBytes(16).toString('hex')}`,
            experimentId: input.experiment_id,
            state: 'IN_PROGRESS',
            startedMs: checkTimestamp(input.timestamp_ms, 'timestamp_ms'),
            durationMs: null,
            clientRequestId: null,
            requestPreview: null,
            responsePreview: null,
            tags: fromKeyValues(input.tags),
            metadata: fromKeyValues(input.request_metadata),
          },
          false,
        );
        return { trace_info: toWireTraceInfoV2(started) };
      },
    }),
    mlflowRoute({
      method: 'PATCH',
      path: `${path}/:request_id`,
      summary: 'End a trace, as clients before MLflow 3 do',
      request: Type.Object({
        request_id: Type.String(),
        timestamp_ms: Type.Integer(),
        status: Status,
        request_metadata: KeyValues,
        tags: KeyValues,
      }),
      answer: TraceInfoV2Answer,
      handle: async (input) => ({
        trace_info: toWireTraceInfoV2(
          await traces.end(input.request_id, {
            state: toState(input.status),
            endedMs: checkTimestamp(input.timestamp_ms, 'timestamp_ms'),
            tags: fromKeyValues(input.tags),
            metadata: fromKeyValues(input.request_metadata),
          }),
        ),
      }),
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/:request_id/info`,
      summary: 'Read a trace in the form of MLflow 2',
      request: Type.Object({ request_id: Type.String() }),
      answer: TraceInfoV2Answer,
      handle: async ({ request_id }) => ({ trace_info: toWireTraceInfoV2(await traces.getInfo(request_id)) }),
    }),
    mlflowRoute({
      method: 'GET',
      path,
      summary: 'Search traces in the form of MLflow 2',
      request: Type.Object({
        experiment_ids: texts,
        filter: text,
        max_results: maxResults(100, mostTraces),
        order_by: Type.Optional(texts),
        page_token: text,
      }),
      answer: listOf('traces', TraceInfoV2Message),
      handle: async (input) => {
        const found = await traces.search({
          experimentIds: input.experiment_ids.map(parseExperimentId),
          filter: input.filter ?? '',
          orderBy: input.order_by ?? [],
          maxResults: checkMaxResults(input.max_results ?? 100, mostTraces),
          pageToken: input.page_token,
        });
        return {
          traces: toWireList(found.traces.map(toWireTraceInfoV2)),
          next_page_token: found.nextPageToken,
        };
      },
    }),
  ];
}

function toState(status: (typeof statuses)[number]): TraceState {
  return status === 'TRACE_STATUS_UNSPECIFIED' ? 'STATE_UNSPECIFIED' : status;
}
