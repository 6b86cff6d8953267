import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOrderTerm } from './parse-order.ts';

test('parseOrderTerm reads a key and its direction, ascending by default', () => {
  for (const [source, entity, key, descending] of [
    ['metrics.acc DESC', 'metrics', 'acc', true],
    ['start_time', undefined, 'start_time', false],
    ['tag.`a b` asc', 'tag', 'a b', false],
    ['params."x.y" desc', 'params', 'x.y', true],
    ['`Run Name`', undefined, 'Run Name', false],
    ['"metrics.acc" DESC', 'metrics', 'acc', true],
    ['timestamp DESC', undefined, 'timestamp', true],
  ] as const) {
    assert.deepEqual(parseOrderTerm(source), { entity, key, descending, source });
  }
});

test('parseOrderTerm refuses anything else', () => {
  for (const source of ['', 'name up', 'name ASC, b', 'name ASC DESC', "'name'", 'a b c', '; DROP', '1']) {
    assert.throws(() => parseOrderTerm(source), { code: 'ORDER_INVALID' }, source);
  }
});
