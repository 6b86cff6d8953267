const minute = 60;
const hour = 3600;
const day = 86_400;

/** Upper edges in seconds of the bins of label lag; the last bin is open. From a click to a defaulted loan. */
export const labelLagEdgesSeconds = [
  1,
  5,
  15,
  minute,
  5 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  3 * hour,
  4 * hour,
  6 * hour,
  9 * hour,
  12 * hour,
  18 * hour,
  day,
  2 * day,
  3 * day,
  5 * day,
  7 * day,
  14 * day,
  30 * day,
  60 * day,
  90 * day,
  180 * day,
  365 * day,
] as const;
export const labelLagBinCount = labelLagEdgesSeconds.length + 1;

/** Bin of a lag; a label from before its prediction has none, which counts as the shortest. */
export function findLagBin(lagSeconds: number): number {
  const bin = labelLagEdgesSeconds.findIndex((edge) => lagSeconds < edge);
  return bin < 0 ? labelLagEdgesSeconds.length : bin;
}

/**
 * Lag in seconds that the ratio of labels stays below, taken linearly within its bin; null without labels. The open bin
 * gives its lower edge, an understatement.
 */
export function estimateLagQuantile(bins: readonly number[], ratio: number): number | null {
  const total = bins.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let before = 0;
  for (const [bin, count] of bins.entries()) {
    if (count > 0 && before + count >= ratio * total) {
      const low = labelLagEdgesSeconds[bin - 1] ?? 0;
      const high = labelLagEdgesSeconds[bin] ?? low;
      return low + ((ratio * total - before) / count) * (high - low);
    }
    before += count;
  }
  return null;
}
