/**
 * Bin of a number among ascending edges: bin 0 is below the first edge, bin i is [edge i−1, edge i), the last bin is from
 * the last edge on. For the hot path of serving: O(log B), allocates nothing.
 *
 * @param edges strictly ascending, finite; may be empty (then everything is bin 0)
 * @param value any number; ±Infinity falls in the outer bins
 * @returns integer in [0, edges.length], or −1 for NaN, which has no place on the line
 */
export function findBinIndex(edges: ArrayLike<number>, value: number): number {
  if (Number.isNaN(value)) return -1;
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value < (edges[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}
