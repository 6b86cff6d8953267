import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { computeNextUp } from './next-up.ts';

fc.configureGlobal({ seed: 20010101 });

test('computeNextUp matches numpy.nextafter(x, inf)', () => {
  assert.equal(computeNextUp(1), 1.0000000000000002);
  assert.equal(computeNextUp(-1), -0.9999999999999999);
  assert.equal(computeNextUp(0.1), 0.10000000000000002);
  assert.equal(computeNextUp(1e300), 1.0000000000000002e300);
  assert.equal(computeNextUp(0), Number.MIN_VALUE);
  assert.equal(computeNextUp(-Number.MIN_VALUE), -0);
});

test('computeNextUp leaves no double between', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, max: 1e308 }), (value) => {
      const next = computeNextUp(value);
      const middle = value / 2 + next / 2;
      assert.ok(next > value);
      assert.ok(middle <= value || middle >= next);
    }),
  );
});
