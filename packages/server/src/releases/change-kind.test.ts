import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelSpec } from '@dividend/contracts/spec';
import { decideChangeKind, type ReleaseOrigin } from './change-kind.ts';

const steps = [{ name: 'train', uses: 'command', command: ['python', 'train.py'], outputs: { model: 'm' } }];
const specWith = (overrides: object) =>
  ({ pipeline: { steps }, gates: [], ...overrides }) as unknown as ModelSpec;
const file = (digest: string) => [{ path: 'train.py', digest }];

const production: ReleaseOrigin = {
  weights: 'sha256:old',
  data: { flights: 'sha256:march' },
  specDigest: 'sha256:spec1',
  spec: { spec: specWith({}), files: file('sha256:a') },
};
const candidate = { ...production, weights: 'sha256:new' };

test('decideChangeKind names the first release of a model', () => {
  assert.equal(decideChangeKind(candidate, undefined, false), 'first');
});

test('decideChangeKind tells code from data from configuration, the widest first', () => {
  const april = { flights: 'sha256:april' };
  assert.equal(decideChangeKind({ ...candidate, data: april }, production, false), 'data');
  assert.equal(decideChangeKind(candidate, production, false), 'configuration');
  const otherFile = {
    specDigest: 'sha256:spec2',
    spec: { spec: specWith({}), files: file('sha256:b') },
  };
  assert.equal(decideChangeKind({ ...candidate, ...otherFile, data: april }, production, false), 'code');
  const otherGates = {
    specDigest: 'sha256:spec3',
    spec: { spec: specWith({ gates: [{ name: 'auc', expr: 'true' }] }), files: file('sha256:a') },
  };
  assert.equal(decideChangeKind({ ...candidate, ...otherGates }, production, false), 'configuration');
});

test('decideChangeKind takes unnamed data for changed, and a spec that is gone for other code', () => {
  assert.equal(decideChangeKind({ ...candidate, data: {} }, production, false), 'data');
  assert.equal(
    decideChangeKind({ ...candidate, specDigest: 'sha256:x', spec: undefined }, production, false),
    'code',
  );
});

test('decideChangeKind calls earlier weights a rollback and equal ones configuration', () => {
  assert.equal(decideChangeKind(candidate, production, true), 'rollback');
  assert.equal(decideChangeKind(production, production, true), 'configuration');
});
