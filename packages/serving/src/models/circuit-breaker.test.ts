import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCircuitBreaker } from './circuit-breaker.ts';

function createOpenBreaker() {
  let nowMs = 0;
  const breaker = createCircuitBreaker(() => nowMs);
  for (let call = 0; call < 5; call++) {
    assert.ok(breaker.tryPass());
    breaker.fail();
  }
  return {
    breaker,
    wait: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('createCircuitBreaker opens after five failures in a row, not after five in all', () => {
  const breaker = createCircuitBreaker(() => 0);
  for (let call = 0; call < 20; call++) {
    assert.ok(breaker.tryPass());
    if (call % 5 === 4) breaker.succeed();
    else breaker.fail();
  }
  assert.equal(breaker.isOpen, false);
  assert.equal(createOpenBreaker().breaker.tryPass(), false);
});

test('createCircuitBreaker lets one try after the rest, and closes on its success', () => {
  const { breaker, wait } = createOpenBreaker();
  wait(4_999);
  assert.equal(breaker.tryPass(), false);
  wait(1);
  assert.equal(breaker.tryPass(), true);
  assert.equal(breaker.tryPass(), false, 'one at a time');
  breaker.succeed();
  assert.equal(breaker.isOpen, false);
  assert.ok(breaker.tryPass() && breaker.tryPass());
});

test('createCircuitBreaker rests again when the try fails, and tries again when it told nothing', () => {
  const { breaker, wait } = createOpenBreaker();
  wait(5_000);
  assert.ok(breaker.tryPass());
  breaker.fail();
  assert.equal(breaker.tryPass(), false);
  wait(5_000);
  assert.ok(breaker.tryPass());
  breaker.abandon();
  assert.ok(breaker.tryPass(), 'the next may try at once');
});
