/**
 * Where the mass of each numeric bin is taken to sit: in the middle of its edges; of the two open bins at the outer edge, so
 * that a distance is understated rather than invented for values beyond the reference.
 *
 * @param edges ascending, as of a numeric reference; may be empty
 * @returns edges.length + 1 ascending positions (one, 0, without edges)
 */
export function listBinPositions(edges: readonly number[]): readonly number[] {
  const first = edges[0];
  const last = edges.at(-1);
  if (first === undefined || last === undefined) return [0];
  const middles = edges.slice(1).map((edge, i) => ((edges[i] as number) + edge) / 2);
  return [first, ...middles, last];
}
