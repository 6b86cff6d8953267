import type { Platform } from '../../platform/platform.ts';
import { createGroupWriter, type Tx } from '../../platform/postgres/index.ts';
import type { ExperimentService } from '../experiments/experiment-service.ts';
import { getRunInfo } from '../runs/run-store.ts';
import { withConventions } from './otlp/conventions.ts';
import type { ExportTraceRequest, SentSpan } from './otlp/otlp-messages.ts';
import type { SpanRecord } from './otlp/span-record.ts';
import { toSpanRecord } from './otlp/span-record.ts';
import { insertSpans, listUsage } from './span-store.ts';
import { traceKeys, trackingStore } from './trace-keys.ts';
import { spanLimits } from './trace-limits.ts';
import { linkTracesToRun } from './trace-links.ts';
import { type TraceOfSpans, toResourceTags, toTraceOfSpans } from './trace-of-spans.ts';
import { mergeTraceMetadata, type TraceAfterSpans, upsertTracesOfSpans } from './trace-store.ts';
import { rollUpUsage } from './usage-rollup.ts';

/** What became of an export; rejected spans are the sender's to know, the others are stored. */
export interface SpansRecorded {
  readonly rejectedSpans: number;
  /** Why, of the first one rejected. */
  readonly reason: string | undefined;
}

/** What an export holds of one trace. */
interface SentTrace {
  readonly traceId: string;
  /** Of the resources that sent it. */
  readonly tags: Readonly<Record<string, string>>;
  readonly spans: readonly SpanRecord[];
}

/** One export, checked. */
interface SpanExport {
  readonly experimentId: number;
  readonly artifactRoot: string;
  readonly runId: string | undefined;
  readonly sent: readonly SentTrace[];
}

/** A trace that the spans would make larger than traces may be. */
class TraceOverflow extends Error {
  readonly traceIds: ReadonlySet<string>;
  constructor(traceIds: Iterable<string>) {
    super('Trace overflow');
    this.traceIds = new Set(traceIds);
  }
}

/**
 * Stores the spans of an export, makes their traces or widens them, all or nothing; exports that come at the same moment
 * share a transaction. Idempotent: a span that is here already stays, whatever is sent under its id again.
 */
export function createSpanRecorder({ db }: Platform, experiments: ExperimentService) {
  const write = createGroupWriter<SpanExport, undefined>(db, {
    write: async (tx, exports) => {
      await recordExports(tx, exports);
      return exports.map(() => undefined);
    },
    weigh: ({ sent }) => sent.reduce((spans, trace) => spans + trace.spans.length, 0),
  });
  return async (
    request: ExportTraceRequest,
    { experimentId, runId }: { experimentId: string; runId: string | undefined },
  ): Promise<SpansRecorded> => {
    const experiment = await experiments.getActive(experimentId);
    if (runId !== undefined) await getRunInfo(db, runId);
    const { sent, rejected } = groupByTrace(request);
    const target = {
      experimentId: experiment.experimentId,
      artifactRoot: `${experiment.artifactLocation}/traces`,
      runId,
    };
    let kept = sent;
    // Ends: each round takes at least one trace out.
    while (kept.length > 0) {
      try {
        await write({ ...target, sent: kept });
        break;
      } catch (error) {
        if (!(error instanceof TraceOverflow)) throw error;
        const { traceIds } = error;
        rejected.push(...kept.filter(({ traceId }) => traceIds.has(traceId)).flatMap(toOverflowReasons));
        kept = kept.filter(({ traceId }) => !traceIds.has(traceId));
      }
    }
    return { rejectedSpans: rejected.length, reason: rejected[0] };
  };
}

function toOverflowReasons({ traceId, spans }: SentTrace): string[] {
  const limits = `${spanLimits.spansPerTrace} spans and ${spanLimits.bytesPerTrace} bytes`;
  return spans.map(() => `trace '${traceId}' would exceed ${limits}`);
}

function groupByTrace(request: ExportTraceRequest): { sent: SentTrace[]; rejected: string[] } {
  const rejected: string[] = [];
  const byTrace = new Map<string, { tags: Record<string, string>; spans: Map<string, SpanRecord> }>();
  for (const { resource, scope_spans = [] } of request.resource_spans ?? []) {
    const resourceTags = toResourceTags(resource?.attributes);
    for (const span of scope_spans.flatMap(({ spans = [] }) => spans)) {
      const record = readSpan(span);
      if ('rejected' in record) {
        rejected.push(record.rejected);
        continue;
      }
      const group = byTrace.get(record.traceId) ?? { tags: {}, spans: new Map() };
      byTrace.set(record.traceId, group);
      Object.assign(group.tags, resourceTags);
      if (!group.spans.has(record.spanId)) group.spans.set(record.spanId, record);
    }
  }
  const sent = [...byTrace].map(([traceId, { tags, spans }]) => ({
    traceId,
    tags,
    spans: [...spans.values()],
  }));
  return { sent, rejected };
}

