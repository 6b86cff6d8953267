import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { createColumnCounter } from './column-counter.ts';
import { computeJsDivergence, computePsi, toBinCounts } from './distances.ts';
import { pinNumericBins } from './pin-bins.ts';
import { computeJsNoise, computePsiNoise, describeSampling } from './sampling-noise.ts';

test('computePsiNoise is (1/n + 1/m) times scipy.stats.chi2.ppf', () => {
  const at = (referenceN: number, currentN: number): number =>
    computePsiNoise({ referenceN, currentN, bins: 10, unseenShare: 0 }, 0.95);
  assert.ok(Math.abs(at(300, 300) - (2 / 300) * 16.918977604620448) < 1e-9);
  assert.ok(Math.abs(at(100_000, 10_000) - 0.00186) < 1e-5);
  assert.equal(computePsiNoise({ referenceN: 10, currentN: 10, bins: 1, unseenShare: 0 }, 0.95), 0);
});

test('describeSampling counts bins that either side fills, and what one side could not see', () => {
  assert.deepEqual(describeSampling([0, 1, 0, 3], [0, 0, 2, 8]), {
    referenceN: 4,
    currentN: 10,
    bins: 3,
    unseenShare: 1 / 10 + 1 / 4,
  });
});

/** Windows of one distribution, compared with their reference on its pinned bins: how often noise is exceeded. */
function simulateExceedance(
  referenceN: number,
  currentN: number,
  probability: number,
): { psi: number; js: number } {
  const generator = xoroshiro128plus(1234);
  const draw = (): number => -Math.log(1 - uniformFloat64(generator));
  const rounds = 2000;
  const exceeded = { psi: 0, js: 0 };
  for (let r = 0; r < rounds; r += 1) {
    const reference = pinNumericBins('x', Array.from({ length: referenceN }, draw));
    const counter = createColumnCounter(reference);
    for (let i = 0; i < currentN; i += 1) counter.add(draw());
    const p = toBinCounts(reference);
    const q = toBinCounts(counter.take());
    const sampling = describeSampling(p, q);
    if (computePsi(p, q) > computePsiNoise(sampling, probability)) exceeded.psi += 1;
    if (computeJsDivergence(p, q) > computeJsNoise(sampling, probability)) exceeded.js += 1;
  }
  return { psi: exceeded.psi / rounds, js: exceeded.js / rounds };
}

test('computePsiNoise and computeJsNoise are exceeded without drift about as often as stated', () => {
  for (const [referenceN, currentN] of [
    [500, 500],
    [2000, 300],
    [300, 2000],
  ] as const) {
    const { psi, js } = simulateExceedance(referenceN, currentN, 0.95);
    // Binomial(2000, 0.05) has a standard deviation of 0.005; the chi-square limit is not quite reached.
    assert.ok(psi > 0.035 && psi < 0.075, `PSI ${psi} at ${referenceN}, ${currentN}`);
    assert.ok(js > 0.035 && js < 0.075, `JS ${js} at ${referenceN}, ${currentN}`);
  }
});
