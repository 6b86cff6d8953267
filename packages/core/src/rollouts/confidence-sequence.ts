import { type CohortSums, computeMean, computeVariance } from './cohort-sums.ts';

/**
 * Observations of both cohorts together at which the bounds are tightest. Any value is valid; a canary is usually
 * judged at a few thousand requests.
 */
export const defaultTunedForSamples = 5000;

/** A difference of two means, canary − control, with one bound on each side. */
export interface DifferenceBounds {
  /** Point estimate, in the unit of the metric. */
  readonly difference: number;
  /** The true difference is below it, at any time, with probability at most alpha. */
  readonly lower: number;
  /** The true difference is above it, at any time, with probability at most alpha. */
  readonly upper: number;
}

/**
 * Mixing parameter of the confidence sequence for one-sided bounds.
 *
 * Source: Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas, arXiv 2103.06476v7, eq. 161, with 2·alpha for one side.
 */
function computeMixingParameter(alpha: number, tunedForSamples: number): number {
  const logAlpha = Math.log(2 * alpha);
  return Math.sqrt((-2 * logAlpha + Math.log(1 - 2 * logAlpha)) / tunedForSamples);
}

/**
 * Distance of a one-sided bound from the estimate, in standard errors of the estimate. Grows slowly with `n`:
 * the price of looking as often as one likes.
 *
 * @param n observations behind the estimate, ≥ 1
 * @param alpha chance that the bound is ever wrong, in (0, 0.5)
 *
 * Source: arXiv 2103.06476v7, eq. 134 (half-normal mixture).
 */
export function computeSequenceWidth(
  n: number,
  alpha: number,
  tunedForSamples = defaultTunedForSamples,
): number {
  const rho = computeMixingParameter(alpha, tunedForSamples);
  const spread = n * rho * rho + 1;
  return Math.sqrt(((2 * spread) / (n * rho * rho)) * Math.log1p(Math.sqrt(spread) / (2 * alpha)));
}

/**
 * Anytime-valid bounds for the difference of two means (canary − control), each side at `alpha`: the data may be
 * looked at after every request, and the chance that a bound is *ever* wrong stays below alpha.
 *
 * Asymptotic: valid once a few hundred observations stand behind it; rare events need `computeRatioBounds`.
 *
 * @param alpha per side, in (0, 0.5)
 * @returns undefined when a cohort has fewer than two observations, or when neither has any variance
 *
 * Source: arXiv 2103.06476v7, eq. 134; matches `SequentialOneSidedTreatmentGreaterTTest` of GrowthBook gbstats.
 */
export function computeMeanBounds(
  canary: CohortSums,
  control: CohortSums,
  alpha: number,
  tunedForSamples = defaultTunedForSamples,
): DifferenceBounds | undefined {
  const canaryVariance = computeVariance(canary);
  const controlVariance = computeVariance(control);
  if (canaryVariance === undefined || controlVariance === undefined) return undefined;
  const standardError = Math.sqrt(canaryVariance / canary.n + controlVariance / control.n);
  if (!(standardError > 0)) return undefined;
  const width = standardError * computeSequenceWidth(canary.n + control.n, alpha, tunedForSamples);
  const difference = (computeMean(canary) ?? 0) - (computeMean(control) ?? 0);
  return { difference, lower: difference - width, upper: difference + width };
}
