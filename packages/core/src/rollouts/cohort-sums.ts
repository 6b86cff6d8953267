/**
 * What is kept of one metric in one cohort: three sums, so that cohorts merge by addition and no rows are needed.
 * One observation is one request (or one labelled prediction).
 */
export interface CohortSums {
  /** Observations, ≥ 0. */
  readonly n: number;
  /** Sum of the values; for a ratio metric the number of events, 0 to `n`. */
  readonly sum: number;
  /** Sum of the squared values; for a ratio metric equal to `sum`. */
  readonly sumSquares: number;
}

/** Mean, or undefined without observations. */
export function computeMean(sums: CohortSums): number | undefined {
  return sums.n > 0 ? sums.sum / sums.n : undefined;
}

/** Unbiased sample variance, never below 0; undefined below two observations. */
export function computeVariance(sums: CohortSums): number | undefined {
  if (sums.n < 2) return undefined;
  const centred = sums.sumSquares - (sums.sum * sums.sum) / sums.n;
  return Math.max(0, centred) / (sums.n - 1);
}
