import type { SpanDetail } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import { sql } from 'kysely';
import type { Db } from '../../../platform/postgres/index.ts';
import { withSearchLimit } from '../../search/index.ts';
import { toPlainValue } from '../otlp/attributes.ts';
import type { KeyValue, SentSpan } from '../otlp/otlp-messages.ts';
import { getTraceRow } from '../trace-store.ts';

interface DetailRow {
  span_id: string;
  parent_span_id: string | null;
  name: string;
  type: string;
  status: SpanDetail['status'];
  started_ns: string;
  ended_ns: string | null;
  content: string;
}

type Content = Pick<SentSpan, 'attributes' | 'events' | 'links' | 'status'>;

/** One span with all it holds. @throws {DividendError} TRACE_NOT_FOUND, SPAN_NOT_FOUND */
export async function getSpanDetail(db: Db, traceId: string, spanId: string): Promise<SpanDetail> {
  const { rows } = await sql<DetailRow>`
    SELECT span_id, parent_span_id, name, type, status, started_ns::text AS started_ns, ended_ns::text AS ended_ns, content
    FROM span WHERE trace_id = ${traceId} AND span_id = ${spanId}`.execute(db);
  const [row] = rows;
  if (row === undefined) {
    await getTraceRow(db, traceId);
    throw new DividendError(
      'SPAN_NOT_FOUND',
      'not_found',
      `Trace '${traceId}' has no span '${spanId.slice(0, 50)}'; list its spans for the ids`,
      { field: 'spanId' },
    );
  }
  const { attributes, events = [], links = [], status } = JSON.parse(row.content) as Content;
  return {
    spanId: row.span_id,
    parentSpanId: row.parent_span_id,
    name: row.name,
    type: row.type,
    status: row.status,
    statusMessage: status?.message || null,
    startedNs: row.started_ns,
    endedNs: row.ended_ns,
    attributes: toAttributes(attributes),
    events: events.map(({ name = '', time_unix_nano = '0', attributes: of }) => ({
      name,
      atNs: time_unix_nano,
      attributes: toAttributes(of),
    })),
    links: links.map(({ trace_id = '', span_id = '', attributes: of }) => ({
      traceId: `tr-${toHex(trace_id)}`,
      spanId: toHex(span_id),
      attributes: toAttributes(of),
    })),
  };
}

function toAttributes(sent: readonly KeyValue[] = []): SpanDetail['attributes'] {
  return sent.map(({ key = '', value = {} }) => ({ key, value: toPlainValue(value) }));
}

function toHex(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}

/** Spans that hold a text, in any case, wherever in them. @throws {DividendError} TRACE_NOT_FOUND, SEARCH_TOO_SLOW */
export async function findSpans(db: Db, traceId: string, text: string): Promise<string[]> {
  await getTraceRow(db, traceId);
  const pattern = toPattern(text);
  // Contents are JSON, and what clients put into them is JSON again: a quote or a line end is escaped once or twice.
  const escaped = toPattern(JSON.stringify(text).slice(1, -1));
  const twice = toPattern(JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1));
  const { rows } = await withSearchLimit(db, (limited) =>
    sql<{ span_id: string }>`
      SELECT span_id FROM span WHERE trace_id = ${traceId}
        AND (name ILIKE ${pattern} OR type ILIKE ${pattern} OR content ILIKE ANY(${[escaped, twice]}::text[]))
      ORDER BY started_ns, span_id`.execute(limited),
  );
  return rows.map(({ span_id }) => span_id);
}

function toPattern(text: string): string {
  return `%${text.toWellFormed().replaceAll(/[\\%_]/g, '\\$&')}%`;
}
