import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Cohort } from '../receipts/index.ts';
import { bucketCount } from './assign-bucket.ts';
import { createArms, findStableArm, pickArm } from './create-arms.ts';

fc.configureGlobal({ seed: 20010101 });

const releases = { stable: 7, canary: 8 };
const weight = fc.integer({ min: 0, max: 5000 }).map((hundredths) => hundredths / 100);

function cohortSizes(weightPercent: number): Record<Cohort, number> {
  const sizes = { stable: 0, canary: 0, control: 0 };
  for (const arm of createArms(weightPercent, releases)) sizes[arm.cohort] += arm.toBucket - arm.fromBucket;
  return sizes;
}

test('createArms covers every bucket once, with a control as large as the canary', () => {
  fc.assert(
    fc.property(weight, (weightPercent) => {
      const arms = createArms(weightPercent, releases);
      let next = 0;
      for (const arm of arms) {
        assert.equal(arm.fromBucket, next);
        assert.ok(arm.toBucket > arm.fromBucket);
        next = arm.toBucket;
      }
      assert.equal(next, bucketCount);
      const sizes = cohortSizes(weightPercent);
      assert.equal(sizes.canary, Math.round(weightPercent * 100));
      assert.equal(sizes.control, sizes.canary);
    }),
  );
});

test('createArms keeps units in canary and control when the weight grows', () => {
  fc.assert(
    fc.property(weight, weight, fc.nat(bucketCount - 1), (a, b, bucket) => {
      const before = pickArm(createArms(Math.min(a, b), releases), bucket).cohort;
      const after = pickArm(createArms(Math.max(a, b), releases), bucket).cohort;
      if (before !== 'stable') assert.equal(after, before);
    }),
  );
});

test('createArms serves the canary release to the canary cohort only', () => {
  for (const arm of createArms(10, releases)) {
    assert.equal(arm.releaseIndex, arm.cohort === 'canary' ? releases.canary : releases.stable);
  }
});

test('createArms leaves one stable arm at weight 0 and none at weight 50', () => {
  assert.deepEqual(createArms(0, releases), [
    { cohort: 'stable', releaseIndex: 7, fromBucket: 0, toBucket: 10_000 },
  ]);
  assert.deepEqual(cohortSizes(50), { stable: 0, canary: 5000, control: 5000 });
});

test('createArms refuses weights outside 0 to 50', () => {
  for (const weightPercent of [-1, 50.01, 100, Number.NaN]) {
    assert.throws(() => createArms(weightPercent, releases), RangeError);
  }
});

test('pickArm refuses a bucket that no arm covers', () => {
  assert.throws(() => pickArm(createArms(5, releases), bucketCount), RangeError);
});

test('findStableArm finds the release in production at every weight', () => {
  fc.assert(
    fc.property(weight, (weightPercent) => {
      assert.equal(findStableArm(createArms(weightPercent, releases))?.releaseIndex, releases.stable);
    }),
  );
  assert.equal(findStableArm(createArms(50, releases))?.cohort, 'control');
  assert.equal(findStableArm([]), undefined);
});
