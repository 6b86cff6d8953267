import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type DistinctValue, partitionValues } from './partition-values.ts';

fc.configureGlobal({ seed: 20010101 });

const distinct: fc.Arbitrary<readonly DistinctValue[]> = fc
  .array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 500 })), { maxLength: 80 })
  .map((counts) => counts.map((count, i) => ({ value: i * 3 - 7, count })));

test('partitionValues begins at the least value, ascends, and keeps to the number of bins', () => {
  fc.assert(
    fc.property(distinct, fc.integer({ min: 1, max: 20 }), (values, maxBins) => {
      const starts = partitionValues(values, maxBins);
      assert.ok(starts.length <= maxBins);
      assert.equal(starts.length === 0, values.length === 0);
      if (values[0] !== undefined) assert.equal(starts[0], values[0].value);
      for (let i = 1; i < starts.length; i += 1) assert.ok((starts[i] as number) > (starts[i - 1] as number));
      for (const start of starts) assert.ok(values.some(({ value }) => value === start));
    }),
  );
});

test('partitionValues cuts even values into even bins', () => {
  const values = Array.from({ length: 100 }, (_, value) => ({ value, count: 1 }));
  assert.deepEqual(partitionValues(values, 10), [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
});

test('partitionValues gives few values a bin each', () => {
  assert.deepEqual(
    partitionValues(
      [
        { value: 2, count: 900 },
        { value: 5, count: 1 },
      ],
      10,
    ),
    [2, 5],
  );
});

test('partitionValues isolates a heavy hitter in the middle', () => {
  const values = Array.from({ length: 100 }, (_, value) => ({ value, count: value === 50 ? 400 : 1 }));
  const starts = partitionValues(values, 10);
  assert.equal(starts.length, 10);
  const at = starts.indexOf(50);
  assert.ok(at > 0);
  assert.equal(starts[at + 1], 51);
});

test('partitionValues isolates a lesser hitter beside a giant, and leaves no slivers', () => {
  const small = Array.from({ length: 40 }, (_, value) => ({ value, count: 1 }));
  const starts = partitionValues([...small, { value: 40, count: 60 }, { value: 41, count: 1000 }], 10);
  assert.deepEqual(starts, [0, 5, 10, 15, 20, 25, 30, 35, 40, 41]);
});
