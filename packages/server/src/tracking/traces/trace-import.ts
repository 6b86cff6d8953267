import type { ImportedAssessment, ImportedSpan } from '@dividend/contracts/imports';
import { DividendError } from '@dividend/core/errors';
import { sql } from 'kysely';
import type { Db, Tx } from '../../platform/postgres/index.ts';
import type { Sql } from '../search/index.ts';
import { insertAssessments, listAssessments } from './assessments/assessment-store.ts';
import { decodeJson } from './otlp/decode-json.ts';
import { type SentSpan, span } from './otlp/otlp-messages.ts';
import { type SpanRecord, toSpanRecord } from './otlp/span-record.ts';
import { insertSpans, listSpanPage, type SpanRow } from './span-store.ts';
import type { TraceInfo } from './trace-info.ts';
import { summedKeys, traceKeys, trackingStore } from './trace-keys.ts';
import { spanLimits } from './trace-limits.ts';
import { listTraceRows, toStoredTrace } from './trace-store.ts';

/** A trace from another server, without its spans. Tags that say where its files are are this server's own. */
export interface ImportedTrace extends TraceInfo {
  readonly assessments: readonly ImportedAssessment[];
  readonly runs: readonly string[];
  /** As `name/version`. */
  readonly prompts: readonly string[];
}

/** Writes traces whole, in place of what is here under their ids; their spans stay. */
export async function writeImportedTraces(tx: Tx, traces: readonly ImportedTrace[]): Promise<void> {
  const column = (pick: (trace: ImportedTrace) => unknown, type: string): Sql =>
    sql`${traces.map(pick)}::${sql.raw(type)}[]`;
  await sql`
    INSERT INTO trace AS t (trace_id, experiment_id, state, started_ms, duration_ms, client_request_id, request_preview,
      response_preview, tags, metadata, is_finalized, span_count, span_bytes, stated_keys)
    SELECT sent.trace_id, sent.experiment_id, sent.state, sent.started_ms, sent.duration_ms, sent.client_request_id,
      sent.request_preview, sent.response_preview, sent.tags::jsonb || jsonb_build_object(
        ${traceKeys.artifactLocation}::text, e.artifact_location || '/traces/' || sent.trace_id || '/artifacts',
        ${traceKeys.spansLocation}::text, ${trackingStore}::text),
      sent.metadata::jsonb, true, 0, 0,
      ARRAY(SELECT key FROM unnest(${[...summedKeys]}::text[]) AS key WHERE sent.metadata::jsonb ? key)
    FROM unnest(
      ${column(({ traceId }) => traceId, 'text')},
      ${column(({ experimentId }) => experimentId, 'bigint')},
      ${column(({ state }) => state, 'text')},
      ${column(({ startedMs }) => startedMs, 'bigint')},
      ${column(({ durationMs }) => durationMs, 'bigint')},
      ${column(({ clientRequestId }) => clientRequestId, 'text')},
      ${column(({ requestPreview }) => requestPreview, 'text')},
      ${column(({ responsePreview }) => responsePreview, 'text')},
      ${column(({ tags }) => JSON.stringify(tags), 'text')},
      ${column(({ metadata }) => JSON.stringify(metadata), 'text')}
    ) AS sent (trace_id, experiment_id, state, started_ms, duration_ms, client_request_id, request_preview,
      response_preview, tags, metadata)
    JOIN experiment AS e ON e.experiment_id = sent.experiment_id
    ORDER BY sent.trace_id COLLATE "C"
    ON CONFLICT (trace_id) DO UPDATE SET state = excluded.state, started_ms = excluded.started_ms,
      duration_ms = excluded.duration_ms, client_request_id = excluded.client_request_id,
      request_preview = excluded.request_preview, response_preview = excluded.response_preview,
      tags = excluded.tags, metadata = excluded.metadata, is_finalized = true,
      stated_keys = excluded.stated_keys`.execute(tx);
  const ids = traces.map(({ traceId }) => traceId);
  for (const table of ['trace_assessment', 'trace_run', 'trace_prompt'])
    await sql`DELETE FROM ${sql.table(table)} WHERE trace_id = ANY(${ids}::text[])`.execute(tx);
  for (const { traceId, assessments } of traces) await insertAssessments(tx, traceId, assessments);
  await writeLinks(tx, 'run', traces);
  await writeLinks(tx, 'prompt', traces);
}

const linkColumns = { run: 'run_id', prompt: 'prompt' } as const;

async function writeLinks(
  tx: Tx,
  kind: keyof typeof linkColumns,
  traces: readonly ImportedTrace[],
): Promise<void> {
  const links = traces.flatMap(({ traceId, runs, prompts }) =>
    (kind === 'run' ? runs : prompts).map((target) => ({ traceId, target })),
  );
  if (links.length === 0) return;
  await sql`
    INSERT INTO ${sql.table(`trace_${kind}`)} (trace_id, ${sql.ref(linkColumns[kind])})
    SELECT * FROM unnest(${links.map(({ traceId }) => traceId)}::text[], ${links.map(({ target }) => target)}::text[])
    ON CONFLICT DO NOTHING`.execute(tx);
}

