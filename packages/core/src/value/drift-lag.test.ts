import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeDriftLag, type DriftEnd, type DriftFact, estimateDriftLagCost } from './drift-lag.ts';

const hour = 3_600_000;
const day = 24 * hour;
const window = { fromMs: 0, toMs: 30 * day };
const options = { window, asOfMs: 30 * day, monitoringObserved: [window] };

let counter = 0;
function drift(
  atDay: number,
  lagHours: number | null,
  end: DriftEnd | null = lagHours === null ? null : 'newVersion',
): DriftFact {
  const id = `drift-${++counter}`;
  const detectedAtMs = atDay * day;
  return {
    id,
    model: 'flights',
    subject: 'distance',
    startedAtMs: detectedAtMs - 6 * hour,
    detectedAtMs,
    endedAtMs: lagHours === null ? null : detectedAtMs + lagHours * hour,
    end,
    entryIds: [id],
  };
}

test('computeDriftLag is the median from detection to the new version serving', () => {
  const lag = computeDriftLag([drift(1, 10), drift(2, 20), drift(3, 30)], options);
  assert.deepEqual(
    [lag.figure.value, lag.figure.status, lag.detection.value],
    [20 * 3600, 'measured', 6 * 3600],
  );
  assert.deepEqual([lag.figure.numerator, lag.figure.denominator, lag.open], [3, 3, 0]);
  assert.equal(lag.figure.entryIds.length, 3);
});

test('computeDriftLag counts open drifts as lasting, so they lengthen the median', () => {
  const lag = computeDriftLag([drift(1, 10), drift(2, 20), drift(3, null), drift(4, null)], options);
  assert.deepEqual([lag.figure.value, lag.figure.numerator, lag.open], [20 * 3600, 2, 2]);
  const mostlyOpen = computeDriftLag([drift(1, 10), drift(3, null), drift(4, null)], options);
  assert.deepEqual([mostlyOpen.figure.value, mostlyOpen.figure.status], [null, 'insufficientData']);
});

test('computeDriftLag does not take a repaired feed for a new version', () => {
  const lag = computeDriftLag(
    [drift(1, 50), drift(2, 60), drift(3, 5, 'recovered'), drift(4, 1, 'dismissed')],
    options,
  );
  assert.deepEqual([lag.figure.value, lag.endedWithoutVersion, lag.figure.numerator], [50 * 3600, 2, 2]);
});

test('computeDriftLag tells no drift from nobody looking', () => {
  assert.equal(computeDriftLag([], options).figure.status, 'notApplicable');
  assert.equal(computeDriftLag([], { ...options, monitoringObserved: [] }).figure.status, 'notCollected');
  assert.equal(computeDriftLag([drift(31, 1)], options).figure.status, 'notApplicable');
  const undated = { ...drift(1, 1), startedAtMs: null };
  assert.deepEqual(
    [
      computeDriftLag([undated], options).detection.status,
      computeDriftLag([undated], options).detection.numerator,
    ],
    ['insufficientData', 0],
  );
});

test('estimateDriftLagCost is the area under a steady decay: a month at 2 points and 1000 a point costs 1000', () => {
  const lagSeconds = (365.2425 * 86_400) / 12;
  const month = { lagSeconds, decayPointsPerMonth: 2, valuePerPointPerMonthMinor: 1000 };
  assert.equal(estimateDriftLagCost(month), 1000);
  assert.equal(estimateDriftLagCost({ ...month, lagSeconds: lagSeconds / 2 }), 250);
  assert.equal(estimateDriftLagCost({ ...month, lagSeconds: 0 }), 0);
});
