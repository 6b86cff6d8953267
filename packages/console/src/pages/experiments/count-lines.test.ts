import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunRow } from '@dividend/contracts/api';
import { countLines } from './count-lines.ts';
import type { RunItem } from './run-items.ts';

const run = (depth: number, children: number): RunItem => ({
  kind: 'run',
  key: `${depth} ${children}`,
  row: { children } as RunRow,
  depth,
  isOpen: false,
});

test('countLines tells nested runs apart from those that stand for themselves, folded or not', () => {
  const whole = { isWhole: true, all: 18 };
  const folded = [...Array.from({ length: 15 }, () => run(0, 0)), run(0, 2)];
  assert.equal(countLines(folded, whole), '16 runs and 2 nested below');
  assert.equal(countLines([...folded, run(1, 0), run(1, 0)], whole), '16 runs and 2 nested below');
  assert.equal(countLines([run(0, 2)], { isWhole: true, all: 5 }), '1 run and 4 nested below');
  assert.equal(
    countLines([run(0, 2)], { isWhole: true, all: undefined }),
    '1 run and 2 nested directly below',
  );
  assert.equal(countLines([run(0, 0), run(0, 0)], { isWhole: true, all: 2 }), '2 runs, all there are');
  assert.equal(countLines(folded, { isWhole: false, all: 1800 }), '16 runs read, more as you scroll');
});
