import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePath } from './parse-path.ts';

test('parsePath tells the addresses of the protocol apart', () => {
  assert.deepEqual(parsePath('/v2/'), { kind: 'server' });
  assert.deepEqual(parsePath('/metrics?x=1'), { kind: 'metrics' });
  assert.deepEqual(parsePath('/v2/models/a'), { kind: 'model', model: 'a', version: undefined });
  assert.deepEqual(parsePath('/v2/models/a%40staging/infer'), {
    kind: 'infer',
    model: 'a@staging',
    version: undefined,
  });
  assert.deepEqual(parsePath('/v2/models/a/versions/7/ready/'), {
    kind: 'modelReady',
    model: 'a',
    version: '7',
  });
  assert.deepEqual(parsePath('/v2/models/a/versions/7'), { kind: 'model', model: 'a', version: '7' });
});

test('parsePath finds nothing at other addresses', () => {
  for (const url of [
    '/',
    '',
    '//',
    '/v2/models',
    '/v2/models/',
    '/v2/models/a/b',
    '/v2/models/%zz',
    '/v3',
    '/toString',
    'x',
  ]) {
    assert.equal(parsePath(url), undefined, url);
  }
});
