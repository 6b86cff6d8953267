import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Datatype, Signature } from '@dividend/contracts/serving';
import fc from 'fast-check';
import type { GivenTensor } from './parse-envelope.ts';
import { readInputs } from './read-inputs.ts';

function createSignature(datatype: Datatype, shape: number[], stackInto?: string): Signature {
  return {
    inputs: [{ name: 'x', datatype, shape }],
    ...(stackInto === undefined ? {} : { stackInto }),
    outputs: [{ name: 'y', datatype: 'FP32', shape: [-1], onnxOutput: 'y' }],
  };
}

function read(datatype: Datatype, data: readonly unknown[], shape = [data.length]) {
  return readInputs(createSignature(datatype, [-1]), [{ name: 'x', datatype, shape, data }], 10);
}

test('readInputs lays columns side by side, row after row', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 3, maxLength: 3 }), {
        minLength: 1,
        maxLength: 6,
      }),
      (rows) => {
        const names = ['a', 'b', 'c'];
        const signature: Signature = {
          ...createSignature('FP32', [-1], 'X'),
          inputs: names.map((name) => ({ name, datatype: 'FP32', shape: [-1] })),
        };
        const given = names.map((name, column): GivenTensor => {
          const data = rows.map((row) => row[column]);
          return { name, datatype: 'FP32', shape: [rows.length], data };
        });
        const { feeds } = readInputs(signature, given.reverse(), 10);
        assert.deepEqual(feeds.X?.dims, [rows.length, 3]);
        assert.deepEqual([...(feeds.X?.data ?? [])], rows.flat());
      },
    ),
    { seed: 3, numRuns: 100 },
  );
});

test('readInputs reads nested data like flat data, for any rank', () => {
  const shape = [2, 3, 2];
  const flat = Array.from({ length: 12 }, (_, index) => index);
  const nested = [0, 1].map((row) => [0, 1, 2].map((i) => [0, 1].map((j) => flat[row * 6 + i * 2 + j])));
  const signature = createSignature('INT32', [-1, 3, 2]);
  const from = (data: unknown[]) =>
    readInputs(signature, [{ name: 'x', datatype: 'INT32', shape, data }], 10).feeds.x;
  assert.deepEqual(from(nested), from(flat));
  assert.deepEqual(from(flat)?.dims, shape);
  assert.throws(() => from([nested[0], [[1, 2]]]), {
    message: /nested as shape \[2, 3, 2\], got an array of 1 at depth 1/,
  });
});

const borders: readonly [Datatype, readonly unknown[], readonly unknown[]][] = [
  ['BOOL', [true, false, 0, 1], [2, 'true', null]],
  ['UINT8', [0, 255], [-1, 256, 0.5, true]],
  ['UINT16', [65_535], [65_536]],
  ['UINT32', [2 ** 32 - 1], [2 ** 32]],
  ['UINT64', [2 ** 53 - 1], [2 ** 53, -1]],
  ['INT8', [-128, 127], [-129, 128]],
  ['INT16', [-32_768], [32_768]],
  ['INT32', [2 ** 31 - 1], [2 ** 31]],
  ['INT64', [-(2 ** 53) + 1], [2 ** 53]],
  ['FP32', [3.4028234663852886e38, 1e-50], [3.4028235677973366e38, 'NaN', Number.NaN]],
  ['FP64', [1e308], [Number.POSITIVE_INFINITY, null, [1]]],
  ['BYTES', ['', 'ü', '😀'], [1, null, true, '\ud83d']],
];
for (const [datatype, accepted, refused] of borders) {
  test(`readInputs takes ${datatype} within its range only`, () => {
    assert.equal(read(datatype, accepted).rows, accepted.length);
    for (const value of refused) {
      assert.throws(() => read(datatype, [value]), { code: 'INVALID_INPUT', field: 'x' }, String(value));
    }
  });
}

test('readInputs keeps every FP32 it takes finite', () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      let taken: number | undefined;
      try {
        taken = Number(read('FP32', [value]).feeds.x?.data[0]);
      } catch {
        return;
      }
      assert.ok(Number.isFinite(taken));
    }),
    { seed: 4, numRuns: 500 },
  );
});

test('readInputs refuses a shape before it allocates for it', () => {
  assert.throws(() => read('FP32', [1], [4_000_000_000]), { code: 'TOO_MANY_ROWS', kind: 'too_large' });
});
