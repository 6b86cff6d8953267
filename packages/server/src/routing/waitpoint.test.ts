import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createWaitpoint } from './waitpoint.ts';

const forEver = 60_000;

test('createWaitpoint wakes all who wait, and nobody again', async () => {
  const point = createWaitpoint();
  const waits = [point.waitAfter(0, forEver), point.waitAfter(0, forEver)];
  point.wake();
  await Promise.all(waits);
  let isAwake = false;
  const next = point.waitAfter(point.count, forEver).then(() => {
    isAwake = true;
  });
  await setImmediate();
  assert.equal(isAwake, false);
  point.wake();
  await next;
});

test('createWaitpoint does not miss what happened between the look and the wait', async () => {
  const point = createWaitpoint();
  const seen = point.count;
  point.wake();
  await point.waitAfter(seen, forEver);
});

test('createWaitpoint ends a wait by its time', async () => {
  const point = createWaitpoint();
  await point.waitAfter(point.count, 1);
  assert.equal(point.count, 0);
});
