import {
  computeAuc,
  computeBrier,
  computeBrierSkill,
  computeConfusion,
  computeEce,
  computeEceBias,
  computeF1,
  computeMeanLogLoss,
} from './performance-metrics.ts';
import { computeScoreTotals, type ScoreHistogram } from './score-histogram.ts';

/** Performance measures that a labelled score histogram gives, and which way each is better. */
export const performanceDirections = {
  auc: 'higher',
  brier: 'lower',
  logLoss: 'lower',
  ece: 'lower',
  brierSkill: 'higher',
  f1: 'higher',
} as const;
export type PerformanceMeasure = keyof typeof performanceDirections;

/** A measure with its sampling error. JSON-safe. */
export interface PerformanceEstimate {
  readonly measure: PerformanceMeasure;
  /** In the unit of the measure. */
  readonly value: number;
  /** Standard error of the value, ≥ 0; 0 for a value that is taken as exact. */
  readonly standardError: number;
  /** What sampling alone adds to the value on average; 0 but for `ece`. */
  readonly bias: number;
  /** Labels behind it. */
  readonly n: number;
}

/** Standard error of a mean from its sums. */
function standardErrorOfMean(n: number, sum: number, sumSquares: number): number {
  if (n < 2) return Number.POSITIVE_INFINITY;
  return Math.sqrt(Math.max(0, sumSquares - (sum * sum) / n) / (n - 1) / n);
}

/** Sum of (term − mean of all terms)² over weighted terms. */
function sumCentredSquares(terms: readonly (readonly [weight: number, term: number])[]): number {
  const total = terms.reduce((sum, [weight]) => sum + weight, 0);
  const mean = terms.reduce((sum, [weight, term]) => sum + weight * term, 0) / total;
  return terms.reduce((sum, [weight, term]) => sum + weight * (term - mean) ** 2, 0);
}

/**
 * Standard error of the binned AUC from the placement values of positives and negatives.
 *
 * Source: DeLong, DeLong, Clarke-Pearson 1988; ties count half.
 */
function standardErrorOfAuc(histogram: ScoreHistogram): number {
  const totals = computeScoreTotals(histogram);
  const negativesTotal = totals.n - totals.positives;
  if (totals.positives < 2 || negativesTotal < 2) return Number.POSITIVE_INFINITY;
  let positivesBelow = 0;
  let negativesBelow = 0;
  const ofPositives: [number, number][] = [];
  const ofNegatives: [number, number][] = [];
  histogram.counts.forEach((count, i) => {
    const positives = histogram.positives[i] as number;
    const negatives = count - positives;
    ofPositives.push([positives, (negativesBelow + negatives / 2) / negativesTotal]);
    ofNegatives.push([negatives, 1 - (positivesBelow + positives / 2) / totals.positives]);
    positivesBelow += positives;
    negativesBelow += negatives;
  });
  const positivesPart = sumCentredSquares(ofPositives) / (totals.positives - 1) / totals.positives;
  const negativesPart = sumCentredSquares(ofNegatives) / (negativesTotal - 1) / negativesTotal;
  return Math.sqrt(positivesPart + negativesPart);
}

/**
 * Standard error of the Brier skill score 1 − B/u, u = p·(1 − p), by the delta method on loss and label, with the loss of a
 * prediction taken at the mean score of its bin.
 */
function standardErrorOfBrierSkill(histogram: ScoreHistogram): number {
  const { n, positives } = computeScoreTotals(histogram);
  const p = positives / n;
  const u = p * (1 - p);
  const brier = histogram.brierSum / n;
  const influence = (loss: number, label: number): number =>
    (loss - brier) / u - (brier * (1 - 2 * p) * (label - p)) / (u * u);
  const terms: [number, number][] = [];
  histogram.counts.forEach((count, i) => {
    if (count === 0) return;
    const score = (histogram.scoreSums[i] as number) / count;
    const hits = histogram.positives[i] as number;
    terms.push([hits, influence((score - 1) ** 2, 1)], [count - hits, influence(score * score, 0)]);
  });
  return Math.sqrt(sumCentredSquares(terms)) / n;
}

/**
 * Standard error of F1 by the delta method on the multinomial counts: 4·a·b·(a + b) / (2a + b)⁴ is its variance, with a true
 * positives and b errors of either kind.
 */
function standardErrorOfF1(histogram: ScoreHistogram, threshold: number): number {
  const { truePositives: a, falsePositives, falseNegatives } = computeConfusion(histogram, threshold);
  const b = falsePositives + falseNegatives;
  return Math.sqrt(4 * a * b * (a + b)) / (2 * a + b) ** 2;
}

function computeValue(
  histogram: ScoreHistogram,
  measure: PerformanceMeasure,
  threshold: number,
): number | undefined {
  switch (measure) {
    case 'auc':
      return computeAuc(histogram)?.value;
    case 'brier':
      return computeBrier(histogram);
    case 'logLoss':
      return computeMeanLogLoss(histogram);
    case 'ece':
      return computeEce(histogram);
    case 'brierSkill':
      return computeBrierSkill(histogram);
    case 'f1':
      return computeF1(computeConfusion(histogram, threshold));
  }
}

function computeStandardError(
  histogram: ScoreHistogram,
  measure: PerformanceMeasure,
  threshold: number,
): number {
  const { n } = computeScoreTotals(histogram);
  switch (measure) {
    case 'auc':
      return standardErrorOfAuc(histogram);
    case 'brier':
      return standardErrorOfMean(n, histogram.brierSum, histogram.brierSumSquares);
    case 'logLoss':
      return standardErrorOfMean(n, histogram.logLossSum, histogram.logLossSumSquares);
    case 'ece': {
      // Each gap is the sum of ±(score − label) over a bin; the mean square of these is the Brier loss.
      const ece = computeEce(histogram) ?? 0;
      return Math.sqrt(Math.max(0, histogram.brierSum / n - ece * ece) / n);
    }
    case 'brierSkill':
      return standardErrorOfBrierSkill(histogram);
    case 'f1':
      return standardErrorOfF1(histogram, threshold);
  }
}

/**
 * One performance measure of labelled predictions with its standard error (normal approximation; fair from some hundred
 * labels of each kind on).
 *
 * @param threshold for `f1` only, in [0, 1], default 0.5
 * @returns undefined when the measure is not defined: no labels, all alike, or too few for a standard error
 */
export function estimatePerformance(
  histogram: ScoreHistogram,
  measure: PerformanceMeasure,
  threshold = 0.5,
): PerformanceEstimate | undefined {
  const value = computeValue(histogram, measure, threshold);
  if (value === undefined) return undefined;
  const standardError = computeStandardError(histogram, measure, threshold);
  if (!Number.isFinite(standardError)) return undefined;
  const bias = measure === 'ece' ? (computeEceBias(histogram) ?? 0) : 0;
  return { measure, value, standardError, bias, n: computeScoreTotals(histogram).n };
}
