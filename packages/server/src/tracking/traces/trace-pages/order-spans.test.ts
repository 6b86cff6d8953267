import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderSpans } from './order-spans.ts';

/** `child<parent`, space between. */
function order(text: string): string {
  const nodes = text.split(' ').map((each) => {
    const [spanId = '', parentSpanId = null] = each.split('<');
    return { spanId, parentSpanId };
  });
  const { places, parents } = orderSpans(nodes);
  return places
    .map((place, at) => {
      const parent = places[parents[at] ?? -1];
      return nodes[place]?.spanId + (parent === undefined ? '' : `<${nodes[parent]?.spanId}`);
    })
    .join(' ');
}

test('orderSpans puts children behind their parent, siblings as they come', () => {
  assert.equal(order('a b<a c<a d<b e<c'), 'a b<a d<b c<a e<c');
  assert.equal(order('c<a b<a a'), 'a c<a b<a');
});

test('orderSpans takes a span whose parent is not here as a root', () => {
  assert.equal(order('a b<x c<b'), 'a b c<b');
});

test('orderSpans shows every span of a circle once', () => {
  assert.equal(order('r a<b b<a c<b'), 'r a b<a c<b');
  assert.equal(order('a<a b<a'), 'a b<a');
});

test('orderSpans goes down 100 000 levels', () => {
  const nodes = Array.from({ length: 100_000 }, (_, index) => ({
    spanId: String(index),
    parentSpanId: index === 0 ? null : String(index - 1),
  }));
  assert.equal(orderSpans(nodes).parents.at(-1), 99_998);
});
