import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latestMetrics } from './latest-metrics.ts';

const metric = (key: string, value: number, second: number, step: number, runId = 'a') => ({
  key,
  value,
  at: new Date(second * 1000).toISOString(),
  step,
  dataset: null,
  runId,
});

test('latestMetrics keeps the newest by time, then by step, sorted by name', () => {
  const metrics = [
    metric('loss', 1, 5, 2),
    metric('loss', 2, 5, 3),
    metric('loss', 3, 4, 9),
    metric('auc', 4, 1, 0),
  ];
  assert.deepEqual(
    latestMetrics(metrics).map(({ key, value }) => [key, value]),
    [
      ['auc', 4],
      ['loss', 2],
    ],
  );
});

test('latestMetrics keeps one of each kind that is told apart', () => {
  const metrics = [metric('loss', 1, 1, 0, 'a'), metric('loss', 2, 2, 0, 'b'), metric('loss', 3, 3, 0, 'b')];
  const kept = latestMetrics(metrics, ({ key, runId }) => `${key} ${runId}`);
  assert.deepEqual(
    kept.map(({ value }) => value),
    [1, 3],
  );
});
