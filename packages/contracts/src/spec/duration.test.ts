import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationSeconds } from './duration.ts';

test('durationSeconds reads each unit', () => {
  assert.deepEqual(['45s', '30m', '2h', '7d'].map(durationSeconds), [45, 1800, 7200, 604_800]);
});

test('durationSeconds refuses what is no duration', () => {
  for (const text of ['', '0s', '1.5h', '10', 'h', '1w', '1h30m'])
    assert.throws(() => durationSeconds(text), RangeError);
});
