import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { sql } from 'kysely';
import { searchTraces } from './trace-search.ts';

const { db } = await createTestPlatform();
const ids = async (filter: string) => {
  const query = { experimentIds: [0], orderBy: ['request_id'], maxResults: 10, pageToken: undefined };
  const { traces } = await searchTraces(db, { ...query, filter });
  return traces.map(({ traceId }) => traceId.slice(3)).join(' ');
};

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
  assert.equal(await ids("span.name = 'call' AND span.status = 'ERROR'"), '1');
  assert.equal(await ids("(span.name = 'call') AND (span.status = 'ERROR')"), '1');
  assert.equal(await ids("span.name = 'call' OR span.status = 'ERROR'"), '1 2');
  assert.equal(await ids("span.name = 'call' AND status = 'OK' AND span.type != 'LLM'"), '1 2');
  assert.equal(await ids("span.attributes.a.b = '7'"), '2');
  assert.equal(await ids("span.attributes.a.b LIKE '%array_value%'"), '3');
  assert.equal(await ids("span.attributes.`a.b` IN ('7', '8') AND span.type = 'LLM'"), '');
  assert.equal(await ids(`timestamp_ms > ${now}.5 AND timestamp_ms <= '${now + 2}'`), '1 2');
  // Within the OR it may be another span.
  assert.equal(await ids("span.name IN ('call') AND (span.status = 'OK' OR timestamp_ms < 0)"), '1 2');
});

test('searchTraces finds all traces of a session by an assessment of the session', async () => {
  const ofSession = (session: string) => JSON.stringify({ 'mlflow.trace.session': session });
  await sql`
    INSERT INTO trace (trace_id, experiment_id, state, started_ms, tags, metadata, is_finalized, span_count, span_bytes) VALUES
      ('tr-s1', 0, 'OK', 1, '{}', ${ofSession('a')}::jsonb, true, 0, 0),
      ('tr-s2', 0, 'OK', 2, '{}', ${ofSession('a')}::jsonb, true, 0, 0),
      ('tr-s3', 0, 'OK', 3, '{}', ${ofSession('b')}::jsonb, true, 0, 0),
      ('tr-s4', 0, 'OK', 4, '{}', '{}', true, 0, 0)`.execute(db);
  await sql`
    INSERT INTO trace_assessment (trace_id, assessment_id, kind, name, value, number_value, source_type, metadata, is_valid, created_ms, updated_ms) VALUES
      ('tr-s1', 'a-1', 'feedback', 'calm', '0.5', 0.5, 'HUMAN', ${ofSession('a')}::jsonb, true, 1, 1),
      ('tr-s3', 'a-2', 'feedback', 'calm', '0.5', 0.5, 'HUMAN', '{}', true, 1, 1),
      ('tr-s4', 'a-3', 'feedback', 'brief', '"yes"', NULL, 'HUMAN', ${ofSession('a')}::jsonb, true, 1, 1)`.execute(
    db,
  );
  assert.equal(await ids("feedback.calm = '0.5'"), 's1 s2 s3');
  assert.equal(await ids('feedback.calm > 0.4 AND timestamp_ms < 3'), 's1 s2');
  assert.equal(await ids('feedback.calm IS NULL AND timestamp_ms < 9'), 's4');
  assert.equal(await ids("feedback.brief = 'yes'"), 's4');
  assert.equal(await ids("feedback.brief != '1' AND timestamp_ms < 9"), 's4');
  assert.equal(await ids("feedback.calm != '0.5' AND timestamp_ms < 9"), '');
  await sql`UPDATE trace_assessment SET is_valid = false WHERE assessment_id = 'a-1'`.execute(db);
  assert.equal(await ids('feedback.calm IS NOT NULL'), 's3');
});
