import { findBinIndex } from './bin-index.ts';
import { type ColumnCounts, createColumnCounts, isCountable } from './column-counts.ts';
import type { ColumnReference } from './column-reference.ts';

/** What a column may hold, before it is put into a bin. */
export type ColumnValue = number | bigint | string | boolean | null | undefined;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface WindowCounts extends Mutable<Omit<ColumnCounts, 'counts'>> {
  counts: number[];
}

function createWindow(binCount: number): WindowCounts {
  const empty = createColumnCounts(binCount);
  return { ...empty, counts: [...empty.counts] };
}

/**
 * Counts the values of one column into the bins of its reference, one by one. The one mutable thing of this domain,
 * because serving counts every value of every request: `add` of a number or string allocates nothing.
 */
export interface ColumnCounter {
  /** Counts one value. Numeric columns take numbers, bigints and booleans (1, 0); anything else counts as `nans`. */
  add(value: ColumnValue): void;
  /** Counts so far, and starts again from zero. */
  take(): ColumnCounts;
}

/** Numeric value of a cell, NaN when it has none. */
function toNumber(value: Exclude<ColumnValue, null | undefined>): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? Number.NaN : Number(value);
}

function addNumber(window: WindowCounts, edges: Float64Array, value: number): void {
  if (!isCountable(value)) {
    window.nans += 1;
    return;
  }
  const bin = findBinIndex(edges, value);
  window.counts[bin] = (window.counts[bin] as number) + 1;
  window.sum += value;
  window.sumSquares += value * value;
  if (window.min === null || value < window.min) window.min = value;
  if (window.max === null || value > window.max) window.max = value;
}

/** Counter for one column; see {@link ColumnCounter}. */
export function createColumnCounter(reference: ColumnReference): ColumnCounter {
  const binCount = reference.counts.length;
  let window = createWindow(binCount);
  const count =
    reference.kind === 'numeric' ? countNumbers(reference.edges) : countCategories(reference.values);
  return {
    add(value) {
      window.n += 1;
      if (value === null || value === undefined) window.nulls += 1;
      else count(window, value);
    },
    take() {
      const taken = window;
      window = createWindow(binCount);
      return taken;
    },
  };
}

type Count = (window: WindowCounts, value: Exclude<ColumnValue, null | undefined>) => void;

function countNumbers(edges: readonly number[]): Count {
  const flat = Float64Array.from(edges);
  return (window, value) => addNumber(window, flat, toNumber(value));
}

function countCategories(values: readonly string[]): Count {
  const index = new Map(values.map((value, i) => [value, i]));
  return (window, value) => {
    const bin = index.get(typeof value === 'string' ? value : String(value)) ?? values.length;
    window.counts[bin] = (window.counts[bin] as number) + 1;
  };
}
