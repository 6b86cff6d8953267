import type { ImportedAssessment, ImportedSpan, TraceRecord } from '@dividend/contracts/imports';
import { DividendError } from '@dividend/core/errors';
import type { RestClient } from './rest-client.ts';

const v2 = '/api/2.0/mlflow';
const v3 = '/api/3.0/mlflow';

type Wire = Record<string, unknown>;

interface StartedTrace {
  readonly trace?: { readonly trace_info?: { readonly tags?: Wire } };
}

/** Writes traces through MLflow's API, and their spans through OpenTelemetry's. Each call may be repeated. */
export function createTraceTarget(client: RestClient) {
  return {
    /** Where its files are there. */
    startTrace: async (trace: TraceRecord, experimentId: string): Promise<string> => {
      const answer = await client.post<StartedTrace>(`${v3}/traces`, {
        trace: { trace_info: toTraceInfo(trace, experimentId) },
      });
      return String(answer.trace?.trace_info?.tags?.['mlflow.artifactLocation'] ?? '');
    },
    createAssessment: async (traceId: string, assessment: ImportedAssessment): Promise<string> => {
      const { assessment_id: _id, ...sent } = toAssessment(assessment, traceId);
      const answer = await client.post<{ assessment?: { assessment_id?: unknown } }>(
        `${v3}/traces/${traceId}/assessments`,
        { trace_id: traceId, assessment: sent },
      );
      return String(answer.assessment?.assessment_id);
    },
    sendSpans: (traceId: string, experimentId: string, spans: readonly ImportedSpan[]) =>
      sendSpans(client, traceId, experimentId, spans),
    linkTraceToRun: (traceId: string, runId: string) =>
      client.post(`${v2}/traces/link-to-run`, { trace_ids: [traceId], run_id: runId }),
    linkPrompts: async (traceId: string, prompts: readonly string[]) => {
      const versions = prompts.map((prompt) => {
        const slash = prompt.lastIndexOf('/');
        return { name: prompt.slice(0, slash), version: prompt.slice(slash + 1) };
      });
      if (versions.length > 0)
        await client.post(`${v2}/traces/link-prompts`, { trace_id: traceId, prompt_versions: versions });
    },
    setTraceTag: (traceId: string, key: string, value: string) =>
      client.post(`${v2}/traces/${traceId}/tags`, { trace_id: traceId, key, value }, 'PATCH'),
  };
}

function toTraceInfo(trace: TraceRecord, experimentId: string): Wire {
  return {
    trace_id: trace.id,
    trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experimentId } },
    request_time: new Date(trace.startedMs).toISOString(),
    ...(trace.durationMs === null ? {} : { execution_duration: `${(trace.durationMs / 1000).toFixed(3)}s` }),
    state: trace.state,
    ...(trace.clientRequestId === null ? {} : { client_request_id: trace.clientRequestId }),
    ...(trace.requestPreview === null ? {} : { request_preview: trace.requestPreview }),
    ...(trace.responsePreview === null ? {} : { response_preview: trace.responsePreview }),
    tags: trace.tags,
    trace_metadata: trace.metadata,
    assessments: trace.assessments.map((assessment) => toAssessment(assessment, trace.id)),
  };
}

function toAssessment(it: ImportedAssessment, traceId: string): Wire {
  return {
    assessment_id: it.assessmentId,
    assessment_name: it.name,
    trace_id: traceId,
    ...(it.spanId === null ? {} : { span_id: it.spanId }),
    source: { source_type: it.sourceType, ...(it.sourceId === null ? {} : { source_id: it.sourceId }) },
    create_time: new Date(it.createdMs).toISOString(),
    last_update_time: new Date(it.updatedMs).toISOString(),
    ...toValue(it),
    ...(it.rationale === null ? {} : { rationale: it.rationale }),
    metadata: it.metadata,
    ...(it.overrides === null ? {} : { overrides: it.overrides }),
    valid: it.isValid,
  };
}

function toValue({ kind, value, format, error }: ImportedAssessment): Wire {
  if (format !== null) return { expectation: { serialized_value: { serialization_format: format, value } } };
  const plain: unknown = JSON.parse(value);
  if (kind === 'issue') return { issue: plain };
  if (kind === 'expectation') return { expectation: { value: plain } };
  return { feedback: { value: plain, ...(error === null ? {} : { error }) } };
}

/** OTLP as JSON, which MLflow takes since 3.11. @throws {DividendError} TRACES_NOT_TAKEN */
async function sendSpans(
  client: RestClient,
  traceId: string,
  experimentId: string,
  spans: readonly ImportedSpan[],
): Promise<void> {
  const body = JSON.stringify({
    resourceSpans: [{ scopeSpans: [{ spans: spans.map((span) => toOtlp(traceId, span)) }] }],
  });
  const headers = { 'content-type': 'application/json', 'x-mlflow-experiment-id': experimentId };
  const response = await client.send('/v1/traces', { method: 'POST', body, headers });
  const text = await response.text();
  if (response.ok) return;
  throw new DividendError(
    'TRACES_NOT_TAKEN',
    response.status >= 500 ? 'unavailable' : 'failed_precondition',
    `the MLflow server answers ${response.status} to spans in OTLP's JSON, which it takes since 3.11: ${text.slice(0, 300)}`,
  );
}

function toOtlp(traceId: string, { span_id, parent_span_id, links, ...span }: ImportedSpan): Wire {
  return {
    ...span,
    traceId: traceId.replace(/^tr-/, ''),
    spanId: span_id,
    ...(parent_span_id === undefined ? {} : { parentSpanId: parent_span_id }),
    // MLflow reads the ids of spans as hex, those of links as protobuf's JSON has them.
    links: (links as { trace_id: string; span_id: string }[]).map((link) => ({
      ...link,
      trace_id: toBase64(link.trace_id),
      span_id: toBase64(link.span_id),
    })),
  };
}

function toBase64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}
