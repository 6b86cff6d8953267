import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findBinIndex } from './bin-index.ts';

fc.configureGlobal({ seed: 20010101 });

const edges = fc
  .uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true }), {
    maxLength: 40,
    comparator: 'SameValueZero',
  })
  .map((values) => values.sort((a, b) => a - b));

test('findBinIndex is the number of edges at or below the value', () => {
  fc.assert(
    fc.property(edges, fc.double({ noNaN: true }), (sorted, value) => {
      const expected = sorted.filter((edge) => edge <= value).length;
      assert.equal(findBinIndex(sorted, value), expected);
      assert.equal(findBinIndex(Float64Array.from(sorted), value), expected);
    }),
  );
});

test('findBinIndex puts an edge into the bin that begins there', () => {
  const sorted = [0, 10, 20];
  assert.deepEqual(
    [-1, 0, 9.99, 10, 20, 1e9].map((value) => findBinIndex(sorted, value)),
    [0, 1, 1, 2, 3, 3],
  );
});

test('findBinIndex knows the ends of the line and refuses NaN', () => {
  assert.equal(findBinIndex([0, 1], Number.NEGATIVE_INFINITY), 0);
  assert.equal(findBinIndex([0, 1], Number.POSITIVE_INFINITY), 2);
  assert.equal(findBinIndex([0, 1], Number.NaN), -1);
  assert.equal(findBinIndex([], 5), 0);
});
