import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  estimatePerformance,
  type PerformanceMeasure,
  performanceDirections,
} from './estimate-performance.ts';
import { countLabelledScores, createScoreHistogram, type LabelledScore } from './score-histogram.ts';

/** 2000 scores and labels by the same arithmetic in Python, where numpy gave the golden numbers. */
function createFixture(): readonly LabelledScore[] {
  return Array.from({ length: 2000 }, (_, i) => {
    const u = (i * 0.6180339887498949) % 1;
    const v = ((i * 7919) % 1009) / 1009;
    const score = u * u * 0.9 + 0.02;
    return { score, label: v < score * 0.8 + 0.05 ? 1 : 0 };
  });
}

const histogram = countLabelledScores(createFixture());
const nothing = createScoreHistogram();
const onlyNegatives = countLabelledScores([
  { score: 0.2, label: 0 },
  { score: 0.3, label: 0 },
]);
function assertClose(actual: number | undefined, expected: number, tolerance = 1e-12): void {
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < tolerance, `${actual} is not ${expected}`);
}

test('estimatePerformance has the standard errors of numpy, DeLong on raw scores, and a bootstrap', () => {
  const standardError = (measure: PerformanceMeasure): number =>
    estimatePerformance(histogram, measure)?.standardError ?? Number.NaN;
  assertClose(standardError('brier'), 0.0053483582607471766);
  assertClose(standardError('logLoss'), 0.015498937964308906);
  assertClose(standardError('auc'), 0.01171327290518954, 1e-4);
  // 4000 bootstrap resamples with numpy.random.default_rng(1): 0.02327 and 0.01729.
  assertClose(standardError('brierSkill'), 0.02327, 1e-3);
  assertClose(standardError('f1'), 0.01729, 1e-3);
});

test('estimatePerformance knows nothing without labels, or without both kinds where they need them', () => {
  const measures = Object.keys(performanceDirections) as PerformanceMeasure[];
  for (const measure of measures) assert.equal(estimatePerformance(nothing, measure), undefined, measure);
  assert.equal(estimatePerformance(onlyNegatives, 'auc'), undefined);
  assert.equal(estimatePerformance(onlyNegatives, 'brierSkill'), undefined);
  assert.equal(estimatePerformance(onlyNegatives, 'f1'), undefined);
  assert.ok((estimatePerformance(onlyNegatives, 'brier')?.n ?? 0) === 2);
});
