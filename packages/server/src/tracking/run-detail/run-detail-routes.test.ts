import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ArtifactItem, MetricCurves, RunDetail } from '@dividend/contracts/api';
import { createMlflowCaller } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { sql } from 'kysely';
import { createArtifacts } from '../../artifacts/index.ts';
import { createLedger } from '../../ledger/index.ts';
import { createTracking } from '../index.ts';

const platform = await createTestPlatform();
const artifacts = createArtifacts(platform);
const tracking = createTracking(platform, { ledger: createLedger(platform), artifacts });
const url = await startTestServer(platform, [artifacts, tracking]);
const call = createMlflowCaller(url);

async function start(tags: Record<string, string> = {}): Promise<{ runId: string; artifactUri: string }> {
  const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
  const { body } = await call('POST', 'mlflow/runs/create', {
    experiment_id: '0',
    run_name: 'r',
    tags: list,
  });
  const { info } = body.run as { info: { run_id: string; artifact_uri: string } };
  return { runId: info.run_id, artifactUri: info.artifact_uri };
}
async function get<Answer>(path: string, status = 200): Promise<Answer> {
  const response = await fetch(`${url}/api/v1/${path}`);
  const text = await response.text();
  assert.equal(response.status, status, text);
  return JSON.parse(text) as Answer;
}

test('GET /api/v1/runs/:runId has all that was logged, with what JSON has no numbers for', async () => {
  const parent = await start();
  const { runId } = await start({ 'mlflow.parentRunId': parent.runId, team: 'ranking' });
  await call('POST', 'mlflow/runs/log-batch', {
    run_id: runId,
    params: [{ key: 'lr', value: '0.1' }],
    metrics: [
      { key: 'auc', value: 0.8, timestamp: 5, step: 2 },
      { key: 'nan', value: 'NaN', timestamp: 5, step: 0 },
      { key: 'up', value: 'Infinity', timestamp: 5, step: 0 },
    ],
  });
  await call('POST', 'mlflow/runs/log-inputs', {
    run_id: runId,
    datasets: [
      {
        tags: [{ key: 'mlflow.data.context', value: 'training' }],
        dataset: { name: 'd', digest: 'ab', source_type: 'local', source: '{}' },
      },
    ],
  });
  const { body } = await call('POST', 'mlflow/logged-models', {
    experiment_id: '0',
    name: 'm',
    source_run_id: runId,
  });
  const model = (body.model as { info: { model_id: string } }).info.model_id;
  const run = await get<RunDetail>(`runs/${runId}`);
  assert.deepEqual(run.params, { lr: '0.1' });
  assert.equal(run.tags.team, 'ranking');
  assert.deepEqual(
    run.metrics.map(({ key, value, step }) => [key, value, step]),
    [
      ['auc', 0.8, 2],
      ['nan', 'NaN', 0],
      ['up', 'Infinity', 0],
    ],
  );
  assert.deepEqual(run.parent, { runId: parent.runId, name: 'r' });
  assert.deepEqual(
    run.datasets.map(({ name, context }) => [name, context]),
    [['d', 'training']],
  );
  assert.deepEqual(
    run.models.map(({ modelId, direction, ready }) => [modelId, direction, ready]),
    [[model, 'output', false]],
  );
  await get('runs/absent', 404);
});

const curve = async (query: string) => (await get<MetricCurves>(`metric-curves?${query}`)).curves[0];

await sql`
  INSERT INTO run_metric (run_id, key, timestamp, step, value, is_nan)
  SELECT 'long', 'loss', 1000000 + i * 10, i, CASE i WHEN 1234 THEN 99 WHEN 4321 THEN -99
      WHEN 2000 THEN ${Number.MAX_VALUE}::float8 WHEN 2500 THEN ${-Number.MAX_VALUE}::float8 ELSE 1 END, i = 3000
  FROM generate_series(0, 4999) AS i`.execute(platform.db);

test('GET /api/v1/runs/:runId shows a metric and an end beyond the calendar at its end', async () => {
  const { runId } = await start();
  const far = Number.MAX_SAFE_INTEGER;
  await call('POST', 'mlflow/runs/log-metric', { run_id: runId, key: 'a', value: 1, timestamp: far });
  await call('POST', 'mlflow/runs/update', { run_id: runId, status: 'FINISHED', end_time: far });
  const { metrics, endedAt } = await get<RunDetail>(`runs/${runId}`);
  assert.deepEqual([metrics[0]?.at, endedAt], Array(2).fill('+275760-09-13T00:00:00.000Z'));
});

