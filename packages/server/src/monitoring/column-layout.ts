import type { ColumnCounts, ColumnReference } from '@dividend/core/monitoring';

/** The counts of all columns of one window, laid one after another in the order of the reference. */
export interface FlatColumns {
  /** Per column: its bins, nulls, nans. */
  readonly counts: readonly number[];
  /** Per column: sum, sum of squares. */
  readonly sums: readonly number[];
  readonly mins: readonly (number | null)[];
  readonly maxs: readonly (number | null)[];
}

export function flattenColumns(
  reference: readonly ColumnReference[],
  columns: Readonly<Record<string, ColumnCounts>>,
): FlatColumns {
  const counts: number[] = [];
  const sums: number[] = [];
  const mins: (number | null)[] = [];
  const maxs: (number | null)[] = [];
  for (const { name, counts: pinned } of reference) {
    const column = columns[name];
    if (column) counts.push(...column.counts, column.nulls, column.nans);
    else for (let bin = 0; bin < pinned.length + 2; bin++) counts.push(0);
    sums.push(column?.sum ?? 0, column?.sumSquares ?? 0);
    mins.push(column?.min ?? null);
    maxs.push(column?.max ?? null);
  }
  return { counts, sums, mins, maxs };
}

export function unflattenColumns(
  reference: readonly ColumnReference[],
  flat: FlatColumns,
): ReadonlyMap<string, ColumnCounts> {
  const columns = new Map<string, ColumnCounts>();
  let offset = 0;
  reference.forEach(({ name, counts: pinned }, index) => {
    const end = offset + pinned.length;
    const counts = flat.counts.slice(offset, end);
    const nulls = flat.counts[end] ?? 0;
    const nans = flat.counts[end + 1] ?? 0;
    columns.set(name, {
      counts,
      nulls,
      nans,
      n: counts.reduce((total, count) => total + count, nulls + nans),
      sum: flat.sums[2 * index] ?? 0,
      sumSquares: flat.sums[2 * index + 1] ?? 0,
      min: flat.mins[index] ?? null,
      max: flat.maxs[index] ?? null,
    });
    offset = end + 2;
  });
  return columns;
}
