/**
 * What is kept of one column over one window: integer counts on the bins of the reference, and moments. A function of
 * these is a function of the window, and windows merge by addition, so no rows are kept. JSON-safe.
 */
export interface ColumnCounts {
  /**
   * Values per bin. Numeric: below the first edge, between edges, from the last edge on (edges.length + 1 of them).
   * Categorical: one per pinned value, then all others (values.length + 1).
   */
  readonly counts: readonly number[];
  /** Missing values. */
  readonly nulls: number;
  /** Values of a numeric column that are no number to count: NaN, ±Infinity, text, magnitudes above 1e140. */
  readonly nans: number;
  /** All values, missing ones included: sum of `counts` + `nulls` + `nans`. */
  readonly n: number;
  /** Sum of the counted numbers; 0 for a categorical column. */
  readonly sum: number;
  /** Sum of their squares; 0 for a categorical column. */
  readonly sumSquares: number;
  /** Least counted number; null without any. */
  readonly min: number | null;
  /** Greatest counted number; null without any. */
  readonly max: number | null;
}

/** Greatest magnitude that is counted as a number: 10^27 squares of it still fit into a double. */
const maxMagnitude = 1e140;

/** Whether a number goes into a bin; NaN, ±Infinity and magnitudes above 1e140 (sentinels) go into `nans`. */
export function isCountable(value: number): boolean {
  return Math.abs(value) <= maxMagnitude;
}

/** Counts of a window without values: the neutral element of {@link mergeColumnCounts}. */
export function createColumnCounts(binCount: number): ColumnCounts {
  const counts = new Array<number>(binCount).fill(0);
  return { counts, nulls: 0, nans: 0, n: 0, sum: 0, sumSquares: 0, min: null, max: null };
}

function mergeExtreme(
  a: number | null,
  b: number | null,
  pick: (a: number, b: number) => number,
): number | null {
  if (a === null) return b;
  return b === null ? a : pick(a, b);
}

/**
 * Counts of two windows (or segments, or processes) together. Commutative and associative, except that the sums of
 * non-integers may differ in their last bits with the order.
 *
 * @throws RangeError when the two were not counted on the same bins
 */
export function mergeColumnCounts(a: ColumnCounts, b: ColumnCounts): ColumnCounts {
  if (a.counts.length !== b.counts.length) {
    throw new RangeError(
      `Merge column counts: ${a.counts.length} and ${b.counts.length} bins, merge only counts of one reference`,
    );
  }
  return {
    counts: a.counts.map((count, i) => count + (b.counts[i] as number)),
    nulls: a.nulls + b.nulls,
    nans: a.nans + b.nans,
    n: a.n + b.n,
    sum: a.sum + b.sum,
    sumSquares: a.sumSquares + b.sumSquares,
    min: mergeExtreme(a.min, b.min, Math.min),
    max: mergeExtreme(a.max, b.max, Math.max),
  };
}

/** Mean of the counted numbers of a numeric column; undefined without any. */
export function computeColumnMean(column: ColumnCounts): number | undefined {
  const finite = column.n - column.nulls - column.nans;
  return finite > 0 ? column.sum / finite : undefined;
}

/** Population standard deviation (ddof 0) of the counted numbers of a numeric column; undefined without any. */
export function computeColumnStandardDeviation(column: ColumnCounts): number | undefined {
  const finite = column.n - column.nulls - column.nans;
  if (finite <= 0) return undefined;
  const mean = column.sum / finite;
  return Math.sqrt(Math.max(0, column.sumSquares / finite - mean * mean));
}
