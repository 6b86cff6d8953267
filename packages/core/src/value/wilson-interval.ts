import type { Interval } from './figure.ts';
import { z95 } from './quantile.ts';

/**
 * 95 % interval of a ratio k of n; `null` where n is 0. Keeps its coverage for small n and for 0 or n successes, where
 * the textbook interval collapses. Source: Wilson (1927), without continuity correction.
 */
export function wilsonInterval(successes: number, trials: number): Interval | null {
  if (trials === 0) return null;
  const ratio = successes / trials;
  const z2 = z95 ** 2;
  const scale = 1 + z2 / trials;
  const centre = (ratio + z2 / (2 * trials)) / scale;
  const half = (z95 / scale) * Math.sqrt((ratio * (1 - ratio)) / trials + z2 / (4 * trials ** 2));
  return {
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === trials ? 1 : Math.min(1, centre + half),
    confidence: 0.95,
  };
}
