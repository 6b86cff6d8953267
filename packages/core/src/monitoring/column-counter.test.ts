import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createColumnCounter } from './column-counter.ts';
import { pinCategoricalBins, pinNumericBins } from './pin-bins.ts';

test('createColumnCounter counts numbers on the pinned bins, under- and overflow included', () => {
  const reference = pinNumericBins('x', [1, 2, 3, 4]);
  const counter = createColumnCounter(reference);
  for (const value of [0, 1, 2.5, 4, 99, null, undefined, Number.NaN, 'five', 3n, true]) counter.add(value);
  assert.deepEqual(counter.take(), {
    counts: [1, 2, 1, 1, 1, 1],
    nulls: 2,
    nans: 2,
    n: 11,
    sum: 0 + 1 + 2.5 + 4 + 99 + 3 + 1,
    sumSquares: 0 + 1 + 6.25 + 16 + 9801 + 9 + 1,
    min: 0,
    max: 99,
  });
});

test('createColumnCounter counts categories, new ones as other', () => {
  const counter = createColumnCounter(pinCategoricalBins('x', ['a', 'b', 'true', 'b']));
  for (const value of ['a', 'b', 'z', true, null]) counter.add(value);
  const counts = counter.take();
  assert.deepEqual(counts.counts, [1, 1, 1, 1]);
  assert.equal(counts.nulls, 1);
  assert.equal(counts.n, 5);
  assert.equal(counts.min, null);
});

test('createColumnCounter begins again after take', () => {
  const counter = createColumnCounter(pinNumericBins('x', [1, 2]));
  counter.add(1);
  const first = counter.take();
  counter.add(2);
  assert.equal(first.n, 1);
  const second = counter.take();
  assert.equal(second.n, 1);
  assert.equal(second.min, 2);
});
