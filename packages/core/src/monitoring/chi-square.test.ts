import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeChiSquareQuantile, computeChiSquareSurvival } from './chi-square.ts';

function assertRelative(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual / expected - 1) < tolerance, `${actual} is not ${expected}`);
}

test('computeChiSquareSurvival matches scipy.stats.chi2.sf', () => {
  const golden: readonly (readonly [value: number, df: number, survival: number])[] = [
    [0.5, 1, 0.47950012218695337],
    [3.84, 1, 0.05004352124870519],
    [0.001, 2, 0.9995001249791693],
    [10, 3, 0.01856613546304325],
    [2, 9, 0.9914676066288135],
    [21.666, 9, 0.009999979883498333],
    [30, 9, 0.00043872177097947936],
    [200, 10, 1.6139305336977317e-37],
    [80, 99, 0.9191878735980901],
    [120, 99, 0.07424385580596692],
    [400, 500, 0.9996379295417103],
    [700, 500, 7.728992111216604e-9],
  ];
  for (const [value, df, survival] of golden) {
    assertRelative(computeChiSquareSurvival(value, df), survival, 1e-11);
  }
  assert.equal(computeChiSquareSurvival(0, 5), 1);
  assert.equal(computeChiSquareSurvival(Number.POSITIVE_INFINITY, 5), 0);
});

test('computeChiSquareQuantile matches scipy.stats.chi2.ppf', () => {
  const golden: readonly (readonly [probability: number, df: number, value: number])[] = [
    [0.95, 1, 3.841458820694124],
    [0.5, 4, 3.3566939800333224],
    [0.01, 5, 0.5542980767282772],
    [0.95, 9, 16.918977604620448],
    [0.99, 9, 21.665994333461924],
    [0.999, 19, 43.82019596451753],
    [0.99, 99, 134.64161685578915],
    [0.9999, 499, 625.1251226913959],
  ];
  for (const [probability, df, value] of golden) {
    assertRelative(computeChiSquareQuantile(probability, df), value, 1e-9);
  }
});
