import { computeChiSquareSurvival } from './chi-square.ts';
import type { BinCounts } from './distances.ts';

export interface ChiSquareResult {
  readonly statistic: number;
  /** Bins that either side fills, less one. */
  readonly degreesOfFreedom: number;
  /** Small for any real difference once the counts are large: never alarm on it alone. */
  readonly pValue: number;
}

/**
 * Chi-square test that two count vectors come from one distribution (two-sample homogeneity, both sides sampled).
 *
 * @returns undefined when fewer than two bins are filled or a side has no values
 * @throws RangeError when the bins differ in number
 *
 * Source: Pearson 1900; matches scipy.stats.chi2_contingency([p, q], correction=False) without empty columns.
 */
export function computeChiSquareTest(p: BinCounts, q: BinCounts): ChiSquareResult | undefined {
  if (p.length !== q.length) {
    throw new RangeError(
      `Chi-square test: ${p.length} and ${q.length} bins, compare counts of one reference`,
    );
  }
  const pTotal = p.reduce((sum, count) => sum + count, 0);
  const qTotal = q.reduce((sum, count) => sum + count, 0);
  const filled = p.filter((count, i) => count + (q[i] as number) > 0).length;
  if (filled < 2 || pTotal === 0 || qTotal === 0) return undefined;
  const statistic = p.reduce((sum, pCount, i) => {
    const both = pCount + (q[i] as number);
    if (both === 0) return sum;
    const expected = (both * pTotal) / (pTotal + qTotal);
    // Both cells of the column deviate by the same amount.
    return sum + (pCount - expected) ** 2 * (1 / expected + 1 / (both - expected));
  }, 0);
  const degreesOfFreedom = filled - 1;
  return { statistic, degreesOfFreedom, pValue: computeChiSquareSurvival(statistic, degreesOfFreedom) };
}
