import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assignBucket, bucketCount } from './assign-bucket.ts';

fc.configureGlobal({ seed: 20010101 });

test('assignBucket stays in range and is the same on every call', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: 'binary' }), (salt, unitId) => {
      const bucket = assignBucket(salt, unitId);
      assert.ok(Number.isInteger(bucket) && bucket >= 0 && bucket < bucketCount);
      assert.equal(assignBucket(salt, unitId), bucket);
    }),
  );
});

test('assignBucket spreads sequential ids evenly', () => {
  const units = 100_000;
  const perHundred = new Array<number>(100).fill(0);
  for (let i = 0; i < units; i += 1) {
    const group = Math.floor(assignBucket('rollout-7', `user-${i}`) / 100);
    perHundred[group] = (perHundred[group] ?? 0) + 1;
  }
  const expected = units / 100;
  const chiSquare = perHundred.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // scipy.stats.chi2.ppf(0.9999, 99) = 160.06
  assert.ok(chiSquare < 160.06, `chi-square ${chiSquare}`);
});

test('assignBucket is uncorrelated between salts', () => {
  let both = 0;
  for (let i = 0; i < 100_000; i += 1) {
    const unitId = `user-${i}`;
    if (assignBucket('first', unitId) < 1000 && assignBucket('second', unitId) < 1000) both += 1;
  }
  // Independent: binomial(100 000, 0.01), standard deviation 31.5; 4 of them either way.
  assert.ok(Math.abs(both - 1000) < 126, `${both} units in both canaries`);
});
