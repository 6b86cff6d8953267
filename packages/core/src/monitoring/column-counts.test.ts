import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createColumnCounter } from './column-counter.ts';
import {
  type ColumnCounts,
  computeColumnMean,
  computeColumnStandardDeviation,
  createColumnCounts,
  mergeColumnCounts,
} from './column-counts.ts';
import { pinNumericBins } from './pin-bins.ts';

fc.configureGlobal({ seed: 20010101 });

const reference = pinNumericBins('x', [-20, -10, 0, 10, 20, 30]);
const cell = fc.oneof(fc.integer({ min: -40, max: 40 }), fc.constantFrom(null, Number.NaN));
const cells = fc.array(cell, { maxLength: 50 });

function count(values: readonly (number | null)[]): ColumnCounts {
  const counter = createColumnCounter(reference);
  for (const value of values) counter.add(value);
  return counter.take();
}

test('mergeColumnCounts is the count of both windows', () => {
  fc.assert(
    fc.property(cells, cells, (a, b) => {
      assert.deepEqual(mergeColumnCounts(count(a), count(b)), count([...a, ...b]));
    }),
  );
});

test('mergeColumnCounts is commutative and associative, with the empty window as neutral', () => {
  fc.assert(
    fc.property(cells, cells, cells, (a, b, c) => {
      const [x, y, z] = [count(a), count(b), count(c)];
      assert.deepEqual(mergeColumnCounts(x, y), mergeColumnCounts(y, x));
      assert.deepEqual(
        mergeColumnCounts(mergeColumnCounts(x, y), z),
        mergeColumnCounts(x, mergeColumnCounts(y, z)),
      );
      assert.deepEqual(mergeColumnCounts(x, createColumnCounts(x.counts.length)), x);
    }),
  );
});

test('mergeColumnCounts refuses counts of another reference', () => {
  assert.throws(() => mergeColumnCounts(createColumnCounts(3), createColumnCounts(4)), RangeError);
});

test('computeColumnMean and computeColumnStandardDeviation leave missing values out', () => {
  const counts = count([2, 4, 4, 4, 5, 5, 7, 9, null, Number.NaN]);
  assert.equal(computeColumnMean(counts), 5);
  // numpy.std([2, 4, 4, 4, 5, 5, 7, 9])
  assert.equal(computeColumnStandardDeviation(counts), 2);
  assert.equal(computeColumnMean(count([null])), undefined);
  assert.equal(computeColumnStandardDeviation(count([])), undefined);
});
