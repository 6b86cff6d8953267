import { computeLogBeta } from './log-gamma.ts';

/** Strict, because a mismatch says that the router or the telemetry is broken, and stops every promotion. */
export const defaultSampleRatioAlpha = 0.001;

/**
 * Pseudo-observations of the concentrated half of the prior: it looks for shares within about 1.6 points of the declared
 * one, the size of a leak; the flat half finds a cohort that is lost altogether.
 */
const priorConcentration = 1000;

/** Whether the cohorts got the shares of units that the router was told to give them. */
export interface SampleRatioEvidence {
  readonly verdict: 'match' | 'mismatch';
  readonly canary: number;
  readonly control: number;
  /** Declared share of the canary among both, in (0, 1). */
  readonly expectedShare: number;
  /** Observed share, or null without units. */
  readonly share: number | null;
  /** Anytime-valid p-value in [0, 1]. */
  readonly pValue: number;
  readonly alpha: number;
}

function logMixture(canary: number, control: number, share: number): number {
  const a = priorConcentration * share;
  const b = priorConcentration * (1 - share);
  const concentrated = computeLogBeta(canary + a, control + b) - computeLogBeta(a, b);
  const flat = computeLogBeta(canary + 1, control + 1);
  const greater = Math.max(concentrated, flat);
  return greater + Math.log((Math.exp(concentrated - greater) + Math.exp(flat - greater)) / 2);
}

/**
 * Sequential sample-ratio-mismatch test: may be looked at after every unit, and cries wolf ever with probability at
 * most `alpha`.
 *
 * @param canary units (or requests, where each is a unit of its own) seen in the canary cohort. Requests of sticky units
 *   with unequal traffic are no valid input: count the units
 * @param control the same for the control cohort
 * @param expectedShare declared share of the canary among both, in (0, 1); 0.5 for cohorts of equal size
 * @param alpha in (0, 1), default {@link defaultSampleRatioAlpha}
 *
 * Source: Lindon & Malek, arXiv 2011.03567 (Dirichlet mixture over multinomial shares), with the average of two priors.
 */
export function computeSampleRatio(
  canary: number,
  control: number,
  expectedShare = 0.5,
  alpha = defaultSampleRatioAlpha,
): SampleRatioEvidence {
  const total = canary + control;
  const logNull = canary * Math.log(expectedShare) + control * Math.log1p(-expectedShare);
  const pValue = Math.min(1, Math.exp(logNull - logMixture(canary, control, expectedShare)));
  return {
    verdict: pValue <= alpha ? 'mismatch' : 'match',
    canary,
    control,
    expectedShare,
    share: total > 0 ? canary / total : null,
    pValue,
    alpha,
  };
}
