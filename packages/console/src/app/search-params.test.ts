import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSearch, pickSearch, stringifySearch } from './search-params.ts';

test('parseSearch keeps numbers and words of JSON as the words they are', () => {
  assert.deepEqual(parseSearch('?version=3&type=rollout.&flag=true&none='), {
    version: '3',
    type: 'rollout.',
    flag: 'true',
  });
});

test('stringifySearch writes what parseSearch reads, and nothing for what is not set', () => {
  assert.equal(
    stringifySearch({ version: '3', column: 'a b&c', none: undefined, empty: '' }),
    '?version=3&column=a+b%26c',
  );
  assert.deepEqual(parseSearch(stringifySearch({ column: 'a b&c' })), { column: 'a b&c' });
  assert.equal(stringifySearch({}), '');
});

test('pickSearch leaves out what a page does not know', () => {
  assert.deepEqual(pickSearch('model', 'type')({ model: 'm', other: 'x', type: 7 }), { model: 'm' });
});
