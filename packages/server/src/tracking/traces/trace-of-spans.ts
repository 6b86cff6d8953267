import { truncate } from '../log-limits.ts';
import { toTextValue } from './otlp/attributes.ts';
import type { KeyValue } from './otlp/otlp-messages.ts';
import { sessionOf, textOf, userOf } from './otlp/span-meaning.ts';
import type { SpanRecord } from './otlp/span-record.ts';
import type { TraceState } from './trace-info.ts';
import { traceKeys } from './trace-keys.ts';
import { traceLimits } from './trace-limits.ts';

/** What some spans of one trace say about it. */
export interface TraceOfSpans {
  readonly traceId: string;
  readonly startedMs: number;
  /** Absent while no span has ended. */
  readonly endedMs: number | null;
  /** IN_PROGRESS until the root span has come. */
  readonly state: TraceState;
  readonly requestPreview: string | null;
  readonly responsePreview: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly spanCount: number;
  readonly spanBytes: number;
}

/** @param resourceTags of the resource that sent the spans; a tag on the root span comes before one of these */
export function toTraceOfSpans(
  spans: readonly [SpanRecord, ...SpanRecord[]],
  resourceTags: Readonly<Record<string, string>>,
): TraceOfSpans {
  const root = spans.find((span) => span.parentSpanId === null);
  const ends = spans.flatMap(({ endedNs }) => (endedNs === null ? [] : toMs(endedNs)));
  const session = spans.map(({ attributes }) => sessionOf(attributes)).find(Boolean);
  const user = spans.map(({ attributes }) => userOf(attributes)).find(Boolean);
  return {
    traceId: spans[0].traceId,
    startedMs: least(spans.map(({ startedNs }) => toMs(startedNs))),
    endedMs: ends.length === 0 ? null : greatest(ends),
    state: root === undefined ? 'IN_PROGRESS' : root.status === 'ERROR' ? 'ERROR' : 'OK',
    requestPreview: preview(root, 'mlflow.spanInputs'),
    responsePreview: preview(root, 'mlflow.spanOutputs'),
    tags: { ...resourceTags, ...(root === undefined ? {} : tagsOfRoot(root)) },
    metadata: {
      ...(session ? { [traceKeys.session]: truncate(session, traceLimits.metadataValue) } : {}),
      ...(user ? { [traceKeys.user]: truncate(user, traceLimits.metadataValue) } : {}),
    },
    spanCount: spans.length,
    spanBytes: spans.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0),
  };
}

/** Attributes of a resource as tags; MLflow's own names and those of the SDK are not the sender's to set. */
export function toResourceTags(attributes: readonly KeyValue[] = []): Record<string, string> {
  return Object.fromEntries(
    attributes
      .filter(({ key = '' }) => isTagKey(key) && !/^(telemetry\.sdk\.|mlflow\.)/.test(key))
      .map(({ key = '', value = {} }) => [key, truncate(toTextValue(value), traceLimits.tagValue)]),
  );
}

const tagPrefix = 'mlflow.traceTag.';

/** The trace's name is its root's unless a tag says otherwise. */
function tagsOfRoot(root: SpanRecord): Record<string, string> {
  const tags: Record<string, string> = { [traceKeys.name]: root.name };
  for (const [key, value] of root.attributes) {
    const tag = key.startsWith(tagPrefix) ? key.slice(tagPrefix.length) : '';
    if (isTagKey(tag) && !traceKeys.ownTags.has(tag)) {
      tags[tag] = truncate(toTextValue(value), traceLimits.tagValue);
    }
  }
  return tags;
}

function isTagKey(key: string): boolean {
  return key !== '' && key !== '__proto__' && key.length <= traceLimits.tagKey;
}

function preview(root: SpanRecord | undefined, key: string): string | null {
  const text = root === undefined ? undefined : textOf(root.attributes, key);
  if (text === undefined) return null;
  // The length of previews that the client makes itself.
  return text.length <= 1000 ? text : `${truncate(text, 997)}...`;
}

function toMs(ns: string): number {
  return Number(BigInt(ns) / 1_000_000n);
}

function least(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value));
}

function greatest(values: readonly number[]): number {
  return values.reduce((greatest, value) => Math.max(greatest, value));
}
