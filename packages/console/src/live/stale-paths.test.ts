import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCostly, isStaleAfter } from './stale-paths.ts';

const after = (path: string, ...types: string[]) => isStaleAfter(new Set(types), path);

test('isStaleAfter asks again for what an entry speaks of, and for nothing else', () => {
  assert.equal(after('/api/v1/rollouts/rol_1', 'rollout.step'), true);
  assert.equal(after('/api/v1/rollouts/rol_1/analyses?limit=500', 'rollout.analysed'), true);
  assert.equal(after('/api/v1/value/roi?model=m', 'step.finished'), false);
  assert.equal(after('/api/v1/pipeline-runs', 'step.finished', 'drift.raised'), true);
  assert.equal(after('/api/v1/endpoints/e/monitoring', 'pipeline.started'), false);
  assert.equal(after('/api/2.0/mlflow/registered-models/search', 'alias.set'), true);
  assert.equal(after('/api/2.0/mlflow/registered-models/search', 'pipeline.started'), false);
});

test('isStaleAfter counts overview and ledger among what every entry speaks of', () => {
  assert.equal(after('/api/v1/overview', 'experiment.created'), true);
  assert.equal(after('/api/v1/ledger/entries?limit=100', 'experiment.created'), true);
});

test('isStaleAfter takes everything as stale after an entry of a kind it does not know', () => {
  assert.equal(after('/api/v1/value/published-example', 'novelty.happened'), true);
});

test('isCostly holds for the books, and for nothing that is watched live', () => {
  assert.equal(isCostly('/api/v1/value/roi?model=m'), true);
  assert.equal(isCostly('/api/v1/rollouts/rol_1'), false);
  assert.equal(isCostly('/api/v1/overview'), false);
});
