import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRolloutSteps, type RolloutStep } from './rollout-steps.ts';

function step(weightPercent: number, minSeconds?: number): RolloutStep {
  return { weightPercent, ...(minSeconds === undefined ? {} : { minSeconds }) };
}

test('checkRolloutSteps accepts growing weights up to half', () => {
  assert.deepEqual(checkRolloutSteps([step(5), step(5), step(25), step(50)]), []);
  assert.deepEqual(checkRolloutSteps([]), []);
});

test('checkRolloutSteps names step, field, expected and got', () => {
  assert.deepEqual(checkRolloutSteps([step(5), step(2), step(60), step(0)]), [
    { stepIndex: 1, field: 'weightPercent', message: 'expected at least 5 as in the step before, got 2' },
    { stepIndex: 2, field: 'weightPercent', message: 'expected 0.01 to 50, got 60' },
    { stepIndex: 3, field: 'weightPercent', message: 'expected 0.01 to 50, got 0' },
  ]);
  assert.deepEqual(checkRolloutSteps([step(5, -1), step(5, 90), step(5, Number.NaN)]), [
    { stepIndex: 0, field: 'minSeconds', message: 'expected 0 or more, got -1' },
    { stepIndex: 2, field: 'minSeconds', message: 'expected 0 or more, got NaN' },
  ]);
});
