import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  computeAuc,
  computeBrier,
  computeBrierSkill,
  computeConfusion,
  computeEce,
  computeEceBias,
  computeF1,
  computeMeanLogLoss,
  computeMeanScore,
  computePositiveRatio,
} from './performance-metrics.ts';
import { countLabelledScores, createScoreHistogram, type LabelledScore } from './score-histogram.ts';

/** 2000 scores and labels by the same arithmetic in Python, where sklearn 1.9 gave the golden numbers. */
function createFixture(): readonly LabelledScore[] {
  return Array.from({ length: 2000 }, (_, i) => {
    const u = (i * 0.6180339887498949) % 1;
    const v = ((i * 7919) % 1009) / 1009;
    const score = u * u * 0.9 + 0.02;
    return { score, label: v < score * 0.8 + 0.05 ? 1 : 0 };
  });
}

const histogram = countLabelledScores(createFixture());
function assertClose(actual: number | undefined, expected: number, tolerance = 1e-12): void {
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < tolerance, `${actual} is not ${expected}`);
}

test('computeBrier matches sklearn.metrics.brier_score_loss', () => {
  assertClose(computeBrier(histogram), 0.17295063238954045);
});

test('computeMeanLogLoss matches sklearn.metrics.log_loss', () => {
  assertClose(computeMeanLogLoss(histogram), 0.5356509847544139);
});

test('computeMeanScore and computePositiveRatio match numpy.mean', () => {
  assertClose(computeMeanScore(histogram), 0.3199876213559254);
  assert.equal(computePositiveRatio(histogram), 619 / 2000);
});

test('computeAuc encloses sklearn.metrics.roc_auc_score closely', () => {
  const auc = computeAuc(histogram);
  assert.ok(auc !== undefined);
  assert.ok(auc.lower <= 0.7698946819225608 && 0.7698946819225608 <= auc.upper);
  assert.ok(auc.lower <= auc.value && auc.value <= auc.upper && auc.upper - auc.lower < 0.02);
  assertClose(auc.value, 0.7698946819225608, 2e-3);
});

test('computeAuc is exact when no bin holds both a positive and a negative', () => {
  const separate = countLabelledScores([
    { score: 0.1, label: 0 },
    { score: 0.2, label: 1 },
    { score: 0.3, label: 0 },
    { score: 0.9, label: 1 },
  ]);
  assert.deepEqual(computeAuc(separate), { value: 0.75, lower: 0.75, upper: 0.75 });
});

test('computeEce matches the definition over ten equally wide bins in numpy', () => {
  assertClose(computeEce(histogram), 0.07219451426569372);
});

test('computeEceBias is what a perfectly calibrated model shows on average', () => {
  const scores = Array.from({ length: 400 }, (_, i) => (i + 0.5) / 400);
  let state = 7;
  const draw = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  let total = 0;
  for (let r = 0; r < 300; r += 1) {
    const rows = scores.map((score) => ({ score, label: draw() < score ? 1 : 0 }));
    total += computeEce(countLabelledScores(rows)) ?? 0;
  }
  const expected = computeEceBias(countLabelledScores(scores.map((score) => ({ score, label: 0 }))));
  assert.ok(Math.abs(total / 300 / (expected ?? 0) - 1) < 0.1, `${total / 300} against ${expected}`);
});

test('computeBrierSkill is 1 - Brier / (p(1 - p))', () => {
  assertClose(computeBrierSkill(histogram), 0.19072184404529768);
  const base = countLabelledScores([
    { score: 0.5, label: 0 },
    { score: 0.5, label: 1 },
  ]);
  assert.equal(computeBrierSkill(base), 0);
  // Against a base ratio of 0.25 the constant forecast has Brier loss 0.25 + 0.0625.
  assertClose(computeBrierSkill(base, 0.25), 1 - 0.25 / 0.3125);
});

test('computeF1 matches sklearn.metrics.f1_score', () => {
  const confusion = computeConfusion(histogram, 0.5);
  assertClose(computeF1(confusion), 0.5906735751295337);
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = confusion;
  assert.equal(truePositives + falsePositives + trueNegatives + falseNegatives, 2000);
});

test('performance metrics know nothing without labels, or without both kinds where they need them', () => {
  const nothing = createScoreHistogram();
  for (const compute of [
    computeBrier,
    computeMeanLogLoss,
    computeMeanScore,
    computePositiveRatio,
    computeAuc,
    computeEce,
    computeEceBias,
    computeBrierSkill,
  ]) {
    assert.equal(compute(nothing), undefined, compute.name);
  }
  const negatives = countLabelledScores([{ score: 0.2, label: 0 }]);
  assert.equal(computeAuc(negatives), undefined);
  assert.equal(computeBrierSkill(negatives), undefined);
  assert.equal(computeF1(computeConfusion(negatives)), undefined);
});
