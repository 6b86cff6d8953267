import { Type } from 'typebox';
import { invalidParameter, toKeyValues, toWireList, toWireOptional } from '../door/index.ts';
import type { SpanRow } from './span-store.ts';
import { type TraceInfo, type TraceState, traceStates } from './trace-info.ts';

export const TextMap = Type.Record(Type.String(), Type.String());

export const TraceLocation = Type.Object({
  mlflow_experiment: Type.Optional(Type.Object({ experiment_id: Type.String() })),
});

export const State = Type.Union(traceStates.map((state) => Type.Literal(state)));

/** Unix milliseconds of the years 0 and 10000: what RFC 3339 can say. */
const earliestMs = -62_167_219_200_000;
const latestMs = 253_402_300_800_000;

/** Milliseconds of a protobuf Timestamp in JSON; digits below a millisecond are cut. @throws {DividendError} PARAMETER_INVALID */
export function parseTimestamp(text: string, path: string): number {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text.replace(/(\.\d{3})\d+/, '$1'))
    : Number.NaN;
  if (ms >= earliestMs && ms < latestMs) return ms;
  throw invalidParameter(path, text, "Expected a time such as '2026-01-31T12:00:00.123Z'.");
}

/** Ten thousand years, protobuf's own limit. */
const longestSeconds = 315_576_000_000;

/** Milliseconds of a protobuf Duration in JSON. @throws {DividendError} PARAMETER_INVALID */
export function parseDuration(text: string, path: string): number {
  const seconds = /^-?\d{1,12}(\.\d{1,9})?s$/.test(text) ? Number(text.slice(0, -1)) : Number.NaN;
  if (Math.abs(seconds) <= longestSeconds) return Math.floor(seconds * 1000 + 1e-6);
  throw invalidParameter(path, text, "Expected a duration such as '1.5s'.");
}

export function toWireTimestamp(ms: number): string {
  return new Date(ms).toISOString();
}

/** A time in milliseconds as the second API sends it. @throws {DividendError} PARAMETER_INVALID */
export function checkTimestamp(ms: number, path: string): number {
  if (ms >= earliestMs && ms < latestMs) return ms;
  throw invalidParameter(path, ms, 'Expected Unix milliseconds before the year 10000.');
}

function toWireDuration(ms: number): string {
  const sign = ms < 0 ? '-' : '';
  const whole = Math.floor(Math.abs(ms) / 1000);
  const rest = String(Math.abs(ms) % 1000).padStart(3, '0');
  return rest === '000' ? `${sign}${whole}s` : `${sign}${whole}.${rest}s`;
}

/** TraceInfoV3. */
export function toWireTraceInfo(trace: TraceInfo, assessments: readonly object[] = []): object {
  return {
    trace_id: trace.traceId,
    client_request_id: toWireOptional(trace.clientRequestId),
    trace_location: {
      type: 'MLFLOW_EXPERIMENT',
      mlflow_experiment: { experiment_id: String(trace.experimentId) },
    },
    request_preview: toWireOptional(trace.requestPreview),
    response_preview: toWireOptional(trace.responsePreview),
    request_time: toWireTimestamp(trace.startedMs),
    execution_duration: trace.durationMs === null ? undefined : toWireDuration(trace.durationMs),
    state: trace.state,
    trace_metadata: trace.metadata,
    tags: trace.tags,
    assessments: toWireList(assessments),
  };
}

/** TraceInfo of the second API, which old clients and searches by GET still speak. */
export function toWireTraceInfoV2(trace: TraceInfo): object {
  return {
    request_id: trace.traceId,
    experiment_id: String(trace.experimentId),
    timestamp_ms: trace.startedMs,
    execution_time_ms: toWireOptional(trace.durationMs),
    status: toStatusV2(trace.state),
    request_metadata: toWireList(toKeyValues(trace.metadata)),
    tags: toWireList(toKeyValues(trace.tags)),
  };
}

function toStatusV2(state: TraceState): string {
  return state === 'STATE_UNSPECIFIED' ? 'TRACE_STATUS_UNSPECIFIED' : state;
}

/** A span of OTLP in protobuf's JSON, as text: the stored part is put in as it is. */
export function toWireSpan(row: SpanRow): string {
  const head = JSON.stringify({
    trace_id: toBase64(row.trace_id.slice('tr-'.length)),
    span_id: toBase64(row.span_id),
    parent_span_id: row.parent_span_id === null ? undefined : toBase64(row.parent_span_id),
    name: row.name,
    start_time_unix_nano: row.started_ns,
    end_time_unix_nano: toWireOptional(row.ended_ns),
  });
  return `${head.slice(0, -1)},${row.content.slice(1)}`;
}

function toBase64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}
