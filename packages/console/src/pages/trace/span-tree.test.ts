import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCriticalPath } from './critical-path.ts';
import { foldAtFirst, listRows, type SpanTree, toSpanTree } from './span-tree.ts';

/** Spans by parent's place, start and end. */
function tree(...spans: readonly (readonly [number, number, number])[]): SpanTree {
  return toSpanTree({
    startedNs: '0',
    names: ['a'],
    types: ['T'],
    ids: spans.map((_, place) => String(place)),
    parents: spans.map(([parent]) => parent),
    name: spans.map(() => 0),
    type: spans.map(() => 0),
    starts: spans.map(([, start]) => start),
    durations: spans.map(([, start, end]) => end - start),
    open: [],
    failed: [],
    tokens: [],
  });
}

const family = tree([-1, 0, 100], [0, 10, 40], [1, 10, 20], [0, 30, 70], [0, 90, 130]);

test('toSpanTree knows depth, what lies below, and the time that no child explains', () => {
  assert.deepEqual([...family.depths], [0, 1, 2, 1, 1]);
  assert.deepEqual([...family.ends], [5, 3, 3, 4, 5]);
  // 100 less 10–40, 40–70 and 90–100: overlaps count once, what outlives the parent not at all.
  assert.deepEqual([...family.selfNs], [30, 20, 10, 40, 40]);
  assert.equal(family.wholeNs, 130);
});

test('listRows leaves out what is folded, and keeps the way to what is found', () => {
  assert.deepEqual(listRows(family, new Set(), undefined), [0, 1, 2, 3, 4]);
  assert.deepEqual(listRows(family, new Set([1]), undefined), [0, 1, 3, 4]);
  assert.deepEqual(listRows(family, new Set(), new Set([2])), [0, 1, 2]);
});

test('findCriticalPath takes of overlapping spans the one that ended last', () => {
  assert.deepEqual([...findCriticalPath(family)], [1, 0, 0, 1, 1]);
  assert.deepEqual(
    [...findCriticalPath(tree([-1, 0, 10], [0, 0, 4], [1, 1, 3], [0, 4, 9], [0, 5, 8]))],
    [1, 1, 1, 1, 0],
  );
});

test('foldAtFirst shows a large trace as an outline, with the way to the chosen span', () => {
  const wide = tree(
    [-1, 0, 1000],
    ...Array.from({ length: 600 }, (_, place) => [place % 2 ? place : 0, 0, 1] as const),
  );
  assert.equal(listRows(wide, foldAtFirst(wide, undefined), undefined).length, 301);
  assert.equal(listRows(wide, foldAtFirst(wide, 2), undefined).length, 302);
  assert.equal(foldAtFirst(family, undefined).size, 0);
});