/** The traces among these ids that are here. */
export async function readImportedTraces(db: Db, traceIds: readonly string[]): Promise<ImportedTrace[]> {
  const traces = (await listTraceRows(db, traceIds)).map(toStoredTrace);
  const assessments = await listAssessments(db, traceIds);
  const [runs, prompts] = [await readLinks(db, 'run', traceIds), await readLinks(db, 'prompt', traceIds)];
  return traces.map(({ spanCount: _count, spanBytes: _bytes, tags, ...trace }) => ({
    ...trace,
    tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !traceKeys.ownTags.has(key))),
    assessments: (assessments.get(trace.traceId) ?? []).map(
      ({ traceId: _trace, format, error, metadata, ...it }) => ({
        ...it,
        format: format === null ? null : 'JSON_FORMAT',
        error,
        metadata: { ...metadata },
      }),
    ),
    runs: runs.get(trace.traceId) ?? [],
    prompts: prompts.get(trace.traceId) ?? [],
  }));
}

async function readLinks(
  db: Db,
  kind: keyof typeof linkColumns,
  traceIds: readonly string[],
): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ trace_id: string; targets: string[] }>`
    SELECT trace_id, json_agg(${sql.ref(linkColumns[kind])}) AS targets FROM ${sql.table(`trace_${kind}`)}
    WHERE trace_id = ANY(${traceIds}::text[]) GROUP BY trace_id`.execute(db);
  return new Map(rows.map(({ trace_id, targets }) => [trace_id, targets]));
}

/** A span as it is stored, by the rules of the OpenTelemetry door; or why it cannot be. */
export function parseImportedSpan(traceId: string, sent: ImportedSpan): SpanRecord | { rejected: string } {
  try {
    const decoded = decodeJson(span, { ...sent, trace_id: traceId.replace(/^tr-/, '') }) as SentSpan;
    return toSpanRecord(decoded);
  } catch (error) {
    if (!(error instanceof DividendError)) throw error;
    return { rejected: error.message };
  }
}

/** Adds spans to traces that are here; those that are there stay. Traces that would grow too large get none: their ids. */
export async function addImportedSpans(tx: Tx, spans: readonly SpanRecord[]): Promise<Set<string>> {
  const byTrace = Map.groupBy(spans, ({ traceId }) => traceId);
  const traces = await listTraceRows(tx, [...byTrace.keys()]);
  const overfull = new Set(
    traces
      .filter(({ trace_id, span_count, span_bytes }) => {
        const added = byTrace.get(trace_id) ?? [];
        return (
          span_count + added.length > spanLimits.spansPerTrace ||
          span_bytes + bytesOf(added) > spanLimits.bytesPerTrace
        );
      })
      .map(({ trace_id }) => trace_id),
  );
  const unique = new Map(
    spans
      .filter(({ traceId }) => !overfull.has(traceId))
      .reverse()
      .map((it) => [`${it.traceId}/${it.spanId}`, it]),
  );
  const added = await insertSpans(tx, [...unique.values()]);
  for (const [traceId, fresh] of Map.groupBy(added, (it) => it.traceId)) {
    await sql`UPDATE trace SET span_count = span_count + ${fresh.length}, span_bytes = span_bytes + ${bytesOf(fresh)}
      WHERE trace_id = ${traceId}`.execute(tx);
  }
  return overfull;
}

function bytesOf(spans: readonly SpanRecord[]): number {
  return spans.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
}

/** Spans fetched at a time: a trace may have a hundred thousand. */
const pageSpans = 500;

/** The spans of a trace in the order of their ids, as they came. */
export async function* readImportedSpans(db: Db, traceId: string): AsyncGenerator<ImportedSpan> {
  for (let after = ''; ; ) {
    const page = await listSpanPage(db, traceId, after, pageSpans);
    for (const row of page) yield toImportedSpan(row);
    const last = page.at(-1);
    if (last === undefined || page.length < pageSpans) return;
    after = last.span_id;
  }
}

type Content = Pick<ImportedSpan, 'attributes' | 'events' | 'links' | 'kind' | 'trace_state' | 'status'>;

function toImportedSpan(row: SpanRow): ImportedSpan {
  const content = JSON.parse(row.content) as Content;
  return {
    span_id: row.span_id,
    ...(row.parent_span_id === null ? {} : { parent_span_id: row.parent_span_id }),
    name: row.name,
    start_time_unix_nano: row.started_ns,
    ...(row.ended_ns === null ? {} : { end_time_unix_nano: row.ended_ns }),
    ...content,
    links: (content.links as { trace_id?: string; span_id?: string }[]).map((link) => ({
      ...link,
      trace_id: toHex(link.trace_id),
      span_id: toHex(link.span_id),
    })),
  };
}

function toHex(base64 = ''): string {
  return Buffer.from(base64, 'base64').toString('hex');
}
