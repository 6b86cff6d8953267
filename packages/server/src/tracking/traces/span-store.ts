import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import type { Sql } from '../search/index.ts';
import type { SpanUsage } from './otlp/span-meaning.ts';
import type { SpanRecord } from './otlp/span-record.ts';
import type { UsageNode } from './usage-rollup.ts';

/**
 * Stores spans, no id twice among them; one whose id is there stays as it is. The new ones. Written in the order of their ids, so that two exports of
 * the same spans never wait for each other in a circle.
 */
export async function insertSpans(db: Db, spans: readonly SpanRecord[]): Promise<SpanRecord[]> {
  const column = (pick: (span: SpanRecord) => unknown, type: string): Sql =>
    sql`${spans.map(pick)}::${sql.raw(type)}[]`;
  const { rows } = await sql<{ trace_id: string; span_id: string }>`
    INSERT INTO span (trace_id, span_id, parent_span_id, name, type, status, started_ns, ended_ns, usage, content)
    SELECT trace_id, span_id, parent_span_id, name, type, status, started_ns, ended_ns, usage::jsonb, content
    FROM unnest(
      ${column(({ traceId }) => traceId, 'text')},
      ${column(({ spanId }) => spanId, 'text')},
      ${column(({ parentSpanId }) => parentSpanId, 'text')},
      ${column(({ name }) => name, 'text')},
      ${column(({ type }) => type, 'text')},
      ${column(({ status }) => status, 'text')},
      ${column(({ startedNs }) => startedNs, 'bigint')},
      ${column(({ endedNs }) => endedNs, 'bigint')},
      ${column(({ usage }) => (usage === undefined ? null : JSON.stringify(usage)), 'text')},
      ${column(({ content }) => content, 'text')}
    ) AS sent (trace_id, span_id, parent_span_id, name, type, status, started_ns, ended_ns, usage, content)
    ORDER BY trace_id COLLATE "C", span_id COLLATE "C"
    ON CONFLICT (trace_id, span_id) DO NOTHING
    RETURNING trace_id, span_id`.execute(db);
  const inserted = new Set(rows.map((row) => `${row.trace_id}/${row.span_id}`));
  return spans.filter(({ traceId, spanId }) => inserted.has(`${traceId}/${spanId}`));
}

export interface SpanRow {
  trace_id: string;
  span_id: string;
  parent_span_id: string | null;
  name: string;
  started_ns: string;
  ended_ns: string | null;
  content: string;
}

/** The spans of traces, by trace: the root first, then by start. */
export async function listSpans(db: Db, traceIds: readonly string[]): Promise<Map<string, SpanRow[]>> {
  const { rows } = await sql<SpanRow>`
    SELECT trace_id, span_id, parent_span_id, name, started_ns::text AS started_ns, ended_ns::text AS ended_ns, content
    FROM span AS s WHERE trace_id = ANY(${traceIds}::text[])
    ORDER BY trace_id, (parent_span_id IS NOT NULL), s.started_ns, span_id`.execute(db);
  const byTrace = new Map<string, SpanRow[]>(traceIds.map((id) => [id, []]));
  for (const row of rows) byTrace.get(row.trace_id)?.push(row);
  return byTrace;
}

/** Spans of one trace after an id, in the order of their ids. */
export async function listSpanPage(
  db: Db,
  traceId: string,
  afterId: string,
  limit: number,
): Promise<SpanRow[]> {
  const { rows } = await sql<SpanRow>`
    SELECT trace_id, span_id, parent_span_id, name, started_ns::text AS started_ns, ended_ns::text AS ended_ns, content
    FROM span WHERE trace_id = ${traceId} AND span_id > ${afterId} ORDER BY span_id LIMIT ${limit}`.execute(
    db,
  );
  return rows;
}

/** Who is whose parent in some traces, and what each span reports. */
export async function listUsage(db: Db, traceIds: readonly string[]): Promise<Map<string, UsageNode[]>> {
  const { rows } = await sql<{
    trace_id: string;
    span_id: string;
    parent_span_id: string | null;
    usage: SpanUsage | null;
  }>`
    SELECT trace_id, span_id, parent_span_id, usage FROM span WHERE trace_id = ANY(${traceIds}::text[])`.execute(
    db,
  );
  const byTrace = new Map<string, UsageNode[]>(traceIds.map((id) => [id, []]));
  for (const row of rows) {
    byTrace
      .get(row.trace_id)
      ?.push({ spanId: row.span_id, parentSpanId: row.parent_span_id, usage: row.usage });
  }
  return byTrace;
}
