import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideRecord } from './decide-record.ts';

const cases = [
  ['created', 'a', undefined, undefined, 'new on both sides'],
  ['kept', 'a', undefined, 'a', 'deleted here since'],
  ['kept', 'b', undefined, 'a', 'deleted here, changed there'],
  ['unchanged', 'a', 'a', undefined, 'the same by other means'],
  ['unchanged', 'b', 'b', 'a', 'changed alike on both sides'],
  ['conflict', 'a', 'x', undefined, 'another thing of that name'],
  ['kept', 'a', 'x', 'a', 'changed here since'],
  ['updated', 'b', 'a', 'a', 'changed there since'],
  ['conflict', 'b', 'x', 'a', 'changed on both sides'],
] as const;

for (const [state, incoming, current, imported, what] of cases) {
  test(`decideRecord: ${what} is ${state}`, () => {
    assert.equal(decideRecord({ incoming, current, imported }), state);
  });
}
