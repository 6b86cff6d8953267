import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { computeCountTest, computeLogCountEValue } from './count-test.ts';

fc.configureGlobal({ seed: 20010101 });

test('computeCountTest is a martingale: one more event changes the expected e-value by nothing', () => {
  fc.assert(
    fc.property(
      fc.nat(200),
      fc.nat(200),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      (k1, k0, share) => {
        const now = computeLogCountEValue(k1, k0, share);
        const next =
          share * Math.exp(computeLogCountEValue(k1 + 1, k0, share) - now) +
          (1 - share) * Math.exp(computeLogCountEValue(k1, k0 + 1, share) - now);
        assert.ok(Math.abs(next - 1) < 1e-8, `expected ratio ${next}`);
      },
    ),
  );
});

test('computeCountTest matches numerical integration with scipy.integrate.quad', () => {
  // quad(lambda t: (t/s)**k1 * ((1-t)/(1-s))**k0 / (1-s), s, 1), logged
  const golden: readonly (readonly [k1: number, k0: number, share: number, logEValue: number])[] = [
    [10, 0, 0.5, 5.226235312862919],
    [12, 3, 0.5, 2.1867764119612967],
    [3, 12, 0.5, -2.3461007304302077],
    [40, 20, 0.5, 2.1942480014104873],
    [9, 1, 0.2, 10.230747027142481],
  ];
  for (const [k1, k0, share, logEValue] of golden) {
    const actual = computeLogCountEValue(k1, k0, share);
    assert.ok(Math.abs(actual - logEValue) < 1e-9, `${k1}, ${k0}, ${share}: ${actual}`);
  }
});

test('computeCountTest knows nothing without traffic or without events', () => {
  assert.deepEqual(computeCountTest({ n: 0, sum: 0 }, { n: 100, sum: 3 }), { logEValue: 0, pValue: 1 });
  assert.deepEqual(computeCountTest({ n: 100, sum: 0 }, { n: 100, sum: 0 }), { logEValue: 0, pValue: 1 });
});

test('computeCountTest proves a canary that fails always within a dozen events, and never a better one', () => {
  assert.ok(computeCountTest({ n: 100, sum: 12 }, { n: 100, sum: 0 }).pValue < 0.005);
  assert.equal(computeCountTest({ n: 100, sum: 0 }, { n: 100, sum: 40 }).pValue, 1);
});

test('computeCountTest keeps false alarms at or below alpha under peeking at every request', () => {
  const generator = xoroshiro128plus(77);
  const alpha = 0.05;
  const rollouts = 1000;
  let alarms = 0;
  for (let r = 0; r < rollouts; r += 1) {
    const canary = { n: 0, sum: 0 };
    const control = { n: 0, sum: 0 };
    for (let request = 0; request < 4000; request += 1) {
      const cohort = uniformFloat64(generator) < 0.5 ? canary : control;
      cohort.n += 1;
      if (uniformFloat64(generator) >= 0.02) continue;
      cohort.sum += 1;
      if (computeCountTest(canary, control).pValue <= alpha) {
        alarms += 1;
        break;
      }
    }
  }
  assert.ok(alarms / rollouts <= alpha, `${alarms} of ${rollouts} rollouts raised a false alarm`);
});
