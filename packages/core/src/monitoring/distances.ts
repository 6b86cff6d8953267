import type { ColumnCounts } from './column-counts.ts';

/** Counts per bin; not negative, at least one positive. */
export type BinCounts = readonly number[];

/**
 * Half a value stands in for an empty bin in {@link computePsi} and {@link computeKlDivergence}, which are infinite
 * otherwise: the least count that would have been rounded to one. Filled bins are taken as they are, and bins that both
 * sides leave empty are left out.
 */
const emptyBinCount = 0.5;

/** All a column has counted, missing and non-finite values as bins of their own: a column that goes missing drifts. */
export function toBinCounts(column: ColumnCounts): BinCounts {
  return [...column.counts, column.nulls, column.nans];
}

function sum(counts: BinCounts): number {
  return counts.reduce((total, count) => total + count, 0);
}

function assertComparable(p: BinCounts, q: BinCounts): void {
  if (p.length !== q.length) {
    throw new RangeError(
      `Compare distributions: ${p.length} and ${q.length} bins, compare counts of one reference`,
    );
  }
  if (!(sum(p) > 0 && sum(q) > 0)) {
    throw new RangeError('Compare distributions: a side has no values, check the counts first');
  }
}

/** Sum of a term over the bins, as shares of either side. */
function sumShares(p: BinCounts, q: BinCounts, term: (p: number, q: number) => number): number {
  assertComparable(p, q);
  const pTotal = sum(p);
  const qTotal = sum(q);
  return p.reduce((total, count, i) => total + term(count / pTotal, (q[i] as number) / qTotal), 0);
}

/** As {@link sumShares}, empty bins filled as {@link emptyBinCount} says. */
function sumFilledShares(p: BinCounts, q: BinCounts, term: (p: number, q: number) => number): number {
  assertComparable(p, q);
  const pTotal = sum(p);
  const qTotal = sum(q);
  return p.reduce((total, pCount, i) => {
    const qCount = q[i] as number;
    if (pCount === 0 && qCount === 0) return total;
    return total + term((pCount || emptyBinCount) / pTotal, (qCount || emptyBinCount) / qTotal);
  }, 0);
}

/**
 * Population stability index, Σ (q − p)·ln(q / p): symmetric, ≥ 0, in nats. Below 0.1 is usually read as stable, above 0.25
 * as shifted, which is right only at some thousand values; see `computePsiNoise`.
 *
 * @throws RangeError when the bins differ in number or a side has no values; so do all distances here
 *
 * Source: Siddiqi 2006, Credit Risk Scorecards; equals scipy.stats.entropy(p, q) + scipy.stats.entropy(q, p).
 */
export function computePsi(reference: BinCounts, current: BinCounts): number {
  return sumFilledShares(reference, current, (p, q) => (q - p) * Math.log(q / p));
}

/** Kullback–Leibler divergence of p from q, Σ p·ln(p / q), in nats. Matches scipy.stats.entropy(p, q). */
export function computeKlDivergence(p: BinCounts, q: BinCounts): number {
  return sumFilledShares(p, q, (a, b) => a * Math.log(a / b));
}

/** a·log₂(a / b), with 0·log 0 = 0. */
function bits(a: number, b: number): number {
  return a === 0 ? 0 : a * Math.log2(a / b);
}

/**
 * Jensen–Shannon divergence in bits, [0, 1].
 *
 * Source: Lin 1991, Divergence measures based on the Shannon entropy; the square of
 * scipy.spatial.distance.jensenshannon(p, q, base=2).
 */
export function computeJsDivergence(p: BinCounts, q: BinCounts): number {
  const doubled = sumShares(p, q, (a, b) => bits(a, (a + b) / 2) + bits(b, (a + b) / 2));
  return Math.max(0, doubled / 2);
}

/** Jensen–Shannon distance, [0, 1]. Matches scipy.spatial.distance.jensenshannon(p, q, base=2). */
export function computeJsDistance(p: BinCounts, q: BinCounts): number {
  return Math.sqrt(computeJsDivergence(p, q));
}

/** Hellinger distance, √(½·Σ (√p − √q)²), [0, 1]. */
export function computeHellingerDistance(p: BinCounts, q: BinCounts): number {
  return Math.sqrt(sumShares(p, q, (a, b) => (Math.sqrt(a) - Math.sqrt(b)) ** 2) / 2);
}

/** Total variation distance, ½·Σ |p − q|: the share of values that would have to move. [0, 1]. */
export function computeTotalVariation(p: BinCounts, q: BinCounts): number {
  return sumShares(p, q, (a, b) => Math.abs(a - b)) / 2;
}

/** L∞ distance, max |p − q|: the greatest change of one bin, in [0, 1]. Matches scipy.spatial.distance.chebyshev. */
export function computeLInfinity(p: BinCounts, q: BinCounts): number {
  let greatest = 0;
  sumShares(p, q, (a, b) => {
    greatest = Math.max(greatest, Math.abs(a - b));
    return 0;
  });
  return greatest;
}

/**
 * Kolmogorov–Smirnov statistic on bins in order, [0, 1]: the greatest gap of the two distribution functions at the edges, a
 * lower bound of the statistic on the raw values. Pass `counts` of a numeric column, without missing values.
 *
 * Matches scipy.stats.ks_2samp(...).statistic on values replaced by their bin.
 */
export function computeBinnedKs(p: BinCounts, q: BinCounts): number {
  let gap = 0;
  let greatest = 0;
  sumShares(p, q, (a, b) => {
    gap += a - b;
    greatest = Math.max(greatest, Math.abs(gap));
    return 0;
  });
  return greatest;
}

/**
 * Wasserstein-1 distance (earth mover's) between counts at ascending positions, in the unit of the positions. Divide by the
 * standard deviation of the reference to compare columns.
 *
 * @param positions where the mass of each bin sits; see `listBinPositions`
 *
 * Matches scipy.stats.wasserstein_distance(positions, positions, p, q).
 */
export function computeBinnedWasserstein(positions: readonly number[], p: BinCounts, q: BinCounts): number {
  let gap = 0;
  let distance = 0;
  let i = 0;
  sumShares(p, q, (a, b) => {
    gap += a - b;
    const here = positions[i] as number;
    distance += Math.abs(gap) * ((positions[i + 1] ?? here) - here);
    i += 1;
    return 0;
  });
  return distance;
}
