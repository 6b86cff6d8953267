import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { computeRatioBounds } from './ratio-bounds.ts';

fc.configureGlobal({ seed: 20010101 });

const counts = fc
  .tuple(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([n, ratio]) => ({ n, sum: Math.round(n * ratio) }));

test('computeRatioBounds encloses the estimate and mirrors when the cohorts swap', () => {
  fc.assert(
    fc.property(counts, counts, (a, b) => {
      const there = computeRatioBounds(a, b, 0.05);
      const back = computeRatioBounds(b, a, 0.05);
      assert.ok(there !== undefined && back !== undefined);
      assert.ok(there.lower <= there.difference && there.difference <= there.upper);
      assert.ok(there.lower >= -1 && there.upper <= 1);
      assert.equal(back.upper, -there.lower);
    }),
  );
});

test('computeRatioBounds narrows with requests and widens with a stricter alpha', () => {
  const none = (n: number): { n: number; sum: number } => ({ n, sum: 0 });
  let previous = 1;
  for (const n of [10, 100, 1000, 10_000, 100_000]) {
    const upper = computeRatioBounds(none(n), none(n), 0.05)?.upper ?? Number.NaN;
    assert.ok(upper < previous, `${upper} at ${n}`);
    assert.ok((computeRatioBounds(none(n), none(n), 0.005)?.upper ?? 0) > upper);
    previous = upper;
  }
  // Closed form of the case without events: 1 - exp((2·ln B(1/4, n+1)/B(1/4, 1) + ln alpha) / n), by scipy.special.betaln.
  assert.ok(
    Math.abs((computeRatioBounds(none(1000), none(1000), 0.05)?.upper ?? 0) - 0.006624427106549424) < 1e-9,
  );
});

test('computeRatioBounds knows nothing without requests', () => {
  assert.equal(computeRatioBounds({ n: 0, sum: 0 }, { n: 10, sum: 0 }, 0.05), undefined);
});

test('computeRatioBounds is wrong about the true difference in at most alpha of the rollouts, ever', () => {
  const generator = xoroshiro128plus(4711);
  const alpha = 0.05;
  const rollouts = 200;
  let wrong = 0;
  for (let r = 0; r < rollouts; r += 1) {
    const canary = { n: 0, sum: 0 };
    const control = { n: 0, sum: 0 };
    for (let n = 1; n <= 1500; n += 1) {
      canary.n += 1;
      control.n += 1;
      if (uniformFloat64(generator) < 0.03) canary.sum += 1;
      if (uniformFloat64(generator) < 0.01) control.sum += 1;
      if (n % 15 !== 0) continue;
      if ((computeRatioBounds(canary, control, alpha)?.upper ?? 1) < 0.02) {
        wrong += 1;
        break;
      }
    }
  }
  assert.ok(wrong / rollouts <= alpha, `${wrong} of ${rollouts} rollouts`);
});
