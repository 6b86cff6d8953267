import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type DiffRow, diffTexts } from './diff-texts.ts';

const textOf = (rows: readonly DiffRow[], side: 'before' | 'after') =>
  rows
    .map((row) => row[side])
    .filter((line) => line !== undefined)
    .map(({ pieces }) => pieces.map(({ text }) => text).join(''))
    .join('\n');

test('diffTexts marks the words that changed within a line', () => {
  const rows = diffTexts('Hello {{name}}!\nBye.', 'Good day {{name}}!\nBye.');
  assert.deepEqual(
    rows.map(({ kind }) => kind),
    ['changed', 'same'],
  );
  assert.deepEqual(rows[0]?.before?.pieces, [
    { text: 'Hello', isChanged: true },
    { text: ' {{name}}!', isChanged: false },
  ]);
});

test('diffTexts numbers the lines of each side on its own', () => {
  const rows = diffTexts('a\nb\nc', 'a\nnew\nother\nb\nc');
  assert.deepEqual(
    rows.map(({ kind, before, after }) => [kind, before?.number, after?.number]),
    [
      ['same', 1, 1],
      ['added', undefined, 2],
      ['added', undefined, 3],
      ['same', 2, 4],
      ['same', 3, 5],
    ],
  );
});

test('diffTexts loses nothing of either side, whatever the texts are', () => {
  const text = fc.array(fc.constantFrom('a', 'b ', '\n', '{{x}}', ' ', 'ü')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const rows = diffTexts(before, after);
      assert.equal(textOf(rows, 'before'), before);
      assert.equal(textOf(rows, 'after'), after);
      const isSame = rows.every(({ kind }) => kind === 'same');
      assert.equal(isSame, before === after);
    }),
  );
});
