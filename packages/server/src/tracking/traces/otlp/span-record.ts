import { spanLimits } from '../trace-limits.ts';
import { indexAttributes } from './attributes.ts';
import type { AnyValue, SentSpan } from './otlp-messages.ts';
import { type SpanUsage, spanTypeOf, spanUsageOf } from './span-meaning.ts';

export type SpanStatus = 'UNSET' | 'OK' | 'ERROR';

/** A span as it is stored. */
export interface SpanRecord {
  /** `tr-` and 32 hex digits. */
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly type: string;
  readonly status: SpanStatus;
  /** Unix nanoseconds in decimal. */
  readonly startedNs: string;
  /** Absent while the span is open. */
  readonly endedNs: string | null;
  readonly usage: SpanUsage | undefined;
  /** Attributes, events, links and the rest that has no field here: an object of protobuf's JSON. */
  readonly content: string;
  readonly attributes: ReadonlyMap<string, AnyValue>;
}

const statuses: readonly SpanStatus[] = ['UNSET', 'OK', 'ERROR'];

/** What is stored counts up to here: PostgreSQL's bigint. The year 2262. */
const latestNs = 2n ** 63n - 1n;

/** The record of a sent span, or why it cannot be kept. */
export function toSpanRecord(span: SentSpan): SpanRecord | { readonly rejected: string } {
  const { trace_id = '', span_id = '', parent_span_id = '', name = '' } = span;
  if (!isId(trace_id, 32))
    return { rejected: `trace_id '${shorten(trace_id)}' is not 16 bytes other than zero` };
  if (!isId(span_id, 16)) return { rejected: `span_id '${shorten(span_id)}' is not 8 bytes other than zero` };
  if (parent_span_id !== '' && !/^(0+|[0-9a-f]{16})$/.test(parent_span_id)) {
    return { rejected: `parent_span_id '${shorten(parent_span_id)}' is not 8 bytes` };
  }
  const startedNs = span.start_time_unix_nano ?? '0';
  const endedNs = span.end_time_unix_nano ?? '0';
  if (BigInt(startedNs) > latestNs || BigInt(endedNs) > latestNs) {
    return { rejected: `span '${span_id}' lies after the year 2262` };
  }
  const { attributes = [], events = [], links = [], kind, trace_state, status = {} } = span;
  const content = JSON.stringify({
    attributes,
    events,
    links: links.map(toWireLink),
    kind,
    trace_state,
    status,
  });
  if (Buffer.byteLength(content) > spanLimits.contentBytes) {
    return { rejected: `span '${span_id}' has more than ${spanLimits.contentBytes} bytes` };
  }
  const index = indexAttributes(attributes);
  return {
    traceId: `tr-${trace_id}`,
    spanId: span_id,
    parentSpanId: isId(parent_span_id, 16) ? parent_span_id : null,
    name: name.slice(0, spanLimits.name),
    type: spanTypeOf(index).slice(0, spanLimits.type),
    status: statuses[status.code ?? 0] ?? 'UNSET',
    startedNs,
    endedNs: endedNs === '0' ? null : endedNs,
    usage: spanUsageOf(index),
    content,
    attributes: index,
  };
}

/** Protobuf's JSON has ids in base64, OTLP's own in hex. */
function toWireLink(link: NonNullable<SentSpan['links']>[number]): object {
  const { trace_id = '', span_id = '' } = link;
  return { ...link, trace_id: toBase64(trace_id), span_id: toBase64(span_id) };
}

function toBase64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

function isId(hex: string, digits: number): boolean {
  return hex.length === digits && /[1-9a-f]/.test(hex);
}

function shorten(id: string): string {
  return id.length > 64 ? `${id.slice(0, 64)}…` : id;
}
