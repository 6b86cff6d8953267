/** A series longer than this is weighed by its thousandths: one smoothing then looks alike at every length. */
const weighedPoints = 1000;

/**
 * Exponential moving average with bias correction: of each value `weight` of the average before it stays, and what the zero at
 * the beginning pulls down is divided out again, as in Adam. A place that stands for many points counts as many, so that a
 * thinned curve is smoothed as the whole one would be. Holes stay holes and do not move the average.
 *
 * @param weight [0, 1); 0 leaves the values as they are
 * @param counts points that each value stands for; default one
 * Source: Kingma, Ba (2015), Adam: A Method for Stochastic Optimization, section 3.
 */
export function smooth(
  values: readonly (number | null)[],
  weight: number,
  counts?: readonly number[],
): (number | null)[] {
  if (weight <= 0) return [...values];
  const total = counts === undefined ? values.length : counts.reduce((sum, count) => sum + count, 0);
  const scale = Math.min(1, weighedPoints / Math.max(1, total));
  let average = 0;
  let bias = 1;
  return values.map((value, at) => {
    if (value === null) return null;
    const kept = weight ** ((counts?.[at] ?? 1) * scale);
    average = kept * average + (1 - kept) * value;
    bias *= kept;
    return average / (1 - bias);
  });
}
