import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialAlarmState } from './advance-alarm.ts';
import type { PerformanceEstimate } from './estimate-performance.ts';
import { decidePerformanceTrigger, type PerformanceTrigger } from './performance-trigger.ts';

const reference: PerformanceEstimate = {
  measure: 'brier',
  value: 0.15,
  standardError: 0.001,
  bias: 0,
  n: 50_000,
};
const trigger: PerformanceTrigger = {
  fall: { kind: 'absolute', amount: 0.01 },
  hysteresis: { raiseAfter: { count: 2, outOf: 2 }, clearAfter: 2 },
};

function brier(value: number, standardError = 0.002, n = 4000): PerformanceEstimate {
  return { measure: 'brier', value, standardError, bias: 0, n };
}

/** Kinds of decision for windows in order. */
function run(
  windows: readonly (PerformanceEstimate | undefined)[],
  t = trigger,
  ref = reference,
): readonly string[] {
  let state = initialAlarmState;
  return windows.map((window) => {
    const decision = decidePerformanceTrigger(state, ref, window, t);
    state = decision.state;
    return decision.kind;
  });
}

test('decidePerformanceTrigger fires once the fall is confirmed, and only once', () => {
  assert.deepEqual(run([brier(0.151), brier(0.165), brier(0.17), brier(0.17), brier(0.18)]), [
    'hold',
    'hold',
    'fire',
    'hold',
    'hold',
  ]);
});

test('decidePerformanceTrigger arms again after performance has recovered', () => {
  const good = brier(0.15);
  const bad = brier(0.17);
  assert.deepEqual(run([bad, bad, good, good, bad, bad]), ['hold', 'fire', 'hold', 'hold', 'hold', 'fire']);
});

test('decidePerformanceTrigger holds on an odd window and on a fall below the stated amount', () => {
  assert.deepEqual(run([brier(0.17), brier(0.15), brier(0.17), brier(0.15)]), [
    'hold',
    'hold',
    'hold',
    'hold',
  ]);
  assert.deepEqual(run([brier(0.1599), brier(0.1599), brier(0.1599)]), ['hold', 'hold', 'hold']);
});

test('decidePerformanceTrigger does not take chance for a fall', () => {
  const noisy = brier(0.17, 0.01, 600);
  const decision = decidePerformanceTrigger(initialAlarmState, reference, noisy, trigger);
  assert.equal(decision.kind, 'hold');
  assert.match(decision.reason, /chance alone could do that/);
  // 0.02 - scipy.stats.norm.ppf(0.99) * hypot(0.01, 0.001)
  const lower = 0.02 - 2.3263478740408408 * Math.hypot(0.01, 0.001);
  assert.ok(Math.abs((decision.evidence?.worseningLower ?? 0) - lower) < 1e-9);
  assert.deepEqual(run([noisy, noisy, noisy]), ['hold', 'hold', 'hold']);
});

test('decidePerformanceTrigger waits for labels', () => {
  const few = decidePerformanceTrigger(initialAlarmState, reference, brier(0.3, 0.002, 499), trigger);
  assert.equal(few.kind, 'insufficientData');
  assert.equal(few.reason, 'Window has 499 labels of the 500 needed');
  assert.equal(few.evidence, null);
  assert.equal(few.state, initialAlarmState);
  assert.deepEqual(run([brier(0.17), undefined, brier(0.17)]), ['hold', 'insufficientData', 'fire']);
});

test('decidePerformanceTrigger reads the direction of the measure and a relative fall', () => {
  const auc = (value: number): PerformanceEstimate => ({
    measure: 'auc',
    value,
    standardError: 0.002,
    bias: 0,
    n: 4000,
  });
  const relative: PerformanceTrigger = { ...trigger, fall: { kind: 'relative', amount: 0.02 } };
  assert.deepEqual(run([auc(0.79), auc(0.79)], relative, auc(0.8)), ['hold', 'hold']);
  assert.deepEqual(run([auc(0.78), auc(0.78)], relative, auc(0.8)), ['hold', 'fire']);
  assert.deepEqual(run([auc(0.9), auc(0.9)], relative, auc(0.8)), ['hold', 'hold']);
});

test('decidePerformanceTrigger takes out what sampling adds to a calibration error', () => {
  const ece = (value: number, bias: number): PerformanceEstimate => ({
    measure: 'ece',
    value,
    standardError: 0.001,
    bias,
    n: 1000,
  });
  assert.deepEqual(run([ece(0.05, 0.035), ece(0.05, 0.035)], trigger, ece(0.012, 0.002)), ['hold', 'hold']);
  assert.deepEqual(run([ece(0.08, 0.035), ece(0.08, 0.035)], trigger, ece(0.012, 0.002)), ['hold', 'fire']);
});

test('decidePerformanceTrigger says why it holds', () => {
  const first = decidePerformanceTrigger(initialAlarmState, reference, brier(0.17), trigger);
  assert.equal(
    first.reason,
    "'brier' is worse than the reference by 0.02 (stated 0.01); fallen in 1 of the 2 windows needed",
  );
  const second = decidePerformanceTrigger(first.state, reference, brier(0.17), trigger);
  assert.equal(second.kind, 'fire');
  const third = decidePerformanceTrigger(second.state, reference, brier(0.17), trigger);
  assert.match(third.reason, /has fired already/);
});

test('decidePerformanceTrigger refuses estimates of different measures', () => {
  const auc: PerformanceEstimate = { ...brier(0.8), measure: 'auc' };
  assert.throws(() => decidePerformanceTrigger(initialAlarmState, reference, auc, trigger), RangeError);
});
