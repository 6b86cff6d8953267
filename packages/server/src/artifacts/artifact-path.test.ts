import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostilePaths } from '../fixtures/hostile-paths.ts';
import { checkArtifactPath, isArtifactUri, toStorePath } from './artifact-path.ts';

test('checkArtifactPath takes relative paths as they are', () => {
  for (const path of [
    '',
    'a',
    'a/b.txt',
    '1/abc/artifacts/model/MLmodel',
    'ünï code/x',
    '100%',
    'a..b',
    '...',
    'a%20b',
    'Plan ＃1／2…',
    '½ of it',
  ])
    assert.equal(checkArtifactPath(path), path);
  assert.equal(checkArtifactPath('folder/'), 'folder');
});

test('checkArtifactPath refuses every way out, however it is encoded', () => {
  for (const path of hostilePaths) {
    assert.throws(() => checkArtifactPath(path), { code: 'ARTIFACT_PATH_INVALID' }, path.slice(0, 50));
  }
});

test('toStorePath joins a root, as URI or path, with what is below it', () => {
  assert.equal(toStorePath('mlflow-artifacts:/1/r/artifacts', 'model/x'), '1/r/artifacts/model/x');
  assert.equal(toStorePath('1/r', ''), '1/r');
  assert.equal(toStorePath('', 'a'), 'a');
  for (const root of ['mlflow-artifacts://host/1', 'mlflow-artifacts:/../1', 'file:/x', 's3://bucket/x']) {
    assert.throws(() => toStorePath(root, 'a'), { code: 'ARTIFACT_PATH_INVALID' }, root);
  }
  assert.ok(isArtifactUri('mlflow-artifacts:/1'));
  assert.ok(!isArtifactUri('mlflow-artifacts://host/1') && !isArtifactUri('s3://x'));
});
