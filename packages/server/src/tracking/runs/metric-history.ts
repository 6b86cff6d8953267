import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import { decodePageToken, encodePageToken } from '../search/index.ts';

/**
 * The logged values of a metric in the order (timestamp, step, value), as the items of a JSON list that PostgreSQL writes; all of them where no page size is given. A page starts after the last row of the page before, straight from the table's key.
 */
export async function readMetricHistory(
  db: Db,
  history: { runId: string; key: string; maxResults: number | undefined; pageToken: string | undefined },
): Promise<{ metricsJson: string; nextPageToken: string | undefined }> {
  const question = `history ${history.runId} ${history.key}`;
  const after = history.pageToken
    ? decodePageToken(question, history.pageToken, ['number', 'number', 'number', 'number'])
    : undefined;
  const condition = after
    ? sql`AND (timestamp, step, value, is_nan::int) > (${after[0]}::bigint, ${after[1]}::bigint, ${after[2]}::float8, ${after[3]}::int)`
    : sql``;
  const size = history.maxResults ?? null;
  const { rows } = await sql<{ items: string; count: number; last: number[] | null }>`
    WITH page AS (
      SELECT timestamp, step, value, is_nan, row_number() OVER (ORDER BY timestamp, step, value, is_nan) AS place
      FROM run_metric WHERE run_id = ${history.runId} AND key = ${history.key} ${condition}
      ORDER BY timestamp, step, value, is_nan LIMIT ${size}::bigint + 1
    )
    SELECT coalesce(string_agg(
             '{"key":' || ${JSON.stringify(history.key)}::text || ',"value":' || CASE WHEN is_nan THEN '"NaN"' ELSE value::text END
             || ',"timestamp":' || timestamp || ',"step":' || step || '}', ','
           ) FILTER (WHERE place <= coalesce(${size}::bigint, place)), '') AS items,
           count(*) AS count,
           (SELECT json_build_array(timestamp, step, value, is_nan::int) FROM page WHERE place = ${size}::bigint) AS last
    FROM page`.execute(db);
  const { items = '', count = 0, last = null } = rows[0] ?? {};
  const hasMore = history.maxResults !== undefined && count > history.maxResults && last !== null;
  return {
    metricsJson: items,
    nextPageToken: hasMore ? encodePageToken(question, last) : undefined,
  };
}
