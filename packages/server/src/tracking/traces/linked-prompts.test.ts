import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toLinkedText } from './linked-prompts.ts';

test("toLinkedText writes as Python's json.dumps", () => {
  assert.equal(toLinkedText('greet', '2'), '"name": "greet", "version": "2"');
  assert.equal(
    toLinkedText('"größe" 🙂', '1'),
    '"name": "\\"gr\\u00f6\\u00dfe\\" \\ud83d\\ude42", "version": "1"',
  );
});
