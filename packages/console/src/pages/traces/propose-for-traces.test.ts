import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TraceRow } from '@dividend/contracts/api';
import { readCompletion } from '../experiments/complete-filter.ts';
import { proposeForTraces } from './propose-for-traces.ts';

const trace: TraceRow = {
  traceId: 'tr-1',
  experimentId: '1',
  name: 'answer',
  state: 'OK',
  startedAt: '2026-01-01T00:00:00.000Z',
  durationMs: null,
  tokens: null,
  costUsd: null,
  session: "o'hara",
  user: null,
  requestPreview: null,
  responsePreview: null,
  spanCount: 1,
  tags: { team: 'ops', 'mlflow.traceName': 'answer' },
  runId: null,
  assessments: [{ name: 'is right', kind: 'feedback', value: 'true', isError: false }],
};

function proposed(text: string): string[] {
  const completion = readCompletion(text, text.length);
  return completion === undefined ? [] : proposeForTraces(completion, [trace]).map((each) => each.text);
}

test('proposeForTraces proposes names that traces have, before those of every trace', () => {
  assert.deepEqual(proposed('').slice(0, 4), [
    'tags.team',
    'feedback.`is right`',
    'metadata.`mlflow.trace.session`',
    'status',
  ]);
  assert.deepEqual(proposed('span.t'), ['span.type']);
  assert.deepEqual(proposed("status = 'OK' AND execution"), ['execution_time_ms']);
});

test('proposeForTraces knows which comparators a field takes', () => {
  assert.deepEqual(proposed('text '), ['LIKE', 'ILIKE']);
  assert.deepEqual(proposed('trace.execution_time '), ['>', '>=', '<', '<=', '=', '!=']);
  assert.equal(proposed('tags.team ').includes('IS NULL'), true);
  assert.equal(proposed('name ').includes('IS NULL'), false);
});

test('proposeForTraces proposes values, quoted as the grammar has it', () => {
  assert.deepEqual(proposed('status = '), ["'OK'", "'ERROR'", "'IN_PROGRESS'"]);
  assert.deepEqual(proposed('tags.team = '), ["'ops'"]);
  assert.deepEqual(proposed('feedback.`is right` = '), ["'true'"]);
  assert.deepEqual(proposed('metadata.`mlflow.trace.session` = '), ["'o''hara'"]);
  assert.equal(proposed("span.type = 'TO").at(0), "'TOOL'");
});
