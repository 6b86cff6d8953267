import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TraceRow } from '@dividend/contracts/api';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { createArtifacts } from '../../../artifacts/index.ts';
import { createLedger } from '../../../ledger/index.ts';
import { createTracking } from '../../index.ts';

const platform = await createTestPlatform();
const artifacts = createArtifacts(platform);
const tracking = createTracking(platform, { ledger: createLedger(platform), artifacts });
const url = await startTestServer(platform, [artifacts, tracking]);
const run = await tracking.createRun({ experiment: 'pages', runName: 'r' });
const { experimentId } = run;

async function get<Answer>(path: string, status = 200): Promise<Answer> {
  const response = await fetch(`${url}/api/v1/${path}`);
  const text = await response.text();
  assert.equal(response.status, status, text);
  return JSON.parse(text) as Answer;
}

type Json = Record<string, unknown>;

async function post(path: string, body: Json): Promise<Json> {
  const response = await fetch(`${url}/api/3.0/mlflow/traces${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return JSON.parse(text) as Json;
}

async function start(traceId: string, info: Json = {}): Promise<void> {
  const trace_info = {
    trace_id: traceId,
    trace_location: { mlflow_experiment: { experiment_id: experimentId } },
    request_time: '2026-01-02T03:04:05.678Z',
    state: 'OK',
    ...info,
  };
  await post('', { trace: { trace_info } });
}

const assess = (traceId: string, assessment: Json) => post(`/${traceId}/assessments`, { assessment });

await start('tr-a', {
  execution_duration: '1.5s',
  request_preview: 'q'.repeat(400),
  response_preview: 'yes',
  tags: { 'mlflow.traceName': 'answer', team: 'ops' },
  trace_metadata: {
    'mlflow.trace.tokenUsage': '{"input_tokens":3,"output_tokens":4,"total_tokens":7}',
    'mlflow.trace.cost': '{"total_cost":0.25}',
    'mlflow.trace.session': 's-1',
    'mlflow.sourceRun': run.runId,
  },
});
await start('tr-b', {
  request_time: '2026-01-02T03:04:06Z',
  state: 'ERROR',
  trace_metadata: { 'mlflow.trace.tokenUsage': 'not JSON', 'mlflow.trace.cost': 'null' },
});
const first = await assess('tr-a', { assessment_name: 'right', feedback: { value: false } });
const { assessment_id } = (first as { assessment: { assessment_id: string } }).assessment;
await assess('tr-a', { assessment_name: 'right', feedback: { value: true }, overrides: assessment_id });

interface Listed {
  items: TraceRow[];
  next?: string;
}
const list = (query: Record<string, string>, status?: number) =>
  get<Listed>(`experiments/${experimentId}/traces?${new URLSearchParams(query)}`, status);

test('GET /api/v1/experiments/:experimentId/traces says of a trace what a list shows', async () => {
  const { items } = await list({});
  assert.deepEqual(
    items.map(({ traceId }) => traceId),
    ['tr-b', 'tr-a'],
  );
  assert.deepEqual(items[1], {
    traceId: 'tr-a',
    experimentId,
    name: 'answer',
    state: 'OK',
    startedAt: '2026-01-02T03:04:05.678Z',
    durationMs: 1500,
    tokens: { input: 3, output: 4, total: 7 },
    costUsd: 0.25,
    session: 's-1',
    user: null,
    requestPreview: `${'q'.repeat(300)}…`,
    responsePreview: 'yes',
    spanCount: 0,
    tags: items[1]?.tags,
    runId: run.runId,
    assessments: [{ name: 'right', kind: 'feedback', value: 'true', isError: false }],
  });
  assert.equal(items[1]?.tags.team, 'ops');
  const [broken] = items;
  assert.deepEqual([broken?.tokens, broken?.costUsd, broken?.durationMs], [null, null, null]);
});

test('GET /api/v1/experiments/:experimentId/traces filters, sorts and pages', async () => {
  const found = await list({ filter: "status = 'OK' AND feedback.right = 'true'" });
  assert.equal(found.items.length, 1);
  const page = await list({ order: 'timestamp ASC', limit: '1' });
  assert.equal(page.items[0]?.traceId, 'tr-a');
  const rest = await list({ order: 'timestamp ASC', limit: '1', cursor: page.next ?? '' });
  assert.equal(rest.items[0]?.traceId, 'tr-b');
  assert.equal(rest.next, undefined);
  const wrong = (await list({ filter: 'status ~ 1' }, 400)) as unknown as { error: { message: string } };
  assert.match(wrong.error.message, /at character/);
  await get('experiments/999/traces', 404);
});
