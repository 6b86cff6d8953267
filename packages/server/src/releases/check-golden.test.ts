import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GoldenRows, Signature } from '@dividend/contracts/serving';
import { checkGolden, checkSignature } from './check-golden.ts';

const signature: Signature = {
  inputs: [
    { name: 'distance', datatype: 'FP32', shape: [-1] },
    { name: 'origin', datatype: 'BYTES', shape: [-1] },
    { name: 'embedding', datatype: 'FP32', shape: [-1, 2] },
  ],
  outputs: [{ name: 'late', datatype: 'FP32', shape: [-1], onnxOutput: 'probabilities', column: 1 }],
  score: 'late',
};
const golden: GoldenRows = {
  inputs: { distance: [1, 2], origin: ['JFK', 'SFO'], embedding: [0, 1, 2, 3] },
  outputs: { late: [0.1, 0.2] },
  tolerance: 1e-5,
};

test('checkGolden accepts rows that fit the signature', () => {
  checkSignature(signature);
  checkGolden(signature, golden);
});

test('checkGolden names the place that does not fit', () => {
  const cases: [RegExp, Partial<GoldenRows>][] = [
    [/'inputs\.origin' holds 1 values; expected 2/, { inputs: { ...golden.inputs, origin: ['JFK'] } }],
    [/'inputs\.distance\[1\]' must be a number/, { inputs: { ...golden.inputs, distance: [1, 'x'] } }],
    [
      /'inputs\.embedding' holds no values/,
      { inputs: { distance: [1], origin: ['A'] }, outputs: { late: [0] } },
    ],
    [/'inputs\.tail' is no input/, { inputs: { ...golden.inputs, tail: [1, 2] } }],
    [/'outputs\.late' holds 1 values/, { outputs: { late: [0.1] } }],
    [/'outputs\.early' is no output/, { outputs: { early: [0.1, 0.2] } }],
    [/'outputs' holds no output/, { outputs: {} }],
    [/holds 0 rows/, { inputs: { ...golden.inputs, distance: [] } }],
  ];
  for (const [message, change] of cases) {
    assert.throws(() => checkGolden(signature, { ...golden, ...change }), {
      code: 'GOLDEN_INVALID',
      message,
    });
  }
});

test('checkSignature refuses clashing names, an unknown score and what cannot be stacked', () => {
  const [distance, origin] = signature.inputs;
  assert.ok(distance && origin);
  const broken: Signature[] = [
    { ...signature, inputs: [distance, distance] },
    { ...signature, score: 'early' },
    { ...signature, stackInto: 'X' },
    { ...signature, inputs: [{ ...distance, shape: [-1, -1] }] },
  ];
  for (const each of broken) assert.throws(() => checkSignature(each), { code: 'SIGNATURE_INVALID' });
});
