import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeLogBeta, computeLogGamma, computeLogIncompleteBeta } from './log-gamma.ts';

function assertClose(actual: number, expected: number, tolerance: number): void {
  const scale = Math.max(1, Math.abs(expected));
  assert.ok(Math.abs(actual - expected) <= tolerance * scale, `${actual} is not ${expected}`);
}

test('computeLogGamma matches scipy.special.gammaln', () => {
  const golden: readonly (readonly [x: number, value: number])[] = [
    [0.25, 1.2880225246980774],
    [0.5, 0.5723649429247],
    [1, 0],
    [1.5, -0.12078223763524526],
    [3.7, 1.428072326665388],
    [14.9, 24.924132002217277],
    [15, 25.191221182738683],
    [100.25, 360.28455963776423],
    [1000000.5, 12815511.476902766],
  ];
  for (const [x, value] of golden) assertClose(computeLogGamma(x), value, 2e-14);
});

test('computeLogBeta matches scipy.special.betaln', () => {
  const golden: readonly (readonly [a: number, b: number, value: number])[] = [
    [1, 1, 0],
    [0.25, 1, 1.3862943611198906],
    [3, 7, -5.529429087511423],
    [1000.25, 31, -139.9501557029289],
    [500000, 2, -26.244728754274547],
  ];
  for (const [a, b, value] of golden) assertClose(computeLogBeta(a, b), value, 1e-9);
});

test('computeLogIncompleteBeta matches scipy.stats.beta.logcdf', () => {
  const golden: readonly (readonly [x: number, a: number, b: number, value: number])[] = [
    [0.5, 1, 1, -Math.LN2],
    [0.5, 21, 1, -14.556090791758852],
    [0.1, 3, 40, -0.21704674321085815],
    [0.3, 1000, 2500, -0.03208734632963946],
    [0.48, 500, 501, -2.2202582581934305],
    [0.9, 2, 3, -0.0037068619313264726],
    [0.05, 2, 400, -2.580247796707165e-8],
  ];
  for (const [x, a, b, value] of golden) assertClose(computeLogIncompleteBeta(x, a, b), value, 1e-11);
});
