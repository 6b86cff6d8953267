import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ComparedRun } from '@dividend/contracts/api';
import { toCurves } from './curve-data.ts';

const runs = [
  { runId: 'a', name: 'first', startedAt: '1970-01-01T00:00:01.000Z' },
  { runId: 'b', name: 'second', startedAt: '1970-01-01T00:00:02.000Z' },
  { runId: 'c', name: 'silent', startedAt: '1970-01-01T00:00:02.000Z' },
] as ComparedRun[];
const points = [
  { run_id: 'a', step: 0, timestamp: 1000, value: 1 },
  { run_id: 'b', step: 5, timestamp: 4000, value: 3 },
  { run_id: 'a', step: 10, timestamp: 3000, value: 'NaN' },
];

test('toCurves lays runs over each other by step; where only another run has a value, the line goes on', () => {
  const { x, series } = toCurves(points, runs, 'step');
  assert.deepEqual(x, [0, 5, 10]);
  assert.deepEqual(
    series.map(({ label, values }) => [label, ...values]),
    [
      ['first', 1, undefined, null],
      ['second', undefined, 3, undefined],
    ],
  );
});

test('toCurves counts time from the start of each run', () => {
  assert.deepEqual(toCurves(points, runs, 'time').x, [0, 2]);
});
