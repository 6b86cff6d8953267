export interface Bin {
  /** Minor units; the ends of the bin. */
  readonly low: number;
  readonly high: number;
  /** Share of all draws in it, 0–1. */
  readonly ratio: number;
}

/**
 * Equally wide bins between the first and the last percentile, each with its share, by a straight line between neighbours.
 *
 * @param percentiles P1 … P99, ascending
 */
export function toHistogram(percentiles: readonly number[], count: number): readonly Bin[] {
  const [least, most] = [percentiles[0] ?? 0, percentiles.at(-1) ?? 0];
  if (most <= least) return [];
  const width = (most - least) / count;
  return Array.from({ length: count }, (_, index) => {
    const [low, high] = [least + index * width, least + (index + 1) * width];
    return { low, high, ratio: readShareBelow(percentiles, high) - readShareBelow(percentiles, low) };
  });
}

/** Share of the draws below a value, 0.01–0.99. */
function readShareBelow(percentiles: readonly number[], value: number): number {
  const above = percentiles.findIndex((percentile) => percentile > value);
  if (above === 0) return 0.01;
  if (above < 0) return percentiles.length / 100;
  const [before = 0, after = 0] = [percentiles[above - 1], percentiles[above]];
  return (above + (value - before) / (after - before)) / 100;
}
