import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPreviewKind } from './preview-kind.ts';

test('findPreviewKind goes by the name, and takes what every object has for no extension', () => {
  assert.equal(findPreviewKind('model/MLmodel'), 'mlmodel');
  assert.equal(findPreviewKind('a.b/rows.CSV'), findPreviewKind('x.csv'));
  for (const path of ['x.constructor', 'x.__proto__', 'x.', 'x'])
    assert.equal(findPreviewKind(path), 'text', path);
});
