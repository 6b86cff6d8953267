import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeEach } from './change-each.ts';

test('changeEach goes on after a failure, and tells each with its reason', async () => {
  const ids = Array.from({ length: 20 }, (_, at) => `run ${at}`);
  const changed: string[] = [];
  const failed = await changeEach(ids, async (id) => {
    if (id === 'run 0' || id === 'run 13') throw new Error(`${id} is gone`);
    changed.push(id);
  });
  assert.deepEqual(failed, [
    { id: 'run 0', reason: 'run 0 is gone' },
    { id: 'run 13', reason: 'run 13 is gone' },
  ]);
  assert.equal(changed.length, 18);
  assert.deepEqual(await changeEach([], () => Promise.reject(new Error('never'))), []);
});
