import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { computeMeanBounds, computeSequenceWidth } from './confidence-sequence.ts';

// Fixtures of GrowthBook gbstats, tests/frequentist/test_tests.py, TestSequentialOneSidedGreaterTTest (absolute).
const control = { n: 3000, sum: 1396.87, sumSquares: 52377.9767 };
const canary = { n: 3461, sum: 2422.7, sumSquares: 134698.29 };

test('computeMeanBounds matches SequentialOneSidedTreatmentGreaterTTest of GrowthBook gbstats', () => {
  const bounds = computeMeanBounds(canary, control, 0.05);
  assert.ok(bounds !== undefined);
  assert.ok(Math.abs(bounds.difference - 0.23437666666666668) < 1e-5);
  assert.ok(Math.abs(bounds.lower - -0.12656844172804982) < 1e-5);
  assert.ok(Math.abs(bounds.upper - (2 * bounds.difference - bounds.lower)) < 1e-12);
});

test('computeMeanBounds knows nothing without observations or without variance', () => {
  const constant = { n: 500, sum: 50, sumSquares: 5 };
  assert.equal(computeMeanBounds({ n: 0, sum: 0, sumSquares: 0 }, control, 0.05), undefined);
  assert.equal(computeMeanBounds({ n: 1, sum: 3, sumSquares: 9 }, control, 0.05), undefined);
  assert.equal(computeMeanBounds(constant, constant, 0.05), undefined);
});

test('computeSequenceWidth is wider than a single look and grows with a stricter alpha', () => {
  // scipy.stats.norm.ppf(0.95) = 1.645: what one look alone would need.
  for (const n of [100, 1000, 5000, 100_000, 10_000_000]) {
    assert.ok(computeSequenceWidth(n, 0.05) > 1.645);
    assert.ok(computeSequenceWidth(n, 0.01) > computeSequenceWidth(n, 0.05));
  }
});

/** Share of seeded A/A rollouts in which some look between 100 and 1500 requests a cohort says "worse". */
function simulateFalseAlarms(draw: () => number, width: (n: number) => number): number {
  const rollouts = 1000;
  let alarms = 0;
  for (let r = 0; r < rollouts; r += 1) {
    let sum1 = 0;
    let squares1 = 0;
    let sum0 = 0;
    let squares0 = 0;
    for (let n = 1; n <= 1500; n += 1) {
      const x1 = draw();
      const x0 = draw();
      sum1 += x1;
      squares1 += x1 * x1;
      sum0 += x0;
      squares0 += x0 * x0;
      if (n < 100) continue;
      const variance = (squares1 - sum1 ** 2 / n + squares0 - sum0 ** 2 / n) / (n - 1);
      if ((sum1 - sum0) / n > width(2 * n) * Math.sqrt(variance / n)) {
        alarms += 1;
        break;
      }
    }
  }
  return alarms / rollouts;
}

function createDraws(seed: number): {
  uniform: () => number;
  exponential: () => number;
  bernoulli: () => number;
} {
  const generator = xoroshiro128plus(seed);
  const uniform = (): number => uniformFloat64(generator);
  return {
    uniform,
    exponential: () => -Math.log(1 - uniform()),
    bernoulli: () => (uniform() < 0.2 ? 1 : 0),
  };
}

test('computeSequenceWidth keeps false alarms at or below alpha under peeking at every request', () => {
  const alpha = 0.05;
  const draws = createDraws(20240917);
  const width = (n: number): number => computeSequenceWidth(n, alpha);
  for (const draw of [draws.uniform, draws.exponential, draws.bernoulli]) {
    const share = simulateFalseAlarms(draw, width);
    assert.ok(share <= alpha, `${share} of the rollouts raised a false alarm`);
  }
});

test('computeSequenceWidth is needed: the width of a single look breaks alpha under the same peeking', () => {
  const share = simulateFalseAlarms(createDraws(20240917).uniform, () => 1.645);
  assert.ok(share > 0.15, `only ${share} of the rollouts raised a false alarm`);
});
