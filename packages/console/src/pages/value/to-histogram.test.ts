import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHistogram } from './to-histogram.ts';

const sumOf = (bins: readonly { readonly ratio: number }[]) =>
  bins.reduce((sum, { ratio }) => sum + ratio, 0);

test('toHistogram shares out all that lies between P1 and P99', () => {
  const even = Array.from({ length: 99 }, (_, index) => index * 10);
  const bins = toHistogram(even, 7);
  assert.equal(bins.length, 7);
  assert.ok(Math.abs(sumOf(bins) - 0.98) < 1e-9);
  for (const { ratio } of bins) assert.ok(Math.abs(ratio - 0.14) < 1e-9);
});

test('toHistogram is high where percentiles are close together', () => {
  const skewed = Array.from({ length: 99 }, (_, index) => -((98 - index) ** 2));
  const bins = toHistogram(skewed, 10);
  assert.ok((bins.at(-1)?.ratio ?? 0) > 5 * (bins[0]?.ratio ?? 1));
  assert.ok(Math.abs(sumOf(bins) - 0.98) < 1e-9);
});

test('toHistogram of what does not vary has no bins', () => {
  assert.deepEqual(toHistogram([], 5), []);
  assert.deepEqual(toHistogram([3, 3, 3], 5), []);
});
