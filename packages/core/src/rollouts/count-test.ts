import type { CohortSums } from './cohort-sums.ts';
import { computeLogBeta, computeLogIncompleteBeta } from './log-gamma.ts';

/** Evidence that the canary has more events than its share. */
export interface CountEvidence {
  /** Natural logarithm of the e-value: how many times better "worse" explains the data than "not worse". */
  readonly logEValue: number;
  /** Anytime-valid p-value, min(1, 1/e), in [0, 1]. Reject at alpha when ≤ alpha. */
  readonly pValue: number;
}

type Counts = Pick<CohortSums, 'n' | 'sum'>;

/**
 * Exact anytime-valid test for rare events: is the event rate of the canary above that of the control?
 *
 * Given that an event happened, it fell on the canary with probability θ₀ = n₁ / (n₁ + n₀) if both rates are equal, and
 * with less if the canary is better; so only the split of the events matters, and a common outage that hits both
 * cohorts counts for neither. The alternative is a mixture over θ uniform on (θ₀, 1): the e-value is a martingale in the
 * events, so it may be looked at after each of them.
 *
 * Exact for rare events; conservative where events are common (judge those as a `mean` of 0 and 1).
 *
 * @param canary `sum` = events, `n` = requests
 * @param control the same
 *
 * Source: Robbins 1970 (mixture martingales) with a Beta(1, 1) prior cut at θ₀; Lindon & Malek, arXiv 2011.03567
 * (anytime-valid inference for multinomial count data, conditional on the total).
 */
export function computeCountTest(canary: Counts, control: Counts): CountEvidence {
  const events = canary.sum + control.sum;
  if (canary.n <= 0 || control.n <= 0 || events <= 0) return { logEValue: 0, pValue: 1 };
  const share = canary.n / (canary.n + control.n);
  const logEValue = computeLogCountEValue(canary.sum, control.sum, share);
  return { logEValue, pValue: Math.min(1, Math.exp(-logEValue)) };
}

/**
 * Logarithm of the e-value for `k1` of `k1 + k0` events against "a share of at most `share`".
 *
 * @param share θ₀ in (0, 1)
 */
export function computeLogCountEValue(k1: number, k0: number, share: number): number {
  const logAbove = computeLogIncompleteBeta(1 - share, k0 + 1, k1 + 1);
  const logMixture = computeLogBeta(k1 + 1, k0 + 1) + logAbove - Math.log1p(-share);
  return logMixture - k1 * Math.log(share) - k0 * Math.log1p(-share);
}
