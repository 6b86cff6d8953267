import { computeChiSquareQuantile } from './chi-square.ts';
import type { BinCounts } from './distances.ts';

/** What decides how far two samples of one distribution lie apart by chance. */
export interface SamplingNoiseInput {
  /** Values of the reference, > 0. */
  readonly referenceN: number;
  /** Values of the window, > 0. */
  readonly currentN: number;
  /** Bins that can be filled, ≥ 1. */
  readonly bins: number;
  /**
   * Share of the values that is expected in bins that only one side fills, because the other was too small to reach them:
   * 1/N of the side that leaves the bin empty, for each such bin. [0, 1]
   */
  readonly unseenShare: number;
}

/** What decides the sampling noise between two counts on the same bins. */
export function describeSampling(reference: BinCounts, current: BinCounts): SamplingNoiseInput {
  const referenceN = reference.reduce((sum, count) => sum + count, 0);
  const currentN = current.reduce((sum, count) => sum + count, 0);
  let bins = 0;
  let unseenShare = 0;
  reference.forEach((count, i) => {
    const other = current[i] as number;
    if (count === 0 && other === 0) return;
    bins += 1;
    if (count === 0) unseenShare += 1 / referenceN;
    if (other === 0) unseenShare += 1 / currentN;
  });
  return { referenceN, currentN, bins, unseenShare };
}

/**
 * PSI that two samples of the same distribution stay below with the given probability: what sampling alone does.
 *
 * Under no drift PSI is distributed as (1/n + 1/m)·χ²(B − 1). With 10 bins the 0.95 quantile is 0.113 at 300 values a
 * side and 0.0019 at 100 000 against 10 000, which is why a fixed 0.1 cries wolf on small windows.
 *
 * @param probability in [0, 1)
 *
 * Source: Yurdakul 2018, Statistical properties of population stability index; arXiv 2307.11878.
 */
export function computePsiNoise(input: SamplingNoiseInput, probability: number): number {
  if (input.bins < 2) return 0;
  const scale = 1 / input.referenceN + 1 / input.currentN;
  return scale * computeChiSquareQuantile(probability, input.bins - 1);
}

/**
 * Jensen–Shannon divergence in bits that sampling alone stays below with the given probability; its square root is that of
 * the distance.
 *
 * When p and q are close, both distances are Σ (p − q)²/p up to a factor: 1 for PSI, 1/(8·ln 2) for JS in bits (second-order
 * expansion of each around p = q). A bin that one side leaves empty is not close: there JS is half its share, so the
 * share expected there is added.
 *
 * @param probability in [0, 1)
 */
export function computeJsNoise(input: SamplingNoiseInput, probability: number): number {
  return computePsiNoise(input, probability) / (8 * Math.LN2) + input.unseenShare / 2;
}
