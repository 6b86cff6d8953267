import assert from 'node:assert/strict';
import { test } from 'node:test';
import { betaFromCounts, createSampler, type Distribution } from './distribution.ts';
import { quantileOfSorted } from './quantile.ts';
import { createRandomStream } from './random-stream.ts';
import { computeRankCorrelation } from './rank-correlation.ts';

const draws = 40_000;
const draw = (distribution: Distribution, name = 'test', seed = 1) =>
  Float64Array.from({ length: draws }, createSampler(distribution, createRandomStream(seed, name)));

/** P10, P50, P90 and mean of scipy.stats for the same parameters. */
const references: readonly (readonly [string, Distribution, readonly [number, number, number], number])[] = [
  ['triang', { kind: 'triangular', min: 10, mode: 20, max: 60 }, [17.071068, 28.377223, 45.857864], 30],
  ['beta on [10, 60]', { kind: 'pert', min: 10, mode: 20, max: 60 }, [14.495107, 23.833613, 37.266703], 25],
  [
    'lognorm',
    { kind: 'lognormal', p5: 15_000, p95: 50_000 },
    [17_133.098, 27_386.128, 43_774.921],
    29_283.023,
  ],
  ['beta(2, 5)', { kind: 'beta', alpha: 2, beta: 5 }, [0.092595, 0.26445, 0.510316], 2 / 7],
  ['beta(0.5, 3.5)', betaFromCounts(0, 3), [0.002419, 0.067378, 0.338963], 0.125],
  ['beta(30.5, 170.5)', betaFromCounts(30, 200), [0.120174, 0.150585, 0.184802], 0.1517413],
];

for (const [name, distribution, quantiles, mean] of references) {
  test(`createSampler draws ${distribution.kind} as scipy.stats ${name} has it`, () => {
    const sorted = draw(distribution).sort();
    const width = quantiles[2] - quantiles[0];
    for (const [index, expected] of quantiles.entries()) {
      const actual = quantileOfSorted(sorted, [0.1, 0.5, 0.9][index] ?? 0) ?? Number.NaN;
      assert.ok(Math.abs(actual - expected) < 0.02 * width, `${actual} is not near ${expected}`);
    }
    const actualMean = sorted.reduce((sum, value) => sum + value, 0) / draws;
    assert.ok(Math.abs(actualMean - mean) < 0.02 * width, `mean ${actualMean} is not near ${mean}`);
  });
}

test('createSampler keeps to the ends of the range, also where it is a point', () => {
  for (const kind of ['triangular', 'pert'] as const) {
    const values = draw({ kind, min: -5, mode: -5, max: 5 });
    assert.ok(values.every((value) => value >= -5 && value <= 5));
    assert.ok(draw({ kind, min: 3, mode: 3, max: 3 }).every((value) => value === 3));
  }
  assert.ok(draw({ kind: 'fixed', value: 7 }).every((value) => value === 7));
  assert.ok(draw({ kind: 'beta', alpha: 0.5, beta: 0.5 }).every((value) => value >= 0 && value <= 1));
});

test('createSampler refuses parameters out of order, naming the field', () => {
  const wrong: Distribution[] = [
    { kind: 'pert', min: 2, mode: 1, max: 3 },
    { kind: 'triangular', min: 1, mode: 4, max: 3 },
    { kind: 'lognormal', p5: 0, p95: 1 },
    { kind: 'lognormal', p5: 2, p95: 1 },
    { kind: 'beta', alpha: 0, beta: 1 },
    { kind: 'fixed', value: Number.NaN },
    { kind: 'pert', min: 0, mode: 1, max: Number.POSITIVE_INFINITY },
  ];
  for (const distribution of wrong) {
    const create = () => createSampler(distribution, createRandomStream(1, 'a'), 'drivers.rate');
    assert.throws(
      create,
      { code: 'DISTRIBUTION_INVALID', field: 'drivers.rate' },
      JSON.stringify(distribution),
    );
  }
});

test('createRandomStream gives the same numbers for seed and name, and unrelated ones for another', () => {
  const uniform: Distribution = { kind: 'beta', alpha: 1, beta: 1 };
  const base = draw(uniform, 'volume', 1);
  assert.deepEqual(draw(uniform, 'volume', 1), base);
  for (const other of [draw(uniform, 'volume', 2), draw(uniform, 'volumf', 1), draw(uniform, 'cost', 1)]) {
    // 5 standard errors of a correlation of zero
    assert.ok(Math.abs(computeRankCorrelation(base, other) ?? 1) < 5 / Math.sqrt(draws));
  }
});

test('computeRankCorrelation matches scipy.stats.spearmanr, ties included', () => {
  const left = [1, 2, 2, 3, 5, 8, 8, 8, 13];
  const right = [2, 1, 4, 4, 3, 9, 7, 8, 8];
  assert.ok(Math.abs((computeRankCorrelation(left, right) ?? 0) - 0.8369792510958218) < 1e-12);
  assert.equal(computeRankCorrelation([1, 2, 3], [10, 20, 1000]), 1);
  assert.equal(computeRankCorrelation([1, 2, 3], [3, 2, 1]), -1);
  assert.equal(computeRankCorrelation([1, 2, 3], [5, 5, 5]), null);
});
