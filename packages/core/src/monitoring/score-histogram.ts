/** Bins of [0, 1] that scores are counted in: AUC from them is exact to the pairs within one bin of 0.005. */
export const scoreBinCount = 200;

/** Scores are kept this far from 0 and 1 in the logarithm: the epsilon of a double, as sklearn.metrics.log_loss does. */
const logLossEpsilon = Number.EPSILON;

/**
 * Labelled predictions of one version, window or segment, as counts and sums: AUC, calibration and losses are functions of
 * it, and it merges by addition, so a late label is added to the window of its prediction. JSON-safe.
 */
export interface ScoreHistogram {
  /** Labelled predictions per score bin [i/200, (i+1)/200), the last one closed. */
  readonly counts: readonly number[];
  /** Sum of their labels per bin. */
  readonly positives: readonly number[];
  /** Sum of their scores per bin. */
  readonly scoreSums: readonly number[];
  /** Sum of (score − label)². */
  readonly brierSum: number;
  /** Sum of (score − label)⁴. */
  readonly brierSumSquares: number;
  /** Sum of −label·ln(score) − (1 − label)·ln(1 − score), in nats. */
  readonly logLossSum: number;
  /** Sum of the squares of those. */
  readonly logLossSumSquares: number;
}

/** Sums of all bins. */
export interface ScoreTotals {
  /** Labelled predictions. */
  readonly n: number;
  /** Sum of the labels. */
  readonly positives: number;
  readonly scoreSum: number;
}

/** Histogram without predictions: the neutral element of {@link mergeScoreHistograms}. */
export function createScoreHistogram(): ScoreHistogram {
  const zeros = (): number[] => new Array<number>(scoreBinCount).fill(0);
  return {
    counts: zeros(),
    positives: zeros(),
    scoreSums: zeros(),
    brierSum: 0,
    brierSumSquares: 0,
    logLossSum: 0,
    logLossSumSquares: 0,
  };
}

/**
 * Bin of a score, so that a score equal to a written edge (0.29) is in the bin that begins there.
 *
 * @param score in [0, 1]
 * @returns integer in [0, {@link scoreBinCount})
 */
export function findScoreBin(score: number): number {
  const bin = Math.min(scoreBinCount - 1, Math.floor(score * scoreBinCount));
  return bin + 1 < scoreBinCount && score >= (bin + 1) / scoreBinCount ? bin + 1 : bin;
}

/** A prediction and its truth: both in [0, 1]. */
export interface LabelledScore {
  readonly score: number;
  readonly label: number;
}

/** Brier loss of one prediction, (score − label)². */
export function computeBrierLoss({ score, label }: LabelledScore): number {
  return (score - label) ** 2;
}

/** Log loss of one prediction in nats, scores clipped as sklearn does. */
export function computeLogLoss({ score, label }: LabelledScore): number {
  const p = Math.min(1 - logLossEpsilon, Math.max(logLossEpsilon, score));
  const hit = label === 0 ? 0 : label * Math.log(p);
  return -hit - (label === 1 ? 0 : (1 - label) * Math.log1p(-p));
}

function assertRatio(name: string, value: number): void {
  if (value >= 0 && value <= 1) return;
  throw new RangeError(
    `Count labelled score: ${name} '${value}' is outside 0 to 1, check it before counting`,
  );
}

/**
 * Histogram of labelled predictions; merge it into the window's.
 *
 * @throws RangeError when a score or a label is outside [0, 1]
 */
export function countLabelledScores(rows: Iterable<LabelledScore>): ScoreHistogram {
  const histogram = createScoreHistogram();
  const counts = [...histogram.counts];
  const positives = [...histogram.positives];
  const scoreSums = [...histogram.scoreSums];
  const sums = { brierSum: 0, brierSumSquares: 0, logLossSum: 0, logLossSumSquares: 0 };
  for (const row of rows) {
    assertRatio('score', row.score);
    assertRatio('label', row.label);
    const bin = findScoreBin(row.score);
    counts[bin] = (counts[bin] as number) + 1;
    positives[bin] = (positives[bin] as number) + row.label;
    scoreSums[bin] = (scoreSums[bin] as number) + row.score;
    const brier = computeBrierLoss(row);
    const logLoss = computeLogLoss(row);
    sums.brierSum += brier;
    sums.brierSumSquares += brier * brier;
    sums.logLossSum += logLoss;
    sums.logLossSumSquares += logLoss * logLoss;
  }
  return { counts, positives, scoreSums, ...sums };
}

function add(a: readonly number[], b: readonly number[]): readonly number[] {
  return a.map((value, i) => value + (b[i] as number));
}

/** Two histograms together. Commutative; associative up to the last bits of the sums. */
export function mergeScoreHistograms(a: ScoreHistogram, b: ScoreHistogram): ScoreHistogram {
  return {
    counts: add(a.counts, b.counts),
    positives: add(a.positives, b.positives),
    scoreSums: add(a.scoreSums, b.scoreSums),
    brierSum: a.brierSum + b.brierSum,
    brierSumSquares: a.brierSumSquares + b.brierSumSquares,
    logLossSum: a.logLossSum + b.logLossSum,
    logLossSumSquares: a.logLossSumSquares + b.logLossSumSquares,
  };
}

/** Sums over all bins. */
export function computeScoreTotals(histogram: ScoreHistogram): ScoreTotals {
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  return {
    n: total(histogram.counts),
    positives: total(histogram.positives),
    scoreSum: total(histogram.scoreSums),
  };
}

/**
 * Counts over fewer, wider bins, for charts and drift of the score.
 *
 * @param bins must divide the number of counts
 * @throws RangeError when it does not
 */
export function coarsenCounts(counts: readonly number[], bins: number): readonly number[] {
  const width = counts.length / bins;
  if (!Number.isInteger(width)) {
    throw new RangeError(
      `Coarsen counts: ${counts.length} bins do not divide into '${bins}', choose a divisor`,
    );
  }
  return Array.from({ length: bins }, (_, i) =>
    counts.slice(i * width, (i + 1) * width).reduce((sum, count) => sum + count, 0),
  );
}
