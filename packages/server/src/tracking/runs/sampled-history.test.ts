import assert from 'node:assert/strict';
import { test } from 'node:test';
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
const call = createMlflowCaller(await startTestServer(platform, [artifacts, tracking]));

interface WirePoint {
  run_id: string;
  key: string;
  value: number | string;
  step: number;
  timestamp: number;
}

async function sample(input: Record<string, unknown>): Promise<WirePoint[]> {
  const { status, body } = await call('GET', 'mlflow/metrics/get-history-bulk-interval', {
    metric_key: 'loss',
    ...input,
  });
  assert.equal(status, 200, JSON.stringify(body));
  return (body.metrics ?? []) as WirePoint[];
}

/** 5000 steps of a slow wave, with one peak, one dip and one NaN in it. */
await sql`
  INSERT INTO run_metric (run_id, key, timestamp, step, value, is_nan)
  SELECT 'long', 'loss', 1000 + i, i, CASE i WHEN 1234 THEN 99 WHEN 4321 THEN -99 ELSE sin(i / 500.0) END, i = 3000
  FROM generate_series(0, 4999) AS i`.execute(platform.db);
await sql`
  INSERT INTO run_metric (run_id, key, timestamp, step, value, is_nan)
  SELECT 'timed', 'loss', 1000 + i, 0, CASE i WHEN 77 THEN 99 ELSE 0 END, false FROM generate_series(0, 999) AS i`.execute(
  platform.db,
);
await sql`
  INSERT INTO run_metric (run_id, key, timestamp, step, value, is_nan)
  SELECT 'short', 'loss', 1, i, i, false FROM generate_series(0, 4) AS i`.execute(platform.db);

test('a long history comes thinned, with its ends, extremes and holes', async () => {
  const points = await sample({ run_ids: ['long'], max_results: 100 });
  assert.ok(points.length <= 100 && points.length > 50, String(points.length));
  assert.deepEqual(
    points.map(({ step }) => step),
    points.map(({ step }) => step).sort((one, other) => one - other),
  );
  const at = new Map(points.map((point) => [point.step, point]));
  assert.deepEqual(at.get(0), { run_id: 'long', key: 'loss', value: 0, step: 0, timestamp: 1000 });
  assert.equal(at.get(4999)?.timestamp, 5999);
  assert.equal(at.get(1234)?.value, 99);
  assert.equal(at.get(4321)?.value, -99);
  assert.equal(at.get(3000)?.value, 'NaN');
});

test('a part of a history comes finer, and whole where it is short enough', async () => {
  const part = await sample({ run_ids: ['long'], start_step: 1200, end_step: 1260, max_results: 100 });
  assert.deepEqual(
    part.map(({ step }) => step),
    Array.from({ length: 61 }, (_, index) => 1200 + index),
  );
});

test('a history of one step is thinned along time', async () => {
  const points = await sample({ run_ids: ['timed'], max_results: 50 });
  assert.ok(points.length <= 50 && points.length > 10, String(points.length));
  assert.equal(points[0]?.timestamp, 1000);
  assert.equal(points.at(-1)?.timestamp, 1999);
  assert.ok(points.some(({ timestamp, value }) => timestamp === 1077 && value === 99));
});

test('several runs come one after the other, each with its own limit; unknown ones are empty', async () => {
  const points = await sample({ run_ids: ['short', 'long', 'absent'], max_results: 20 });
  assert.equal(points.filter(({ run_id }) => run_id === 'short').length, 5);
  const long = points.filter(({ run_id }) => run_id === 'long').length;
  assert.ok(long > 10 && long <= 20, String(long));
  assert.deepEqual(await sample({ run_ids: ['short'], metric_key: 'other' }), []);
});

for (const [what, input] of [
  ['no run', {}],
  ['too many runs', { run_ids: Array.from({ length: 101 }, (_, index) => `r${index}`) }],
  ['a hostile run id', { run_ids: ['../x'] }],
  ['one end of the steps', { run_ids: ['long'], start_step: 3 }],
  ['steps backwards', { run_ids: ['long'], start_step: 3, end_step: 2 }],
  ['too many points', { run_ids: ['long'], max_results: 2501 }],
  ['no points', { run_ids: ['long'], max_results: 0 }],
  ['no metric', { run_ids: ['long'], metric_key: '' }],
] as const) {
  test(`get-history-bulk-interval refuses ${what}`, async () => {
    const { status, body } = await call('GET', 'mlflow/metrics/get-history-bulk-interval', {
      metric_key: 'loss',
      ...input,
    });
    assert.equal(status, 400, JSON.stringify(body));
    assert.equal(body.error_code, 'INVALID_PARAMETER_VALUE');
  });
}
