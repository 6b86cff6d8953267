import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listBinPositions } from './bin-positions.ts';

test('listBinPositions takes the middles, and the outer edges for the open bins', () => {
  assert.deepEqual(listBinPositions([0, 10, 30]), [0, 5, 20, 30]);
  assert.deepEqual(listBinPositions([]), [0]);
});
