/**
 * Spearman's rank correlation of two equally long samples, −1 to 1; `null` where one of them does not vary. Ties get
 * their mean rank. Source: Spearman (1904).
 */
export function computeRankCorrelation(left: ArrayLike<number>, right: ArrayLike<number>): number | null {
  return correlate(rank(left), rank(right));
}

/** Indices of the values in ascending order. */
export function sortIndices(values: ArrayLike<number>): Uint32Array {
  const indices = Uint32Array.from({ length: values.length }, (_, index) => index);
  return indices.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
}

function rank(values: ArrayLike<number>): Float64Array {
  const order = sortIndices(values);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    const value = values[order[start] ?? 0];
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === value) end++;
    for (let index = start; index < end; index++) ranks[order[index] ?? 0] = (start + end - 1) / 2;
    start = end;
  }
  return ranks;
}

/** Pearson's correlation. */
function correlate(left: Float64Array, right: Float64Array): number | null {
  const centre = (left.length - 1) / 2; // the mean of all ranks, ties or not
  let product = 0;
  let leftSquares = 0;
  let rightSquares = 0;
  for (let index = 0; index < left.length; index++) {
    const x = (left[index] ?? 0) - centre;
    const y = (right[index] ?? 0) - centre;
    product += x * y;
    leftSquares += x * x;
    rightSquares += y * y;
  }
  return leftSquares === 0 || rightSquares === 0 ? null : product / Math.sqrt(leftSquares * rightSquares);
}
