import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { CohortSums } from './cohort-sums.ts';
import { judgeMetric, type MetricSpec } from './judge-metric.ts';

fc.configureGlobal({ seed: 20010101 });

const errorRatio: MetricSpec = {
  name: 'errors',
  kind: 'ratio',
  direction: 'lower',
  margin: 0.01,
  minSamples: 50,
};
const brierLoss: MetricSpec = {
  name: 'brier',
  kind: 'mean',
  direction: 'lower',
  margin: 0.02,
  minSamples: 300,
};

function events(n: number, sum: number): CohortSums {
  return { n, sum, sumSquares: sum };
}

/** Sums of n values with the given mean and variance. */
function values(n: number, mean: number, variance: number): CohortSums {
  return { n, sum: n * mean, sumSquares: n * (mean * mean + variance) - variance };
}

test('judgeMetric proves a failing canary worse, with its evidence', () => {
  const evidence = judgeMetric({ spec: errorRatio, canary: events(200, 20), control: events(210, 1) }, 0.05);
  assert.equal(evidence.verdict, 'worse');
  assert.equal(evidence.reason, 'Proven worse than the control');
  assert.deepEqual(evidence.n, { canary: 200, control: 210 });
  assert.deepEqual(evidence.means, { canary: 0.1, control: 1 / 210 });
  assert.ok((evidence.pValue ?? 1) <= 0.05);
  assert.ok((evidence.lower ?? 0) > 0 && (evidence.upper ?? 0) > (evidence.difference ?? 0));
});

test('judgeMetric proves a clean canary not worse once enough requests went by', () => {
  const judge = (n: number) =>
    judgeMetric({ spec: errorRatio, canary: events(n, 0), control: events(n, 0) }, 0.05);
  assert.equal(judge(300).verdict, 'unknown');
  assert.equal(judge(1000).verdict, 'notWorse');
});

test('judgeMetric gives no verdict below the least number of observations or without traffic', () => {
  const few = judgeMetric({ spec: errorRatio, canary: events(49, 49), control: events(500, 0) }, 0.05);
  assert.equal(few.verdict, 'unknown');
  assert.match(few.reason, /49 and control 500 of the 50/);
  const none = judgeMetric({ spec: errorRatio, canary: events(0, 0), control: events(500, 0) }, 0.05);
  assert.equal(none.verdict, 'unknown');
  assert.equal(none.reason, 'The canary has had no observations');
  assert.equal(none.difference, null);
  assert.equal(none.upper, null);
});

test('judgeMetric knows nothing of a mean without variance', () => {
  const constant: CohortSums = { n: 1000, sum: 250, sumSquares: 62.5 };
  const evidence = judgeMetric({ spec: brierLoss, canary: constant, control: constant }, 0.05);
  assert.equal(evidence.verdict, 'unknown');
  assert.match(evidence.reason, /All values are the same/);
});

test('judgeMetric tolerates a worsening that is proven to be within the margin', () => {
  const canary = values(400_000, 0.155, 0.04);
  const control = values(400_000, 0.15, 0.04);
  const evidence = judgeMetric({ spec: brierLoss, canary, control }, 0.05);
  assert.ok((evidence.lower ?? 0) > 0);
  assert.equal(evidence.verdict, 'notWorse');
});

test('judgeMetric proves a worse mean in either direction', () => {
  const low = values(5000, 0.15, 0.04);
  const high = values(5000, 0.19, 0.04);
  assert.equal(judgeMetric({ spec: brierLoss, canary: high, control: low }, 0.05).verdict, 'worse');
  assert.equal(judgeMetric({ spec: brierLoss, canary: low, control: high }, 0.05).verdict, 'notWorse');
  const hits: MetricSpec = { ...brierLoss, name: 'revenue', direction: 'higher' };
  assert.equal(judgeMetric({ spec: hits, canary: low, control: high }, 0.05).verdict, 'worse');
  assert.equal(judgeMetric({ spec: hits, canary: high, control: low }, 0.05).verdict, 'notWorse');
});

test('judgeMetric judges a success ratio as the error ratio it mirrors', () => {
  const count = fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.double({ min: 0, max: 1, noNaN: true }));
  const successes: MetricSpec = { ...errorRatio, direction: 'higher' };
  fc.assert(
    fc.property(count, count, ([n1, r1], [n0, r0]) => {
      const canary = events(n1, Math.round(n1 * r1));
      const control = events(n0, Math.round(n0 * r0));
      const errors = judgeMetric({ spec: errorRatio, canary, control }, 0.05);
      const mirrored = judgeMetric(
        { spec: successes, canary: events(n1, n1 - canary.sum), control: events(n0, n0 - control.sum) },
        0.05,
      );
      assert.equal(mirrored.pValue, errors.pValue);
      if (errors.verdict === 'worse') assert.equal(mirrored.verdict, 'worse');
    }),
  );
});

test('judgeMetric evidence survives JSON', () => {
  const sample = { spec: brierLoss, canary: values(900, 0.2, 0.03), control: values(900, 0.2, 0.03) };
  const evidence = judgeMetric(sample, 0.05);
  assert.deepEqual(JSON.parse(JSON.stringify(evidence)), evidence);
});

test('judgeMetric rolls back an equal canary in at most alpha of the rollouts under constant peeking', () => {
  const generator = xoroshiro128plus(31337);
  const alpha = 0.05;
  const rollouts = 400;
  let worse = 0;
  for (let r = 0; r < rollouts; r += 1) {
    const canary = { n: 0, sum: 0, sumSquares: 0 };
    const control = { n: 0, sum: 0, sumSquares: 0 };
    for (let n = 1; n <= 2000; n += 1) {
      for (const cohort of [canary, control]) {
        // Brier loss of a forecast of 0.2 for an event that happens one time in five.
        const loss = uniformFloat64(generator) < 0.2 ? 0.64 : 0.04;
        cohort.n += 1;
        cohort.sum += loss;
        cohort.sumSquares += loss * loss;
      }
      if (n % 10 === 0 && judgeMetric({ spec: brierLoss, canary, control }, alpha).verdict === 'worse') {
        worse += 1;
        break;
      }
    }
  }
  assert.ok(worse / rollouts <= alpha, `${worse} of ${rollouts} rollouts`);
});
