import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ComparedRun } from '@dividend/contracts/api';
import { type CompareRow, readNumbers, toCompareRows } from './compare-rows.ts';

const run = (values: ComparedRun['values']) => ({ values }) as ComparedRun;

test('toCompareRows lists params, metrics and tags over all runs, and marks what differs or is missing', () => {
  const rows = toCompareRows([
    run({ 'metrics.auc': 0.7, 'params.p10': 'a', 'params.p2': 'x', 'tags.mlflow.runName': 'one' }),
    run({ 'metrics.auc': 0.7, 'params.p10': 'b', 'tags.mlflow.runName': 'two' }),
  ]);
  assert.deepEqual(
    rows.map(({ name, isDifferent, values }) => [name, isDifferent, ...values]),
    [
      ['params.p2', true, 'x', undefined],
      ['params.p10', true, 'a', 'b'],
      ['metrics.auc', false, 0.7, 0.7],
    ],
  );
});

test('readNumbers takes a param for a number only where all of it are', () => {
  const of = (...values: (string | number | undefined)[]) => readNumbers({ values } as unknown as CompareRow);
  assert.deepEqual(of('1e-3', '2', undefined), [0.001, 2, null]);
  assert.deepEqual(of(0.5, 'NaN'), [0.5, null]);
  assert.equal(of('1', 'tree'), undefined);
  assert.equal(of(undefined, 'NaN'), undefined);
});
