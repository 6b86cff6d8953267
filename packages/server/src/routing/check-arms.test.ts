import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createArms } from '@dividend/core/rollouts';
import { checkArms } from './check-arms.ts';

test('checkArms accepts what createArms makes, in any order', () => {
  for (const weight of [0, 0.01, 5, 50])
    checkArms([...createArms(weight, { stable: 1, canary: 2 })].reverse());
});

test('checkArms refuses gaps, overlaps and ends that are missing', () => {
  const arm = (fromBucket: number, toBucket: number) => ({
    cohort: 'stable' as const,
    releaseIndex: 1,
    fromBucket,
    toBucket,
  });
  for (const arms of [
    [],
    [arm(0, 9999)],
    [arm(1, 10_000)],
    [arm(0, 10), arm(11, 10_000)],
    [arm(0, 10), arm(9, 10_000)],
    [arm(0, 10_000), arm(10_000, 10_000)],
    [arm(0, 10_001)],
  ]) {
    assert.throws(() => checkArms(arms), { code: 'ARMS_INVALID' });
  }
});
