import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromMlflowLink } from './mlflow-links.ts';

test('fromMlflowLink leads where the link of the Python client or of MLflow’s pages would', () => {
  for (const [hash, path] of [
    ['#/experiments/1', '/experiments/1'],
    ['#/experiments/1/runs/abc', '/experiments/1/runs/abc'],
    ['#/experiments/1/runs/abc/artifacts/model/MLmodel', '/experiments/1/runs/abc?tab=artifacts'],
    ['#/experiments/1/runs/abc/model-metrics', '/experiments/1/runs/abc?tab=charts'],
    ['#/experiments/1/traces', '/experiments/1/traces'],
    ['#/experiments/1/traces?selectedEvaluationId=tr-1', '/traces/tr-1'],
    [
      '#/experiments/1?searchFilter=metrics.auc%20%3E%201&orderByKey=x',
      '/experiments/1?filter=metrics.auc+%3E+1',
    ],
    ['#/experiments/1/chat-sessions', '/experiments/1/sessions'],
    ['#/experiments/1/chat-sessions/a%20b', '/experiments/1/sessions?session=a+b'],
    ['#/experiments/1/chat-sessions/50%', '/experiments/1/sessions?session=50%25'],
    ['#/experiments/1/models', '/experiments/1/models'],
    ['#/experiments/1/models/m-0a', '/experiments/1/models/m-0a'],
    ['#/experiments/1/evaluation-runs?selectedRunUuid=abc', '/experiments/1/runs/abc'],
    ['#/experiments/1/evaluation-runs', '/experiments/1'],
    ['#/experiments/1/judges', '/experiments/1/evaluation'],
    ['#/experiments/1/datasets?selectedDatasetId=d-1', '/experiments/1/evaluation'],
    ['#/experiments/1/prompts', '/prompts'],
    ['#/experiments/1/prompts/greet', '/prompts/greet'],
    ['#/experiments', '/experiments'],
    ['#/models', '/models'],
    ['#/models/late%20flights', '/models/late%20flights'],
    ['#/models/late/versions/3', '/models/late/versions/3'],
    ['#/prompts/greet', '/prompts/greet'],
    ['#/compare-runs?runs=%5B%22a%22,%22b%22%5D&experiments=%5B%221%22%5D', '/compare?runs=a%2Cb'],
    ['#/metric?runs=["a"]&metric="loss"', '/compare?runs=a&tab=curves&curves=loss'],
    [
      '#/compare-model-versions?name=%22late%2520flights%22&runs=%7B%22a%22%3A%222%22,%22b%22%3A%221%22%7D',
      '/models/late%20flights/compare?from=1&to=2',
    ],
    ['#/settings/webhooks', '/webhooks'],
    ['#/', '/experiments'],
  ]) {
    assert.equal(fromMlflowLink(hash as string), path, hash);
  }
});

test('fromMlflowLink leaves every other fragment alone, and reads nonsense as no runs', () => {
  for (const hash of ['', '#', '#content', '#x/y']) assert.equal(fromMlflowLink(hash), undefined);
  assert.equal(fromMlflowLink('#/compare-runs?runs=[oops'), '/compare');
});
