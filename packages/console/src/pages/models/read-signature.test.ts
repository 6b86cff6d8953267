import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMlmodelSignature, readReleaseSignature } from './read-signature.ts';

test('readMlmodelSignature reads columns, tensors and parameters', () => {
  const signature = readMlmodelSignature({
    signature: {
      inputs:
        '[{"type": "double", "name": "age", "required": true}, {"type": "string", "name": "plan", "required": false}]',
      outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}}]',
      params: '[{"name": "top_k", "dtype": "long", "default": 3, "shape": null}]',
    },
  });
  assert.deepEqual(signature, {
    inputs: [
      { name: 'age', type: 'double' },
      { name: 'plan', type: 'string, optional' },
    ],
    outputs: [{ name: '1', type: 'tensor float64 [-1]' }],
    params: [{ name: 'top_k', type: 'long, 3 unless given' }],
  });
});

test('readMlmodelSignature knows none where there is none, and takes what is broken as empty', () => {
  assert.equal(readMlmodelSignature({ flavors: {} }), undefined);
  assert.equal(readMlmodelSignature('text'), undefined);
  assert.deepEqual(readMlmodelSignature({ signature: { inputs: '[{', outputs: null } }), {
    inputs: [],
    outputs: [],
    params: [],
  });
});

test('readReleaseSignature reads the columns of a release', () => {
  const text = JSON.stringify({ inputs: [{ name: 'hour', datatype: 'FP32', shape: [-1] }], outputs: [] });
  assert.deepEqual(readReleaseSignature(text)?.inputs, [{ name: 'hour', type: 'FP32 [-1]' }]);
  assert.equal(readReleaseSignature('not json'), undefined);
});
