import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeChiSquareTest } from './chi-square-test.ts';

function assertRelative(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual / expected - 1) < tolerance, `${actual} is not ${expected}`);
}

test('computeChiSquareTest matches scipy.stats.chi2_contingency(correction=False)', () => {
  const full = computeChiSquareTest([10, 20, 30, 25, 15], [12, 18, 35, 20, 40]);
  assertRelative(full?.statistic ?? 0, 9.935774751564223, 1e-12);
  assertRelative(full?.pValue ?? 0, 0.04152355657763029, 1e-10);
  assert.equal(full?.degreesOfFreedom, 4);
  const sparse = computeChiSquareTest([0, 50, 30, 0, 20], [5, 40, 35, 0, 0]);
  assertRelative(sparse?.statistic ?? 0, 24.57692307692308, 1e-12);
  assertRelative(sparse?.pValue ?? 0, 1.8927490681118563e-5, 1e-9);
  assert.equal(sparse?.degreesOfFreedom, 3);
});

test('computeChiSquareTest knows nothing of one bin or of no values', () => {
  assert.equal(computeChiSquareTest([5, 0], [9, 0]), undefined);
  assert.equal(computeChiSquareTest([5, 3], [0, 0]), undefined);
});