/** What conventions repeat must not make a span too large. */
function readSpan(span: SentSpan): ReturnType<typeof toSpanRecord> {
  const record = toSpanRecord(withConventions(span));
  return 'rejected' in record ? toSpanRecord(span) : record;
}

async function recordExports(tx: Tx, exports: readonly SpanExport[]): Promise<void> {
  const sent = exports.flatMap((it) => it.sent);
  const spans = new Map<string, SpanRecord>();
  for (const span of sent.flatMap(({ spans }) => spans)) {
    const id = `${span.traceId}/${span.spanId}`;
    if (!spans.has(id)) spans.set(id, span);
  }
  const inserted = await insertSpans(tx, [...spans.values()]);
  const fresh = Map.groupBy(inserted, ({ traceId }) => traceId);
  if (fresh.size > 0) {
    const stored = await upsertTracesOfSpans(tx, toTraces(exports, fresh));
    checkSizes(stored);
    await rollUpTraces(tx, stored, fresh);
  }
  for (const { runId, sent } of exports) {
    if (runId === undefined) continue;
    const complete = sent.filter(({ spans }) => spans.some(({ parentSpanId }) => parentSpanId === null));
    const ids = complete.map(({ traceId }) => traceId);
    await linkTracesToRun(tx, ids, runId);
  }
}

type TraceInExperiment = TraceOfSpans & { readonly experimentId: number };

/** Each trace once, by its new spans; the first export that names it says the experiment. */
function toTraces(
  exports: readonly SpanExport[],
  fresh: ReadonlyMap<string, readonly SpanRecord[]>,
): TraceInExperiment[] {
  const traces = new Map<string, TraceInExperiment>();
  for (const { experimentId, artifactRoot, sent } of exports) {
    for (const { traceId, tags } of sent) {
      const [first, ...others] = fresh.get(traceId) ?? [];
      if (first === undefined || traces.has(traceId)) continue;
      traces.set(traceId, { ...toTrace([first, ...others], tags, artifactRoot), experimentId });
    }
  }
  return [...traces.values()];
}

function toTrace(
  spans: readonly [SpanRecord, ...SpanRecord[]],
  resourceTags: Readonly<Record<string, string>>,
  artifactRoot: string,
): TraceOfSpans {
  const trace = toTraceOfSpans(spans, resourceTags);
  const places = {
    [traceKeys.spansLocation]: trackingStore,
    [traceKeys.artifactLocation]: `${artifactRoot}/${trace.traceId}/artifacts`,
  };
  return { ...trace, tags: { ...trace.tags, ...places } };
}

function checkSizes(stored: readonly TraceAfterSpans[]): void {
  const overfull = stored.filter(
    ({ span_count, span_bytes }) =>
      span_count > spanLimits.spansPerTrace || span_bytes > spanLimits.bytesPerTrace,
  );
  if (overfull.length > 0) throw new TraceOverflow(overfull.map((trace) => trace.trace_id));
}

/**
 * Tokens and cost of the whole tree, where the client has not given its own; also of spans that come after its account. A
 * late span that reports nothing changes the sum too, where it puts what is below it under a span that does.
 */
async function rollUpTraces(
  tx: Tx,
  stored: readonly TraceAfterSpans[],
  fresh: ReadonlyMap<string, readonly SpanRecord[]>,
): Promise<void> {
  const open = new Map(
    stored
      .filter(({ trace_id, summed_keys }) =>
        fresh
          .get(trace_id)
          ?.some(({ usage, parentSpanId }) => usage || (parentSpanId !== null && summed_keys.length > 0)),
      )
      .map(({ trace_id, stated_keys }) => [trace_id, stated_keys]),
  );
  if (open.size === 0) return;
  for (const [traceId, nodes] of await listUsage(tx, [...open.keys()])) {
    const { tokens, cost } = rollUpUsage(nodes);
    const sums = Object.entries({ [traceKeys.tokenUsage]: tokens, [traceKeys.cost]: cost })
      .filter(([key, sum]) => sum !== undefined && !open.get(traceId)?.includes(key))
      .map(([key, sum]) => [key, JSON.stringify(sum)]);
    if (sums.length > 0) await mergeTraceMetadata(tx, traceId, Object.fromEntries(sums));
  }
}
