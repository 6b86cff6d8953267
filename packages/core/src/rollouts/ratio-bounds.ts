import type { CohortSums } from './cohort-sums.ts';
import type { DifferenceBounds } from './confidence-sequence.ts';
import { computeLogBeta } from './log-gamma.ts';

type Counts = Pick<CohortSums, 'n' | 'sum'>;

/**
 * Prior Beta(1/4, 1) on both ratios: most mass near 0, because events are mostly failures and rare. Any prior is
 * valid; this one needs a third fewer requests than Jeffreys' when no event happens, and pays a little near 1.
 */
const priorEvents = 0.25;

/** Enough halvings to place a number of [-1, 1] to 1e-15. */
const halvings = 52;

/** count · ln(p), with 0 · ln(0) = 0. */
function logPower(count: number, p: number): number {
  return count === 0 ? 0 : count * Math.log(p);
}

function logLikelihood(counts: Counts, p: number): number {
  return logPower(counts.sum, p) + logPower(counts.n - counts.sum, 1 - p);
}

function logMixture(counts: Counts): number {
  return computeLogBeta(counts.sum + priorEvents, counts.n - counts.sum + 1) - computeLogBeta(priorEvents, 1);
}

/** Slope of the log likelihood in p; the counts of a cohort pull p towards their ratio. */
function slope(counts: Counts, p: number): number {
  const up = counts.sum === 0 ? 0 : counts.sum / p;
  const misses = counts.n - counts.sum;
  return up - (misses === 0 ? 0 : misses / (1 - p));
}

/** Greatest log likelihood of all pairs with canary ratio = control ratio + difference. Concave in the ratio. */
function maxLogLikelihood(canary: Counts, control: Counts, difference: number): number {
  let low = Math.max(0, -difference);
  let high = Math.min(1, 1 - difference);
  for (let i = 0; i < halvings; i += 1) {
    const middle = (low + high) / 2;
    if (slope(canary, middle + difference) + slope(control, middle) > 0) low = middle;
    else high = middle;
  }
  const p = (low + high) / 2;
  return logLikelihood(canary, p + difference) + logLikelihood(control, p);
}

/** Least difference above the observed one that the data reject at alpha; 1 when none is. */
function computeUpper(canary: Counts, control: Counts, alpha: number): number {
  const threshold = logMixture(canary) + logMixture(control) + Math.log(alpha);
  let low = canary.sum / canary.n - control.sum / control.n;
  let high = 1;
  for (let i = 0; i < halvings; i += 1) {
    const middle = (low + high) / 2;
    if (maxLogLikelihood(canary, control, middle) <= threshold) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * Anytime-valid bounds for the difference of two event ratios (canary − control), each side at `alpha`. Exact from the
 * first request on, with no event at all too: with none in n requests of each cohort the upper bound is about
 * (ln(1/alpha) + ½·ln(n)) / n.
 *
 * A difference is rejected once a fixed mixture of all pairs of ratios explains the data 1/alpha times better than the
 * best pair with that difference.
 *
 * @param alpha per side, in (0, 1)
 * @returns undefined when a cohort has no requests
 *
 * Source: Wasserman, Ramdas, Balakrishnan 2020, Universal inference, arXiv 1912.11436, section 8 (sequential form), with
 * a beta mixture as the numerator.
 */
export function computeRatioBounds(
  canary: Counts,
  control: Counts,
  alpha: number,
): DifferenceBounds | undefined {
  if (canary.n <= 0 || control.n <= 0) return undefined;
  return {
    difference: canary.sum / canary.n - control.sum / control.n,
    lower: -computeUpper(control, canary, alpha),
    upper: computeUpper(canary, control, alpha),
  };
}
