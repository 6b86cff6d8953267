import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { listBinLabels } from './column-reference.ts';
import { pinCategoricalBins, pinNumericBins } from './pin-bins.ts';

fc.configureGlobal({ seed: 20010101 });

const cell = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(null, Number.NaN, Number.POSITIVE_INFINITY),
);

test('pinNumericBins counts every value once and leaves both outer bins empty', () => {
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 200 }), fc.integer({ min: 1, max: 12 }), (values, maxBins) => {
      const reference = pinNumericBins('x', values, maxBins);
      assert.equal(reference.n, values.length);
      assert.equal(reference.nulls, values.filter((value) => value === null).length);
      const inBins = reference.counts.reduce((sum, count) => sum + count, 0);
      assert.equal(inBins + reference.nulls + reference.nans, values.length);
      assert.equal(reference.counts.length, reference.edges.length + 1);
      assert.ok(reference.edges.length <= maxBins + 1);
      if (reference.edges.length === 0) return;
      assert.equal(reference.counts[0], 0);
      assert.equal(reference.counts.at(-1), 0);
      assert.ok(reference.counts.slice(1, -1).every((count) => count > 0));
    }),
  );
});

test('pinNumericBins is the same for any order of the values', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 100 }), (values) => {
      assert.deepEqual(pinNumericBins('x', [...values].reverse()), pinNumericBins('x', values));
    }),
  );
});

test('pinNumericBins fills the bins of a smooth column evenly', () => {
  const generator = xoroshiro128plus(3);
  const values = Array.from({ length: 5000 }, () => Math.log(1 - uniformFloat64(generator)) ** 2);
  const reference = pinNumericBins('distance', values);
  assert.equal(reference.edges.length, 11);
  assert.deepEqual(reference.counts, [0, ...new Array<number>(10).fill(500), 0]);
  assert.equal(reference.min, Math.min(...values));
  assert.equal(reference.max, Math.max(...values));
  assert.equal(reference.distinct, 5000);
});

test('pinNumericBins gives a heavy hitter a bin of its own', () => {
  const values = [...new Array<number>(600).fill(0), ...Array.from({ length: 400 }, (_, i) => i + 1)];
  const { edges, counts } = pinNumericBins('delay', values);
  assert.equal(edges[0], 0);
  assert.equal(edges[1], 1);
  assert.equal(counts[1], 600);
  assert.equal(edges.length, 11);
});

test('pinNumericBins copes with a column without values and with a constant', () => {
  const empty = pinNumericBins('x', [null, Number.NaN]);
  assert.deepEqual(empty.edges, []);
  assert.deepEqual(empty.counts, [0]);
  assert.equal(empty.min, null);
  assert.deepEqual(listBinLabels(empty), ['all']);
  const constant = pinNumericBins('x', [4, 4, 4]);
  assert.deepEqual(constant.counts, [0, 3, 0]);
  assert.deepEqual(listBinLabels(constant), ['below 4', '4 to 4', 'from 4']);
});

test('pinCategoricalBins pins the most frequent values and counts the others together', () => {
  const reference = pinCategoricalBins('origin', ['ORD', 'ATL', 'ORD', null, 'LAX', 'ATL', 'ORD', 7], 2);
  assert.deepEqual(reference.values, ['ORD', 'ATL']);
  assert.deepEqual(reference.counts, [3, 2, 2]);
  assert.equal(reference.nulls, 1);
  assert.equal(reference.n, 8);
  assert.equal(reference.distinct, 4);
  assert.deepEqual(listBinLabels(reference), ['ORD', 'ATL', 'other']);
});

test('pinCategoricalBins breaks ties the same way for any order', () => {
  assert.deepEqual(pinCategoricalBins('x', ['b', 'a', 'c'], 2).values, ['a', 'b']);
  assert.deepEqual(pinCategoricalBins('x', ['c', 'b', 'a'], 2).values, ['a', 'b']);
});

test('pinNumericBins survives JSON', () => {
  const reference = pinNumericBins('x', [0.1, 0.2, 0.30000000000000004, null, 1e300, -1e139]);
  assert.equal(reference.nans, 1);
  assert.deepEqual(JSON.parse(JSON.stringify(reference)), reference);
});
