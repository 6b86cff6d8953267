import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRunView, toRunSearch } from './run-table-params.ts';

test('readRunView and toRunSearch are each other’s reverse, and what is usual stands in no address', () => {
  assert.deepEqual(toRunSearch(readRunView({})), {});
  const search = {
    filter: "metrics.auc > 0.7 OR params.a = 'x'",
    order: '-metrics.val/auc',
    columns: 'params.a b,metrics.val/auc',
    pinned: 'metrics.val/auc',
    stage: 'deleted',
    group: 'params.model,attributes.status',
    view: 'flat',
  };
  assert.deepEqual(toRunSearch(readRunView(search)), search);
  assert.deepEqual(readRunView(search).order, { column: 'metrics.val/auc', isDescending: true });
});

test('readRunView tells no column from the usual ones', () => {
  assert.equal(readRunView({}).columns, undefined);
  assert.deepEqual(readRunView({ columns: 'none' }).columns, []);
  assert.deepEqual(toRunSearch({ ...readRunView({}), columns: [] }), { columns: 'none' });
});
