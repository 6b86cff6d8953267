import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type BinCounts,
  computeBinnedKs,
  computeBinnedWasserstein,
  computeHellingerDistance,
  computeJsDistance,
  computeJsDivergence,
  computeKlDivergence,
  computeLInfinity,
  computePsi,
  computeTotalVariation,
  toBinCounts,
} from './distances.ts';

fc.configureGlobal({ seed: 20010101 });

const p = [10, 20, 30, 25, 15];
const q = [12, 18, 35, 20, 40];

function assertClose(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);
}

test('computePsi matches scipy.stats.entropy(p, q) + scipy.stats.entropy(q, p)', () => {
  assertClose(computePsi(p, q), 0.18891178168338962);
});

test('computeKlDivergence matches scipy.stats.entropy', () => {
  assertClose(computeKlDivergence(p, q), 0.08839979469499558);
  assertClose(computeKlDivergence(q, p), 0.10051198698839406);
});

test('computeJsDistance matches scipy.spatial.distance.jensenshannon(base=2), empty bins too', () => {
  assertClose(computeJsDistance(p, q), 0.18290214109324526);
  assertClose(computeJsDivergence(p, q), 0.0334531932164934);
  assertClose(computeJsDistance([0, 50, 30, 0, 20], [5, 40, 35, 0, 0]), 0.37490053429237175);
  assert.equal(computeJsDistance([5, 0], [0, 9]), 1);
});

test('computeHellingerDistance matches numpy.linalg.norm(sqrt(p) - sqrt(q)) / sqrt(2)', () => {
  assertClose(computeHellingerDistance(p, q), 0.15296478313012524);
});

test('computeTotalVariation and computeLInfinity match numpy and scipy.spatial.distance.chebyshev', () => {
  assertClose(computeTotalVariation(p, q), 0.17);
  assertClose(computeLInfinity(p, q), 0.17);
});

test('computeBinnedKs matches scipy.stats.ks_2samp on bin numbers', () => {
  assertClose(computeBinnedKs(p, q), 0.17);
});

test('computeBinnedWasserstein matches scipy.stats.wasserstein_distance', () => {
  assertClose(computeBinnedWasserstein([1, 2.5, 4, 8, 20], p, q), 2.456);
});

test('computePsi stands half a value in for an empty bin and leaves out bins empty on both sides', () => {
  // numpy: p = [0.5, 50, 30, 20] / 100, q = [5, 40, 35, 0.5] / 80, sum((q - p) * log(q / p))
  assertClose(computePsi([0, 50, 30, 0, 20], [5, 40, 35, 0, 0]), 0.8685936849971236);
  assert.equal(computePsi([5, 0, 5], [50, 0, 50]), 0);
});

const twoSides = fc.integer({ min: 1, max: 12 }).chain((bins) => {
  const counts = fc.array(fc.nat(1000), { minLength: bins, maxLength: bins });
  const filled = counts.filter((values) => values.some((count) => count > 0));
  return fc.tuple(filled, filled);
});

test('distances are 0 for one distribution, symmetric, and within their range', () => {
  const bounded: readonly ((a: BinCounts, b: BinCounts) => number)[] = [
    computeJsDivergence,
    computeJsDistance,
    computeHellingerDistance,
    computeTotalVariation,
    computeLInfinity,
    computeBinnedKs,
  ];
  fc.assert(
    fc.property(twoSides, ([a, b]) => {
      for (const distance of [...bounded, computePsi]) {
        assert.ok(Math.abs(distance(a, b) - distance(b, a)) < 1e-9);
        assert.ok(distance(a, b) >= 0);
        // The square root of a rounding error of 1e-16 is 1e-8.
        assert.ok(distance(a, a) < 1e-7);
      }
      for (const distance of bounded) assert.ok(distance(a, b) <= 1 + 1e-12);
      assert.ok(computeLInfinity(a, b) <= 2 * computeTotalVariation(a, b) + 1e-12);
      assert.ok(computeHellingerDistance(a, b) ** 2 <= computeTotalVariation(a, b) + 1e-12);
    }),
  );
});

test('distances refuse sides of other bins and sides without values', () => {
  assert.throws(() => computePsi([1, 2], [1, 2, 3]), RangeError);
  assert.throws(() => computeJsDistance([0, 0], [1, 2]), RangeError);
});

test('toBinCounts counts missing values as bins of their own', () => {
  const counts = { counts: [1, 2], nulls: 3, nans: 4, n: 10, sum: 0, sumSquares: 0, min: null, max: null };
  assert.deepEqual(toBinCounts(counts), [1, 2, 3, 4]);
});