test('GET /api/v1/metric-curves thins a long curve and keeps its bounds, its means and what is not finite', async () => {
  const found = await curve('runs=long&key=loss&parts=10');
  assert.ok(found?.parts);
  const { counts, least, greatest, fromSteps, toSteps, fromTimes } = found.parts;
  assert.equal(found.points, 5000);
  assert.deepEqual(counts, Array(10).fill(500));
  assert.deepEqual(fromSteps, [0, 500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500]);
  assert.deepEqual([toSteps[9], fromTimes[1], found.steps[0]], [4999, 1_005_000, 249.5]);
  assert.deepEqual([greatest[2], least[8], greatest[4]], [99, -99, 1]);
  assert.ok(Math.abs((found.values[2] ?? 0) - (499 + 99) / 500) < 1e-9);
  assert.deepEqual(found.oddities, [
    { at: 4, value: 'Infinity' },
    { at: 5, value: '-Infinity' },
    { at: 6, value: 'NaN' },
  ]);
});

test('GET /api/v1/metric-curves keeps what is not finite of a short curve as holes', async () => {
  const found = await curve('runs=long&key=loss&from=2999&to=3001');
  assert.deepEqual(found?.values, [1, null, 1]);
  assert.deepEqual(found?.oddities, [{ at: 1, value: 'NaN' }]);
});

test('GET /api/v1/metric-curves answers a part of it along steps or time, whole where that is short', async () => {
  const steps = await curve('runs=long&key=loss&parts=100&from=1200&to=1300');
  assert.deepEqual(
    steps?.steps,
    Array.from({ length: 101 }, (_, index) => 1200 + index),
  );
  assert.equal(steps?.parts, undefined);
  const times = await curve('runs=long&key=loss&parts=100&axis=time&from=1000100&to=1000200');
  assert.deepEqual(times?.steps, [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  const logged = await curve('runs=long&key=loss&parts=100&from=0&to=4000&fromTime=1000100&toTime=1000120');
  assert.deepEqual(logged?.steps, [10, 11, 12]);
  const none = await curve('runs=other&key=loss');
  assert.deepEqual([none?.points, none?.steps], [0, []]);
});

test('GET /api/v1/metric-curves refuses what it cannot answer, naming the field', async () => {
  for (const [query, field] of [
    ['runs=,&key=loss', 'runs'],
    ['runs=../x&key=loss', 'run_id'],
    ['runs=long&key=loss&from=5&to=4', 'to'],
    ['runs=long&key=loss&fromTime=5&toTime=4', 'toTime'],
    ['runs=long&key=loss&parts=3', 'parts'],
    ['runs=long', 'key'],
  ] as const) {
    const { error } = await get<{ error: { field?: string; message: string } }>(
      `metric-curves?${query}`,
      400,
    );
    assert.ok(error.field === field || error.message.includes(field), `${query}: ${JSON.stringify(error)}`);
  }
});

test('GET /api/v1/runs/:runId/artifacts pages through a folder, its folders each once', async () => {
  const { runId, artifactUri } = await start();
  const names = ['a', 'b/x', 'b/y', 'b0', 'b.txt', 'c/d/e', 'z'];
  for (const name of names) {
    const path = `${artifactUri.replace('mlflow-artifacts:/', '')}/${name}`;
    const put = await fetch(`${url}/api/2.0/mlflow-artifacts/artifacts/${path}`, {
      method: 'PUT',
      body: name,
    });
    assert.equal(put.status, 200);
  }
  const listed: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await get<{ items: ArtifactItem[]; next?: string }>(
      `runs/${runId}/artifacts?limit=1${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    );
    listed.push(...page.items.map(({ name, isFolder, bytes }) => `${name}${isFolder ? '/' : ` ${bytes}`}`));
    cursor = page.next;
  } while (cursor);
  assert.deepEqual(listed, ['a 1', 'b.txt 5', 'b/', 'b0 2', 'c/', 'z 1']);
  const inner = await get<{ items: ArtifactItem[] }>(`runs/${runId}/artifacts?path=b`);
  assert.deepEqual(
    inner.items.map(({ path }) => path),
    ['b/x', 'b/y'],
  );
  await get(`runs/${runId}/artifacts?path=../other`, 400);
  await get(`runs/${runId}/artifacts?cursor=%00`, 400);
  await get('logged-models/m-none/artifacts', 404);
});
