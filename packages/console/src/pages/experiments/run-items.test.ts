import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunGroup, RunRow } from '@dividend/contracts/api';
import { childFilter, groupFilter, listGroups, listRuns, type ReadBelow } from './run-items.ts';

const row = (runId: string, children = 0) => ({ runId, children, values: {} }) as unknown as RunRow;
const group = (...values: (string | null)[]) => ({ values, runs: 2 }) as unknown as RunGroup;
const below =
  (map: Record<string, readonly RunRow[]>): ReadBelow =>
  (key) =>
    map[key] && { rows: map[key], isWhole: key !== 'long', filter: 'rest' };
const show = (items: ReturnType<typeof listRuns>) =>
  items.map((item) => (item.kind === 'note' ? item.text : `${'depth' in item ? item.depth : ''}${item.key}`));

test('listRuns folds out what is open, at any depth, and says what is not read yet', () => {
  const rows = [row('a', 2), row('b', 1), row('c')];
  assert.deepEqual(show(listRuns(rows, new Set(), () => undefined)), ['0a', '0b', '0c']);
  const read = below({ a: [row('a1', 1), row('a2')], a1: [row('deep')] });
  assert.deepEqual(show(listRuns(rows, new Set(['a', 'a1', 'b', 'c']), read)), [
    '0a',
    '1a1',
    '2deep',
    '1a2',
    '0b',
    'Reading …',
    '0c',
  ]);
});

test('listRuns offers the filter for what is too long to fold out', () => {
  const items = listRuns([row('long', 900)], new Set(['long']), below({ long: [row('x')] }));
  assert.deepEqual(items.at(-1), {
    kind: 'note',
    key: 'long more',
    depth: 1,
    text: 'The first 1 are shown.',
    filter: 'rest',
  });
});

test('listGroups puts the runs of an open group below it', () => {
  const items = listGroups(
    [group('tree'), group(null)],
    new Set(['["tree"]']),
    below({ '["tree"]': [row('a')] }),
  );
  assert.deepEqual(show(items), ['["tree"]', '1a', '[null]']);
});

test('groupFilter and childFilter find what is below, beside any filter', () => {
  assert.equal(
    groupFilter("metrics.a > 1 OR params.b = 'x'", ['params.model', 'tags.my tag'], group("it's", null)),
    "(metrics.a > 1 OR params.b = 'x') AND params.model = 'it''s' AND tags.`my tag` IS NULL",
  );
  assert.equal(childFilter('', 'abc'), "tags.`mlflow.parentRunId` = 'abc'");
});
