import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareRows } from './compare-rows.ts';

test('compareRows tells what is the same, what changed and what only one side has', () => {
  const rows = compareRows({ b: '1', a: 'x', gone: '0' }, { a: 'x', b: '2', new: '3' });
  assert.deepEqual(rows, [
    { name: 'a', from: 'x', to: 'x', isSame: true },
    { name: 'b', from: '1', to: '2', isSame: false },
    { name: 'gone', from: '0', to: undefined, isSame: false },
    { name: 'new', from: undefined, to: '3', isSame: false },
  ]);
});

test('compareRows reads own names only', () => {
  assert.equal(compareRows({}, { constructor: 'x' } as Record<string, string>)[0]?.from, undefined);
});
