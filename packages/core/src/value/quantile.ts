import type { Interval } from './figure.ts';

/** Φ⁻¹(0.975): two-sided 95 %. */
export const z95 = 1.959963984540054;

/**
 * Quantile of sorted numbers by linear interpolation between order statistics; `undefined` for none. `probability` is
 * 0–1. Infinite values stay infinite. Source: Hyndman & Fan (1996), type 7, the default of R and NumPy.
 */
export function quantileOfSorted(sorted: ArrayLike<number>, probability: number): number | undefined {
  const position = (sorted.length - 1) * probability;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) return undefined;
  // Equal neighbours return at once: the interpolation of two infinities would be NaN.
  return below === above ? below : below + (above - below) * (position - Math.floor(position));
}

/** Median of numbers in any order; `undefined` for none. */
export function median(values: readonly number[]): number | undefined {
  return quantileOfSorted(
    [...values].sort((left, right) => left - right),
    0.5,
  );
}

/** Arithmetic mean; `undefined` for none. */
export function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * 95 % interval of a median, without any assumption on the distribution; `null` for fewer than 6 values, where even the
 * whole range falls short of 95 %. Source: the sign test; order statistics at binomial(n, ½) tails of at most 2.5 %.
 */
export function medianInterval(values: readonly number[]): Interval | null {
  const sorted = [...values].sort((left, right) => left - right);
  const count = sorted.length;
  const rank = medianRank(count);
  const low = sorted[rank - 1];
  const high = sorted[count - rank];
  return low === undefined || high === undefined ? null : { low, high, confidence: 0.95 };
}

/** Largest r with P(binomial(n, ½) < r) ≤ 2.5 %. */
function medianRank(count: number): number {
  // Beyond this the normal approximation is exact to a rank, and ½ⁿ would reach zero.
  if (count > 500) return Math.floor((count - z95 * Math.sqrt(count)) / 2);
  let rank = 0;
  let tail = 0;
  let probability = 0.5 ** count;
  while (tail + probability <= 0.025) {
    tail += probability;
    rank++;
    probability *= (count - rank + 1) / rank;
  }
  return rank;
}
