import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flightSpec } from '../releases/fixtures/local-services.ts';
import { decideWithoutCounts, lookAtCanary } from './analyse-canary.ts';
import { countsOf } from './fixtures/cohort-counts.ts';
import { planRollout } from './rollout-plan.ts';
import type { RolloutRow } from './rollout-tables.ts';

const enteredAt = new Date('2026-01-01T00:00:00Z');
const after = (seconds: number) => new Date(enteredAt.getTime() + seconds * 1000);

function inStep(stepIndex: number, overrides: Partial<RolloutRow> = {}): RolloutRow {
  const step = { enteredAt: enteredAt.toISOString(), leftAt: null };
  return {
    plan: planRollout(flightSpec(), 'sha256:spec'),
    step_index: stepIndex,
    steps: [
      { weight: 5, ...step, requestsBefore: 0 },
      { weight: 25, ...step, requestsBefore: 2000 },
    ],
    ...overrides,
  } as RolloutRow;
}

const good = countsOf(3000, { labels: 3000 });
const pair = (canary = good, control = good) => ({ canary, control });

test('lookAtCanary advances, then promotes, a canary that is proven not worse', () => {
  assert.deepEqual(lookAtCanary(inStep(0), pair(), after(1)).decision, {
    kind: 'advance',
    stepIndex: 1,
    weightPercent: 25,
    reason: "Proven not worse than its margin on 'errors', 'brier'",
  });
  assert.equal(lookAtCanary(inStep(1), pair(), after(1)).decision.kind, 'promote');
});

test('lookAtCanary leaves no step without traffic in it, however good the proof', () => {
  const stepped = inStep(1);
  const [first, second] = stepped.steps;
  assert.ok(first && second);
  const row = { ...stepped, steps: [first, { ...second, requestsBefore: 2960 }] };
  const { decision } = lookAtCanary(row, pair(), after(1));
  assert.equal(decision.kind, 'hold');
  assert.match(decision.reason, /answered 40 of the 50 requests/);
});

test('lookAtCanary rolls back on late labels alone, with good errors', () => {
  const bad = countsOf(3000, { labels: 3000, brier: 0.2 });
  const { judgement, decision } = lookAtCanary(inStep(0), pair(bad), after(1));
  assert.equal(judgement.verdict, 'worse');
  assert.deepEqual(
    judgement.perMetric.map(({ name, verdict }) => [name, verdict]),
    [
      ['errors', 'notWorse'],
      ['brier', 'worse'],
    ],
  );
  assert.equal(decision.kind, 'rollBack');
});

test('lookAtCanary holds while labels are missing, and without traffic never promotes', () => {
  const unlabelled = countsOf(3000);
  assert.equal(lookAtCanary(inStep(0), pair(unlabelled, unlabelled), after(1)).decision.kind, 'hold');
  const plan = { ...inStep(0).plan, onTimeLimit: 'promote' as const, timeLimitSeconds: 60 };
  const none = countsOf(0);
  assert.equal(lookAtCanary(inStep(0, { plan }), pair(none, none), after(3600)).decision.kind, 'hold');
  assert.equal(
    lookAtCanary(inStep(0, { plan }), pair(unlabelled, unlabelled), after(61)).decision.kind,
    'advance',
  );
});

test('decideWithoutCounts holds until the time limit and then only rolls back', () => {
  const plan = { ...inStep(0).plan, timeLimitSeconds: 60 };
  const at = (onTimeLimit: 'promote' | 'rollBack', seconds: number) =>
    decideWithoutCounts(inStep(0, { plan: { ...plan, onTimeLimit } }), 'no database', after(seconds)).kind;
  assert.deepEqual([at('rollBack', 1), at('rollBack', 61), at('promote', 61)], ['hold', 'rollBack', 'hold']);
});
