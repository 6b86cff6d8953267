import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetricCurve } from '@dividend/contracts/api';
import { findTimes } from './find-times.ts';

/** Steps 10 to 19 were logged again, later than all others. */
const curve = {
  parts: {
    fromSteps: [0, 10, 20],
    toSteps: [9, 19, 29],
    fromTimes: [100, 200, 300],
    toTimes: [190, 990, 390],
  },
} as MetricCurve;

test('findTimes spans every part that holds a step of the interval', () => {
  assert.deepEqual(findTimes(curve, { from: 3, to: 8 }), { fromTime: 100, toTime: 190 });
  assert.deepEqual(findTimes(curve, { from: 9, to: 10 }), { fromTime: 100, toTime: 990 });
  assert.deepEqual(findTimes(curve, { from: 12, to: 40 }), { fromTime: 200, toTime: 990 });
});

test('findTimes says nothing where it knows nothing', () => {
  assert.equal(findTimes(curve, { from: 40, to: 50 }), undefined);
  assert.equal(findTimes({} as MetricCurve, { from: 1, to: 2 }), undefined);
  assert.equal(findTimes(undefined, { from: 1, to: 2 }), undefined);
});
