import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findUnkeptText } from './find-unkept-text.ts';

test('findUnkeptText names where the text is', () => {
  assert.equal(findUnkeptText({ a: [{ b: 'x\0' }] }), '/a/0/b');
  assert.equal(findUnkeptText({ a: { '\ud800': 1 } }), '/a');
  assert.equal(findUnkeptText('\udfff'), '');
});

test('findUnkeptText lets every other text pass', () => {
  assert.equal(findUnkeptText({ a: ['🦆', '', '\u0001', '\ufffd'], b: null, c: 1 }), undefined);
});
