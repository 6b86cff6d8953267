import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { createArtifacts } from '../../artifacts/index.ts';
import { createLedger } from '../../ledger/index.ts';
import { createTracking } from '../index.ts';

const platform = await createTestPlatform();
const artifacts = createArtifacts(platform);
const tracking = createTracking(platform, { ledger: createLedger(platform), artifacts });
const url = await startTestServer(platform, [artifacts, tracking]);
const run = await tracking.createRun({ experiment: 'numbers', runName: 'one' });

/** Sends a body as Python's json.dumps writes it; `$` stands for the run. */
async function send(route: string, body: string): Promise<{ status: number; message: string }> {
  const response = await fetch(`${url}/api/${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: body.replace('$', `"run_id": "${run.runId}"`),
  });
  const { message = '' } = (await response.json()) as { message?: string };
  return { status: response.status, message };
}

test('metrics take NaN and infinities as Python writes them, for what they are', async () => {
  const one = (key: string, value: string) =>
    send('2.0/mlflow/runs/log-metric', `{$, "value": ${value}, "key": "${key}", "timestamp": 5, "step": 3}`);
  assert.equal((await one('nan', 'NaN')).status, 200);
  assert.equal((await one('high', 'Infinity')).status, 200);
  const batch = `{$, "metrics": [{"key": "low", "value": -Infinity, "timestamp": 1, "step": 0},
    {"key": "plain", "value": 2.5, "timestamp": 1, "step": 0}], "tags": [{"key": "NaN", "value": "\\"NaN"}]}`;
  assert.equal((await send('2.0/mlflow/runs/log-batch', batch)).status, 200);
  const { metrics, tags } = await tracking.getRun(run.runId);
  const most = Number.MAX_VALUE;
  assert.deepEqual(metrics, { nan: Number.NaN, high: most, low: -most, plain: 2.5 });
  assert.equal(tags.NaN, '"NaN');
});

test('fields that are no doubles refuse NaN and infinities by name', async () => {
  const before = await tracking.getRun(run.runId);
  const metric = (fields: string) =>
    send('2.0/mlflow/runs/log-metric', `{$, "key": "k", "value": 1, "timestamp": 1, ${fields}}`);
  for (const [answer, field] of [
    [metric('"step": NaN'), 'step'],
    [metric('"timestamp": Infinity'), 'timestamp'],
    [send('2.0/mlflow/runs/set-tag', '{$, "key": "k", "value": NaN}'), 'value'],
    [send('2.0/mlflow/runs/log-parameter', '{$, "key": "k", "value": -Infinity}'), 'value'],
    [send('2.0/mlflow/runs/search', '{"experiment_ids": ["0"], "max_results": NaN}'), 'max_results'],
  ] as const) {
    const { status, message } = await answer;
    assert.equal(status, 400, message);
    assert.match(message, new RegExp(`^Invalid value (NaN|-?Infinity) for parameter '${field}' supplied:`));
  }
  assert.equal((await send('2.0/mlflow/runs/search', 'NaN')).status, 400);
  assert.equal((await send('2.0/mlflow/runs/search', '{"experiment_ids": [], "unknown": NaN}')).status, 200);
  assert.deepEqual(await tracking.getRun(run.runId), before);
});

test('free JSON values hold no NaN, however it is written', async () => {
  const trace_id = `tr-${'7'.repeat(32)}`;
  const trace_location = { mlflow_experiment: { experiment_id: run.experimentId } };
  const trace_info = { trace_id, trace_location, request_time: '2026-01-31T12:00:00Z', state: 'OK' };
  await send('3.0/mlflow/traces', JSON.stringify({ trace: { trace_info } }));
  const assess = (value: string) =>
    send(
      `3.0/mlflow/traces/${trace_id}/assessments`,
      `{"assessment": {"assessment_name": "q", "trace_id": "${trace_id}", "source": {"source_type": "HUMAN", "source_id": "x"},
        "create_time": "2026-01-01T00:00:00Z", "last_update_time": "2026-01-01T00:00:00Z", "feedback": {"value": ${value}}}}`,
    );
  assert.equal((await assess('0.5')).status, 200);
  for (const value of ['NaN', '{"deep": [Infinity]}', '-1e999']) {
    const { status, message } = await assess(value);
    assert.equal(status, 400, value);
    assert.match(
      message,
      /Invalid value (NaN|-?Infinity) for parameter 'assessment\.feedback\.value' supplied/,
    );
  }
});
