import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeNpmi } from './npmi.ts';

// Numbers of mlflow.store.analytics.trace_correlation.calculate_npmi_from_counts (3.17.2).
test('computeNpmi matches mlflow calculate_npmi_from_counts', () => {
  const close = (actual: number, expected: number) =>
    assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);
  close(computeNpmi({ both: 10, first: 20, second: 15, total: 100 }, 0), 0.5228787452803378);
  close(computeNpmi({ both: 10, first: 20, second: 15, total: 100 }, 0.5), 0.5098689991831412);
  close(computeNpmi({ both: 0, first: 5, second: 7, total: 20 }, 0.5), -0.3893318994650952);
  assert.equal(computeNpmi({ both: 0, first: 5, second: 7, total: 20 }, 0), -1);
  assert.equal(computeNpmi({ both: 4, first: 4, second: 4, total: 4 }, 0.5), 1);
  assert.ok(Number.isNaN(computeNpmi({ both: 0, first: 0, second: 7, total: 20 }, 0.5)));
  assert.ok(Number.isNaN(computeNpmi({ both: 0, first: 0, second: 0, total: 0 }, 0)));
});
