import type { ColumnCounts } from './column-counts.ts';

interface ReferenceBase extends ColumnCounts {
  readonly name: string;
  /** Distinct values seen, missing ones left out. */
  readonly distinct?: number;
}

/** Reference of a numeric column: its counts, and the edges they are on. Pinned once, never moved. */
export interface NumericReference extends ReferenceBase {
  readonly kind: 'numeric';
  /**
   * Strictly ascending. Bin 0 is below `edges[0]` (nothing of the reference is), bin i is [edges[i−1], edges[i]), the
   * last bin is from the last edge on (nothing of the reference is either).
   */
  readonly edges: readonly number[];
}

/** Reference of a categorical column: its counts, and the values they are of. */
export interface CategoricalReference extends ReferenceBase {
  readonly kind: 'categorical';
  /** Most frequent first; every other value counts as "other", the last bin. */
  readonly values: readonly string[];
}

/** The pinned bins of one column and what the reference data had in them; live data are compared with it. JSON-safe. */
export type ColumnReference = NumericReference | CategoricalReference;

/** Names of the bins of a column, in the order of `counts`, for charts and messages. */
export function listBinLabels(column: ColumnReference): readonly string[] {
  if (column.kind === 'categorical') return [...column.values, 'other'];
  const { edges } = column;
  const first = edges[0];
  const last = edges.at(-1);
  if (first === undefined || last === undefined) return ['all'];
  const inner = edges.slice(1).map((edge, i) => `${shorten(edges[i] ?? 0)} to ${shorten(edge)}`);
  return [`below ${shorten(first)}`, ...inner, `from ${shorten(last)}`];
}

/** Four digits: enough to tell bins apart, short enough for an axis. */
function shorten(value: number): string {
  return String(Number(value.toPrecision(4)));
}
