import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { assignBucket } from './assign-bucket.ts';
import { createArms, pickArm } from './create-arms.ts';
import { computeSampleRatio } from './sample-ratio.ts';

test('computeSampleRatio matches the mixture computed with scipy.special.betaln', () => {
  // p = exp(-(logsumexp([betaln(k1+500, k0+500) - betaln(500, 500), betaln(k1+1, k0+1)]) - ln 2 - n·ln 0.5))
  const golden: readonly (readonly [canary: number, control: number, pValue: number])[] = [
    [10, 4, 0.9514528903802663],
    [0, 14, 0.0018292226540161658],
    [300, 200, 0.0015202980924281992],
    [10_000, 9400, 0.001248101422305902],
  ];
  for (const [canary, control, pValue] of golden) {
    const actual = computeSampleRatio(canary, control).pValue;
    assert.ok(Math.abs(actual / pValue - 1) < 1e-8, `${canary}, ${control}: ${actual}`);
  }
});

test('computeSampleRatio finds a lost cohort and a small leak, and not an even split', () => {
  assert.equal(computeSampleRatio(0, 0).verdict, 'match');
  assert.equal(computeSampleRatio(0, 0).share, null);
  assert.equal(computeSampleRatio(5030, 4970).verdict, 'match');
  assert.equal(computeSampleRatio(0, 16).verdict, 'mismatch');
  assert.equal(computeSampleRatio(10_000, 9_300).verdict, 'mismatch');
  assert.equal(computeSampleRatio(100, 900, 0.1).verdict, 'match');
  assert.equal(computeSampleRatio(500, 500, 0.1).verdict, 'mismatch');
});

test('computeSampleRatio keeps false alarms at or below alpha under peeking at every unit', () => {
  const generator = xoroshiro128plus(99);
  const alpha = 0.05;
  const rollouts = 500;
  let alarms = 0;
  for (let r = 0; r < rollouts; r += 1) {
    let canary = 0;
    for (let n = 1; n <= 2000; n += 1) {
      if (uniformFloat64(generator) < 0.5) canary += 1;
      if (computeSampleRatio(canary, n - canary, 0.5, alpha).verdict === 'mismatch') {
        alarms += 1;
        break;
      }
    }
  }
  assert.ok(alarms / rollouts <= alpha, `${alarms} of ${rollouts} rollouts`);
});

test('computeSampleRatio accepts the cohorts of the own router', () => {
  const arms = createArms(20, { stable: 1, canary: 2 });
  const units = { stable: 0, canary: 0, control: 0 };
  for (let i = 0; i < 50_000; i += 1) {
    units[pickArm(arms, assignBucket('rollout-1', `tail-${i}`)).cohort] += 1;
  }
  assert.equal(computeSampleRatio(units.canary, units.control).verdict, 'match');
});
