import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSlots } from './slots.ts';

test('slots run at most so many at once, in the order they came, also after one that failed', async () => {
  const slots = createSlots(2);
  const began: number[] = [];
  let running = 0;
  let most = 0;
  const finish: (() => void)[] = [];
  const all = [0, 1, 2, 3, 4].map((index) =>
    slots.run(async () => {
      began.push(index);
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => finish.push(resolve));
      running--;
      if (index === 1) throw new Error('one that fails');
      return index;
    }),
  );
  const results = Promise.allSettled(all);
  for (let ended = 0; ended < 5; ended++) {
    while (finish.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(running <= 2);
    finish.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(
    (await results).map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
  );
  assert.deepEqual(began, [0, 1, 2, 3, 4]);
  assert.equal(most, 2);
});
