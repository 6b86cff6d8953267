import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refineLine, toCurveLine } from './curve-line.ts';
import { smooth } from './smooth.ts';

const near = (one: number | null | undefined, other: number) =>
  assert.ok(Math.abs((one ?? Number.NaN) - other) < 1e-9, `${one} is not ${other}`);

test('smooth is the moving average without the pull of its zero beginning', () => {
  // By hand: (0.5·0.5·4 + 0.5·8) / (1 − 0.25), and a constant stays what it is.
  const found = smooth([4, 8], 0.5);
  near(found[0], 4);
  near(found[1], 20 / 3);
  for (const value of smooth([3, 3, 3, 3], 0.9)) near(value, 3);
  assert.deepEqual(smooth([1, null, 2], 0), [1, null, 2]);
});

test('smooth passes over holes', () => {
  const found = smooth([4, null, 8], 0.5);
  assert.equal(found[1], null);
  near(found[2], 20 / 3);
});

test('smooth treats a place that stands for many points as that many points', () => {
  const whole = smooth([...Array(10).fill(1), ...Array(10).fill(5)], 0.8);
  const thinned = smooth([1, 5], 0.8, [10, 10]);
  near(thinned[1], whole[19] ?? 0);
});

test('refineLine puts the finer interval into the coarse curve, with its oddities', () => {
  const options = { axis: 'step', origin: 0, label: 'loss', color: 'accent' } as const;
  const coarse = toCurveLine(
    {
      runId: 'r',
      points: 40,
      steps: [5, 15, 25, 35],
      times: [5, 15, 25, 35],
      values: [1, 2, 3, 4],
      oddities: [
        { at: 0, value: 'NaN' },
        { at: 2, value: 'Infinity' },
      ],
      parts: {
        counts: [10, 10, 10, 10],
        least: [0, 0, 0, 0],
        greatest: [9, 9, 9, 9],
        fromSteps: [0, 10, 20, 30],
        toSteps: [9, 19, 29, 39],
        fromTimes: [0, 10, 20, 30],
        toTimes: [9, 19, 29, 39],
      },
    },
    options,
  );
  const fine = toCurveLine(
    {
      runId: 'r',
      points: 3,
      steps: [18, 19, 20],
      times: [18, 19, 20],
      values: [2, null, 3],
      oddities: [{ at: 1, value: 'NaN' }],
    },
    options,
  );
  const both = refineLine(coarse, fine, { from: 18, to: 20 });
  assert.deepEqual(both.x, [5, 18, 19, 20, 35]);
  assert.deepEqual(both.parts?.counts, [10, 1, 1, 1, 10]);
  assert.deepEqual(both.parts?.greatest, [9, 2, null, 3, 9]);
  assert.deepEqual(both.oddities, [
    { at: 0, value: 'NaN' },
    { at: 2, value: 'NaN' },
  ]);
});
