import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePageToken, encodePageToken } from './page-token.ts';

test('decodePageToken gives back what a token was made of', () => {
  const values = [1, null, 'ü', -0.1, Number.MAX_VALUE];
  const token = encodePageToken('runs', values);
  assert.match(token, /^[\w-]+$/);
  assert.deepEqual(decodePageToken('runs', token, ['number', 'text', 'text', 'number', 'number']), values);
});

test('decodePageToken refuses garbage, other questions and values of another type', () => {
  const token = encodePageToken('runs', [1]);
  const invalid = { code: 'PAGE_TOKEN_INVALID', kind: 'invalid_argument' };
  for (const text of [
    'garbage',
    '',
    'eyJvZmZzZXQiOiAxMH0=',
    Buffer.from('{"offset":1}').toString('base64'),
  ]) {
    assert.throws(() => decodePageToken('runs', text, ['number']), invalid, text);
  }
  assert.throws(() => decodePageToken('models', token, ['number']), invalid);
  assert.throws(() => decodePageToken('runs', token, ['text']), invalid);
  assert.throws(() => decodePageToken('runs', token, ['number', 'number']), invalid);
  assert.throws(() => decodePageToken('runs', encodePageToken('runs', ['a\0']), ['text']), invalid);
});
