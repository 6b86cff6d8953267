/** How often two events were seen, alone and together, among all cases. */
export interface CoOccurrence {
  readonly first: number;
  readonly second: number;
  readonly both: number;
  readonly total: number;
}

/**
 * Normalised pointwise mutual information: −1 never together, 0 independent, 1 always together; NaN where one of the
 * events was never seen. `smoothing` is added to each cell of the 2×2 table.
 * Source: G. Bouma, "Normalized (Pointwise) Mutual Information in Collocation Extraction", 2009.
 */
export function computeNpmi({ first, second, both, total }: CoOccurrence, smoothing: number): number {
  if (first === 0 || second === 0) return Number.NaN;
  const neither = total - first - second + both;
  if (both === first && both === second && neither === 0) return 1;
  if (both + smoothing === 0) return -1;
  const all = total + 4 * smoothing;
  const together = (both + smoothing) / all;
  const expected = ((first + 2 * smoothing) / all) * ((second + 2 * smoothing) / all);
  return Math.max(-1, Math.min(1, Math.log(together / expected) / -Math.log(together)));
}
