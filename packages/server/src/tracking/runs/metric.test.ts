import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromStoredValue, latestByKey, toStoredValue } from './metric.ts';

test('latestByKey keeps the greatest by step, then time, then value, sorted by key', () => {
  const metric = (key: string, step: number, timestamp: number, value: number) => ({
    key,
    step,
    timestamp,
    value,
  });
  const latest = latestByKey([
    metric('b', 2, 10, 5),
    metric('a', 0, 1, 7),
    metric('b', 2, 11, 1),
    metric('b', 1, 99, 9),
    metric('a', 0, 1, 3),
    metric('b', 2, 11, 2),
  ]);
  assert.deepEqual(latest, [metric('a', 0, 1, 7), metric('b', 2, 11, 2)]);
});

test('toStoredValue keeps NaN as a flag and infinities as the largest doubles', () => {
  assert.deepEqual(toStoredValue(Number.NaN), { value: 0, isNan: true });
  assert.equal(toStoredValue(Number.POSITIVE_INFINITY).value, Number.MAX_VALUE);
  assert.equal(toStoredValue(Number.NEGATIVE_INFINITY).value, -Number.MAX_VALUE);
  for (const value of [0, -0.5, 1e300, Number.NaN])
    assert.deepEqual(fromStoredValue(toStoredValue(value)), value);
});
