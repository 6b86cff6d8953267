import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toPreviewWords } from './preview-words.ts';

test('toPreviewWords takes what was said last out of a conversation, also where its end is missing', () => {
  const whole = JSON.stringify({
    messages: [{ role: 'system', content: 'Be kind' }, { content: 'He said "hi"\n🙂' }],
  });
  assert.equal(toPreviewWords(whole), 'He said "hi"\n🙂');
  assert.equal(toPreviewWords('{"messages": [{"role": "user", "content": "Is my fli…'), 'Is my fli…');
  for (const other of [
    'Is it late?',
    '{"question": "late?"}',
    '{"content": ""}',
    '{"content": "\\u12',
    '"content": "x"',
    '',
  ])
    assert.equal(toPreviewWords(other), other);
});
