import { coarsenCounts, computeScoreTotals, type ScoreHistogram, scoreBinCount } from './score-histogram.ts';

/** AUC with the range in which the AUC of the raw scores lies. */
export interface AucEstimate {
  /** Pairs within one bin count half. [0, 1]. */
  readonly value: number;
  /** All pairs within one bin ranked wrongly. */
  readonly lower: number;
  /** All pairs within one bin ranked rightly. */
  readonly upper: number;
}

/** Mean of (score − label)², exact. [0, 1], lower is better; undefined without labels. */
export function computeBrier(histogram: ScoreHistogram): number | undefined {
  const { n } = computeScoreTotals(histogram);
  return n > 0 ? histogram.brierSum / n : undefined;
}

/** Mean log loss in nats, exact. ≥ 0, lower is better; undefined without labels. Matches sklearn.metrics.log_loss. */
export function computeMeanLogLoss(histogram: ScoreHistogram): number | undefined {
  const { n } = computeScoreTotals(histogram);
  return n > 0 ? histogram.logLossSum / n : undefined;
}

/** Mean score, [0, 1]; undefined without labels. */
export function computeMeanScore(histogram: ScoreHistogram): number | undefined {
  const { n, scoreSum } = computeScoreTotals(histogram);
  return n > 0 ? scoreSum / n : undefined;
}

/** Share of positives (mean label), [0, 1]; undefined without labels. */
export function computePositiveRatio(histogram: ScoreHistogram): number | undefined {
  const { n, positives } = computeScoreTotals(histogram);
  return n > 0 ? positives / n : undefined;
}

/**
 * Area under the ROC curve: the chance that a positive scores above a negative. Undefined without both.
 *
 * Source: Hanley & McNeil 1982 (Mann–Whitney form); sklearn.metrics.roc_auc_score lies in [lower, upper].
 */
export function computeAuc(histogram: ScoreHistogram): AucEstimate | undefined {
  const totals = computeScoreTotals(histogram);
  const pairs = totals.positives * (totals.n - totals.positives);
  if (!(pairs > 0)) return undefined;
  let negativesBelow = 0;
  let won = 0;
  let tied = 0;
  histogram.counts.forEach((count, i) => {
    const positives = histogram.positives[i] as number;
    const negatives = count - positives;
    won += positives * negativesBelow;
    tied += positives * negatives;
    negativesBelow += negatives;
  });
  return { value: (won + tied / 2) / pairs, lower: won / pairs, upper: (won + tied) / pairs };
}

/** Bins of the calibration error; more make it noisier. */
export const defaultCalibrationBins = 10;

/**
 * Expected calibration error over equally wide bins: the mean gap of score and truth, weighted by predictions. [0, 1], lower
 * is better; undefined without labels.
 *
 * @param bins must divide 200, default {@link defaultCalibrationBins}
 *
 * Source: Naeini, Cooper, Hauskrecht 2015, Obtaining well calibrated probabilities using Bayesian binning, eq. 3.
 */
export function computeEce(histogram: ScoreHistogram, bins = defaultCalibrationBins): number | undefined {
  const { n } = computeScoreTotals(histogram);
  if (n === 0) return undefined;
  const scoreSums = coarsenCounts(histogram.scoreSums, bins);
  const positives = coarsenCounts(histogram.positives, bins);
  return scoreSums.reduce((sum, scoreSum, i) => sum + Math.abs(scoreSum - (positives[i] as number)), 0) / n;
}

/**
 * What sampling alone adds to the calibration error of a perfectly calibrated model, on average: gaps do not cancel, so small
 * windows look badly calibrated. E|gap| of a bin is √(2/π) of its standard deviation.
 *
 * Source: mean of the folded normal distribution.
 */
export function computeEceBias(histogram: ScoreHistogram, bins = defaultCalibrationBins): number | undefined {
  const { n } = computeScoreTotals(histogram);
  if (n === 0) return undefined;
  const scoreSums = coarsenCounts(histogram.scoreSums, bins);
  const gaps = coarsenCounts(histogram.counts, bins).map((count, i) => {
    const mean = count > 0 ? (scoreSums[i] as number) / count : 0;
    return Math.sqrt((2 / Math.PI) * count * mean * (1 - mean));
  });
  return gaps.reduce((sum, gap) => sum + gap, 0) / n;
}

/**
 * Brier skill score: 1 − Brier / Brier of always saying the base ratio. 1 is perfect, 0 no better than the base ratio, negative
 * worse; undefined when all labels are alike.
 *
 * @param baseRatio in (0, 1); left out, the ratio of positives in the histogram itself
 *
 * Source: Brier 1950; Murphy 1973 (uncertainty term p·(1 − p)).
 */
export function computeBrierSkill(histogram: ScoreHistogram, baseRatio?: number): number | undefined {
  const brier = computeBrier(histogram);
  const positiveRatio = computePositiveRatio(histogram);
  if (brier === undefined || positiveRatio === undefined) return undefined;
  const base = baseRatio ?? positiveRatio;
  const uncertainty = positiveRatio * (1 - positiveRatio) + (positiveRatio - base) ** 2;
  return uncertainty > 0 ? 1 - brier / uncertainty : undefined;
}

/** Decisions at a threshold, counted; fractional where labels are. */
export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/**
 * Confusion matrix when scores from the threshold on are called positive.
 *
 * @param threshold in [0, 1]; exact at multiples of 0.005, else taken to the nearest
 */
export function computeConfusion(histogram: ScoreHistogram, threshold = 0.5): Confusion {
  const from = Math.round(threshold * scoreBinCount);
  const totals = computeScoreTotals(histogram);
  let truePositives = 0;
  let called = 0;
  for (let i = from; i < scoreBinCount; i += 1) {
    truePositives += histogram.positives[i] as number;
    called += histogram.counts[i] as number;
  }
  const falseNegatives = totals.positives - truePositives;
  return {
    truePositives,
    falsePositives: called - truePositives,
    trueNegatives: totals.n - called - falseNegatives,
    falseNegatives,
  };
}

/** F1, the harmonic mean of precision and recall, [0, 1]; undefined without positives, true or called. */
export function computeF1(confusion: Confusion): number | undefined {
  const { truePositives, falsePositives, falseNegatives } = confusion;
  const weight = 2 * truePositives + falsePositives + falseNegatives;
  return weight > 0 ? (2 * truePositives) / weight : undefined;
}
