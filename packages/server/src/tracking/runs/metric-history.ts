import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import { decodePageToken, encodePageToken } from '../search/index.ts';

/** Some hundred kilobytes: a history may have millions of points. */
const pointsAtOnce = 2500;

/** Timestamp, step, value and whether it is NaN: the order of a history, and of the table's key. */
type Place = readonly (number | string | null)[];

/**
 * The logged values of a metric in the order (timestamp, step, value): the items of a JSON list that PostgreSQL writes, some
 * each time, with commas between; all of them where no page size is given. At last the token of the next page. A page starts
 * after the last row of the page before, straight from the table's key.
 */
export async function* readMetricHistory(
  db: Db,
  history: { runId: string; key: string; maxResults: number | undefined; pageToken: string | undefined },
): AsyncGenerator<string, string | undefined> {
  const { runId, key, maxResults = Number.POSITIVE_INFINITY } = history;
  const question = `history ${runId} ${key}`;
  let after: Place | undefined = history.pageToken
    ? decodePageToken(question, history.pageToken, ['number', 'number', 'number', 'number'])
    : undefined;
  for (let left = maxResults; left > 0; left -= pointsAtOnce) {
    const { items, next } = await readPoints(db, { runId, key, after, count: Math.min(left, pointsAtOnce) });
    yield items;
    if (next === null) return undefined;
    after = next;
  }
  return after && encodePageToken(question, after);
}

/** @returns the place of the last of `count` points, where more follow it */
async function readPoints(
  db: Db,
  points: { runId: string; key: string; after: Place | undefined; count: number },
): Promise<{ items: string; next: Place | null }> {
  const { runId, key, after, count } = points;
  const condition = after
    ? sql`AND (timestamp, step, value, is_nan::int) > (${after[0]}::bigint, ${after[1]}::bigint, ${after[2]}::float8, ${after[3]}::int)`
    : sql``;
  const { rows } = await sql<{ items: string; next: Place | null }>`
    WITH page AS (
      SELECT timestamp, step, value, is_nan, row_number() OVER (ORDER BY timestamp, step, value, is_nan) AS place
      FROM run_metric WHERE run_id = ${runId} AND key = ${key} ${condition}
      ORDER BY timestamp, step, value, is_nan LIMIT ${count}::bigint + 1
    )
    SELECT coalesce(string_agg(
             '{"key":' || ${JSON.stringify(key)}::text || ',"value":' || CASE WHEN is_nan THEN '"NaN"' ELSE value::text END
             || ',"timestamp":' || timestamp || ',"step":' || step || '}', ','
           ) FILTER (WHERE place <= ${count}::bigint), '') AS items,
           (SELECT json_build_array(timestamp, step, value, is_nan::int) FROM page
            WHERE place = ${count}::bigint AND EXISTS (SELECT FROM page WHERE place > ${count}::bigint)) AS next
    FROM page`.execute(db);
  return rows[0] ?? { items: '', next: null };
}
