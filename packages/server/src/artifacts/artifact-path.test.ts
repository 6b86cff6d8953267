import assert from 'node:assert/strict';
import { test } from 'node:test';
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
  ])
    assert.equal(checkArtifactPath(path), path);
  assert.equal(checkArtifactPath('folder/'), 'folder');
});

test('checkArtifactPath refuses every way out, however it is encoded', () => {
  for (const path of [
    '..',
    '../x',
    'a/../b',
    'a/..',
    './a',
    '/etc/passwd',
    '//x',
    'a//b',
    '/',
    'a\\..\\b',
    'C:/x',
    'file:/etc',
    'FILE:///etc',
    'a#b',
    'a\0',
    'a\nb',
    '%2e%2e/x',
    '%252e%252e%252fx',
    '%2Fetc',
    'a%00',
    'a%5c..',
    'a/%2e%2e',
    '%c0%ae%c0%ae/%2e%2e',
    'x'.repeat(256),
    Array(300).fill('abcdefgh').join('/'),
  ]) {
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
