import type { TraceRow } from '@dividend/contracts/api';
import { traceKeys } from '../trace-keys.ts';
import type { StoredTrace } from '../trace-store.ts';
import { toWireTimestamp } from '../trace-wire.ts';

type TraceFacts = Omit<TraceRow, 'runId' | 'assessments'>;

/** What every page says of a trace; tokens and cost stand in its metadata, as clients write them. */
export function toTraceFacts(trace: StoredTrace): TraceFacts {
  const { metadata, tags } = trace;
  return {
    traceId: trace.traceId,
    experimentId: String(trace.experimentId),
    name: tags[traceKeys.name] ?? null,
    state: trace.state,
    startedAt: toWireTimestamp(trace.startedMs),
    durationMs: trace.durationMs,
    tokens: toTokens(readNumbers(metadata[traceKeys.tokenUsage])),
    costUsd: readNumbers(metadata[traceKeys.cost]).total_cost ?? null,
    session: metadata[traceKeys.session] ?? null,
    user: metadata[traceKeys.user] ?? null,
    requestPreview: trace.requestPreview,
    responsePreview: trace.responsePreview,
    spanCount: trace.spanCount,
    tags,
  };
}

function toTokens(numbers: Readonly<Record<string, number>>): TraceRow['tokens'] {
  const { input_tokens: input = null, output_tokens: output = null, total_tokens } = numbers;
  const total = total_tokens ?? (input === null && output === null ? null : (input ?? 0) + (output ?? 0));
  return total === null ? null : { input, output, total };
}

/** The finite numbers of an object in JSON; what else clients wrote there counts as nothing. */
function readNumbers(json = '{}'): Readonly<Record<string, number>> {
  try {
    const entries = Object.entries((JSON.parse(json) ?? {}) as object);
    return Object.fromEntries(entries.filter(([, value]) => Number.isFinite(value)));
  } catch {
    return {};
  }
}
