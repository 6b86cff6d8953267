import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { sql } from 'kysely';
import { searchTraces, withSearchLimit } from './trace-search.ts';

const { db } = await createTestPlatform();

test('withSearchLimit stops a search that takes too long, as a mistake of the caller', async () => {
  const slow = withSearchLimit(db, (limited) => sql`SELECT pg_sleep(60)`.execute(limited), 50);
  await assert.rejects(slow, { code: 'SEARCH_TOO_SLOW', kind: 'failed_precondition' });
  const after = await withSearchLimit(db, (limited) =>
    sql<{ one: number }>`SELECT 1 AS one`.execute(limited),
  );
  assert.equal(after.rows[0]?.one, 1);
});

test('searchTraces holds span comparisons under one AND for one span, and each part of an OR for itself', async () => {
  const now = 1_700_000_000_000;
  // The needle that a filter looks for, as a value.
  const quoting = JSON.stringify({ attributes: [{ key: 'x', value: { string_value: '"key":"a.b"' } }] });
  await sql`
    INSERT INTO trace (trace_id, experiment_id, state, started_ms, tags, metadata, is_finalized, span_count, span_bytes)
    SELECT 'tr-' || id, 0, 'OK', ${now}::bigint + id, '{}', '{}', true, 2, 0 FROM generate_series(1, 3) AS ids (id)`.execute(
    db,
  );
  await sql`
    INSERT INTO span (trace_id, span_id, name, type, status, started_ns, content) VALUES
      ('tr-1', 'a', 'call', 'TOOL', 'ERROR', 1, '{"attributes":[]}'),
      ('tr-1', 'b', 'plan', 'LLM', 'OK', 1, '{"attributes":[]}'),
      ('tr-2', 'a', 'call', 'TOOL', 'OK', 1, '{"attributes":[{"key":"a.b","value":{"int_value":7}}]}'),
      ('tr-2', 'b', 'plan', 'LLM', 'ERROR', 1, ${quoting}),
      ('tr-3', 'a', 'plan', 'LLM', 'OK', 1, '{"attributes":[{"key":"a.b","value":{"array_value":{}}}]}')`.execute(
    db,
  );
  const ids = async (filter: string) => {
    const query = { experimentIds: [0], orderBy: ['request_id'], maxResults: 10, pageToken: undefined };
    const { traces } = await searchTraces(db, { ...query, filter });
    return traces.map(({ traceId }) => traceId.slice(3)).join(' ');
  };
  assert.equal(await ids("span.name = 'call' AND span.status = 'ERROR'"), '1');
  assert.equal(await ids("(span.name = 'call') AND (span.status = 'ERROR')"), '1');
  assert.equal(await ids("span.name = 'call' OR span.status = 'ERROR'"), '1 2');
  assert.equal(await ids("span.name = 'call' AND status = 'OK' AND span.type != 'LLM'"), '1 2');
  assert.equal(await ids("span.attributes.a.b = '7'"), '2');
  assert.equal(await ids("span.attributes.a.b LIKE '%array_value%'"), '3');
  assert.equal(await ids("span.attributes.`a.b` IN ('7', '8') AND span.type = 'LLM'"), '');
  // Within the OR it may be another span.
  assert.equal(await ids("span.name IN ('call') AND (span.status = 'OK' OR timestamp_ms < 0)"), '1 2');
});
