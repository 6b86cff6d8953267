import { createColumnCounter } from './column-counter.ts';
import { createColumnCounts, isCountable } from './column-counts.ts';
import type { CategoricalReference, ColumnReference, NumericReference } from './column-reference.ts';
import { computeNextUp } from './next-up.ts';
import { type DistinctValue, partitionValues } from './partition-values.ts';

/** Interior bins of a numeric column. Ten deciles are what PSI is usually read on; more bins mean more noise. */
export const defaultBinCount = 10;

/** Values of a categorical column with a bin of their own. */
export const defaultCategoryCount = 20;

type Cell = number | string | boolean | null | undefined;

function count<R extends ColumnReference>(empty: R, values: readonly Cell[]): R {
  const counter = createColumnCounter(empty);
  for (const value of values) counter.add(value);
  return { ...empty, ...counter.take() };
}

function listDistinct(values: readonly (number | null | undefined)[]): readonly DistinctValue[] {
  const numbers = values.filter((value) => typeof value === 'number' && isCountable(value)) as number[];
  const sorted = Float64Array.from(numbers).sort();
  const distinct: { value: number; count: number }[] = [];
  for (const value of sorted) {
    const last = distinct.at(-1);
    if (last !== undefined && last.value === value) last.count += 1;
    else distinct.push({ value, count: 1 });
  }
  return distinct;
}

/**
 * Pins the bins of a numeric column to reference data: about equally filled bins between quantiles, a bin of its own for
 * each value that would overfill one, an empty bin on either side for what the reference never had.
 *
 * Deterministic, and the same for any order of the values. A column without finite values gets one bin.
 *
 * @param values reference data; null is missing; NaN, ±Infinity and the like are counted apart
 * @param maxBins interior bins at most, ≥ 1, default {@link defaultBinCount}
 */
export function pinNumericBins(
  name: string,
  values: readonly (number | null | undefined)[],
  maxBins = defaultBinCount,
): NumericReference {
  const distinct = listDistinct(values);
  const starts = partitionValues(distinct, maxBins);
  const greatest = distinct.at(-1);
  const edges = greatest === undefined ? [] : [...starts, computeNextUp(greatest.value)];
  const empty: NumericReference = {
    name,
    kind: 'numeric',
    edges,
    distinct: distinct.length,
    ...createColumnCounts(edges.length + 1),
  };
  return count(empty, values);
}

/**
 * Pins the bins of a categorical column: its most frequent values, and one bin for all others.
 *
 * Deterministic: ties go by code unit order. Numbers and booleans are taken by their text.
 *
 * @param maxValues values with a bin of their own, ≥ 1, default {@link defaultCategoryCount}
 */
export function pinCategoricalBins(
  name: string,
  values: readonly Cell[],
  maxValues = defaultCategoryCount,
): CategoricalReference {
  const frequencies = new Map<string, number>();
  for (const value of values) {
    if (value === null || value === undefined) continue;
    const text = String(value);
    frequencies.set(text, (frequencies.get(text) ?? 0) + 1);
  }
  const ranked = [...frequencies].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  const pinned = ranked.slice(0, maxValues).map(([text]) => text);
  const empty: CategoricalReference = {
    name,
    kind: 'categorical',
    values: pinned,
    distinct: frequencies.size,
    ...createColumnCounts(pinned.length + 1),
  };
  return count(empty, values);
}
