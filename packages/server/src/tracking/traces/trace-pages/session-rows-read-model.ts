import type { SessionQuery, SessionRow } from '@dividend/contracts/api';
import { sql } from 'kysely';
import type { Db } from '../../../platform/postgres/index.ts';
import { fetchPage, type Page, parseFilter, withSearchLimit } from '../../search/index.ts';
import { metadataNumber } from '../metadata-number.ts';
import { traceFilterToSql } from '../trace-filter.ts';
import { traceKeys } from '../trace-keys.ts';
import { toWireTimestamp } from '../trace-wire.ts';

/** Of an input in a list: what a cell can show. */
const shownCharacters = 300;

const sessionOf = sql`((t.metadata ->> ${traceKeys.session}) COLLATE "C")`;

interface CountedRow {
  session: string;
  traces: number;
  failed: number;
  first_ms: number;
  last_ms: number;
}

/**
 * Sessions of an experiment with the last active one first, by the page; with a filter, those that have a trace for which it
 * holds.
 * @throws {DividendError} FILTER_INVALID, PAGE_TOKEN_INVALID, SEARCH_TOO_SLOW
 */
export async function listSessionRows(
  db: Db,
  experimentId: number,
  { filter = '', limit = 50, cursor }: SessionQuery,
): Promise<Page<SessionRow>> {
  const having = filter === '' ? sql`` : sql`HAVING bool_or(${traceFilterToSql(parseFilter(filter))})`;
  return withSearchLimit(db, async (limited) => {
    const { rows, nextPageToken } = await fetchPage<CountedRow>(limited, {
      question: `sessions ${JSON.stringify([experimentId, filter])}`,
      columns: sql`s.*`,
      from: sql`(
        SELECT ${sessionOf} AS session, count(*)::int AS traces, count(*) FILTER (WHERE t.state = 'ERROR')::int AS failed,
          min(t.started_ms) AS first_ms, max(t.started_ms + coalesce(t.duration_ms, 0)) AS last_ms
        FROM trace AS t WHERE t.experiment_id = ${experimentId} AND ${sessionOf} <> ''
        GROUP BY 1 ${having}) AS s`,
      where: [sql`true`],
      order: [
        { value: sql`s.last_ms`, type: 'number', descending: true },
        { value: sql`s.session`, type: 'text', descending: false },
      ],
      limit,
      pageToken: cursor,
    });
    const sums = await readSums(
      limited,
      experimentId,
      rows.map(({ session }) => session),
    );
    return { rows: rows.map((row) => toSessionRow(row, sums.get(row.session))), nextPageToken };
  });
}

interface SumRow {
  session: string;
  user: string | null;
  first_input: string | null;
  tokens: number | null;
  cost_usd: number | null;
}

async function readSums(
  db: Db,
  experimentId: number,
  sessions: readonly string[],
): Promise<ReadonlyMap<string, SumRow>> {
  if (sessions.length === 0) return new Map();
  const tokens = (key: string) => metadataNumber(traceKeys.tokenUsage, key);
  const { rows } = await sql<SumRow>`
    SELECT ${sessionOf} AS session, max(t.metadata ->> ${traceKeys.user}) AS user,
      (array_agg(left(t.request_preview, ${shownCharacters}::int) ORDER BY t.started_ms, t.trace_id))[1] AS first_input,
      sum(coalesce(${tokens('total_tokens')}, ${tokens('input_tokens')} + ${tokens('output_tokens')})) AS tokens,
      sum(${metadataNumber(traceKeys.cost, 'total_cost')}) AS cost_usd
    FROM trace AS t WHERE t.experiment_id = ${experimentId} AND ${sessionOf} = ANY(${sessions}::text[])
    GROUP BY 1`.execute(db);
  return new Map(rows.map((row) => [row.session, row]));
}

function toSessionRow(row: CountedRow, sums: SumRow | undefined): SessionRow {
  return {
    session: row.session,
    traces: row.traces,
    failed: row.failed,
    firstAt: toWireTimestamp(row.first_ms),
    lastAt: toWireTimestamp(row.last_ms),
    user: sums?.user ?? null,
    firstInput: sums?.first_input?.toWellFormed() ?? null,
    tokens: sums?.tokens ?? null,
    costUsd: sums?.cost_usd ?? null,
  };
}
