import type { SpanTree } from '@dividend/contracts/api';
import { sql } from 'kysely';
import type { Db } from '../../../platform/postgres/index.ts';
import { getTraceRow } from '../trace-store.ts';
import { orderSpans } from './order-spans.ts';

interface TreeRow {
  span_id: string;
  parent_span_id: string | null;
  name: string;
  type: string;
  status: string;
  started_ns: string;
  duration_ns: number | null;
  tokens: number | null;
}

/** The spans of a trace without their contents. @throws {DividendError} TRACE_NOT_FOUND */
export async function getSpanTree(db: Db, traceId: string): Promise<SpanTree> {
  await getTraceRow(db, traceId);
  const { rows } = await sql<TreeRow>`
    SELECT span_id, parent_span_id, name, type, status, started_ns::text AS started_ns,
      (ended_ns - s.started_ns)::float8 AS duration_ns, (usage -> 'tokens' ->> 'total_tokens')::float8 AS tokens
    FROM span AS s WHERE trace_id = ${traceId} ORDER BY s.started_ns, span_id`.execute(db);
  const { places, parents } = orderSpans(
    rows.map(({ span_id, parent_span_id }) => ({ spanId: span_id, parentSpanId: parent_span_id })),
  );
  const ordered = places.map((place) => rows[place] as TreeRow);
  const startedNs = BigInt(rows[0]?.started_ns ?? 0);
  const names = createWordList();
  const types = createWordList();
  return {
    startedNs: String(startedNs),
    ids: ordered.map(({ span_id }) => span_id),
    parents: [...parents],
    name: ordered.map(({ name }) => names.placeOf(name)),
    type: ordered.map(({ type }) => types.placeOf(type)),
    starts: ordered.map(({ started_ns }) => Number(BigInt(started_ns) - startedNs)),
    durations: ordered.map(({ duration_ns }) => duration_ns ?? 0),
    open: ordered.flatMap(({ duration_ns }, place) => (duration_ns === null ? place : [])),
    tokens: ordered.flatMap(({ tokens }, place): [number, number][] =>
      tokens === null ? [] : [[place, tokens]],
    ),
    failed: ordered.flatMap(({ status }, place) => (status === 'ERROR' ? place : [])),
    names: names.words,
    types: types.words,
  };
}

/** Each word once, known by its place. */
function createWordList(): { readonly words: string[]; placeOf(word: string): number } {
  const words: string[] = [];
  const places = new Map<string, number>();
  return {
    words,
    placeOf: (word) => {
      const place = places.get(word) ?? words.push(word) - 1;
      places.set(word, place);
      return place;
    },
  };
}
