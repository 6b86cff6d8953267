import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson } from '../ledger/index.ts';
import { diffValues } from './diff-values.ts';

test('diffValues tells the deepest places that differ', () => {
  assert.deepEqual(
    diffValues(
      { owner: 'ann', rollout: { alpha: 0.05, steps: [{ weight: 5 }] }, kept: [1, 2] },
      {
        owner: 'bob',
        rollout: { alpha: 0.05, steps: [{ weight: 10 }] },
        kept: [1, 2],
        business: { kpi: 'x' },
      },
    ),
    [
      { path: 'business', before: null, after: { kpi: 'x' } },
      { path: 'owner', before: 'ann', after: 'bob' },
      { path: 'rollout.steps', before: [{ weight: 5 }], after: [{ weight: 10 }] },
    ],
  );
});

test('diffValues compares named items by name', () => {
  const [ingest, train] = [{ name: 'ingest' }, { name: 'train', timeout: '1h' }];
  assert.deepEqual(
    diffValues(
      { steps: [ingest, train] },
      { steps: [ingest, { ...train, timeout: '2h' }, { name: 'check' }] },
    ),
    [
      { path: 'steps[train].timeout', before: '1h', after: '2h' },
      { path: 'steps[check]', before: null, after: { name: 'check' } },
    ],
  );
  assert.deepEqual(diffValues({ steps: [ingest, train] }, { steps: [train, ingest] }), [
    { path: 'steps', before: ['ingest', 'train'], after: ['train', 'ingest'] },
  ]);
});

test('diffValues takes a key for what the record holds, and null for a value', () => {
  assert.deepEqual(diffValues({ toString: 1 }, {}), [{ path: 'toString', before: 1, after: null }]);
  assert.deepEqual(diffValues({}, JSON.parse('{"__proto__": 1}')), [
    { path: '__proto__', before: null, after: 1 },
  ]);
  assert.deepEqual(diffValues({ owner: null }, {}), [{ path: 'owner', before: null, after: null }]);
});

test('diffValues finds no change exactly where two JSON values are equal', () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(value, value, (left, right) => {
      assert.deepEqual(diffValues(left, JSON.parse(JSON.stringify(left))), []);
      assert.equal(diffValues(left, right).length === 0, canonicalJson(left) === canonicalJson(right));
    }),
    { numRuns: 500 },
  );
});
