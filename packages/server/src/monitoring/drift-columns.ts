import {
  type ColumnCounts,
  type ColumnReference,
  createColumnCounts,
  type DriftColumn,
  findBinIndex,
  mergeColumnCounts,
  scoreBinCount,
} from '@dividend/core/monitoring';
import type { Selectable } from 'kysely';
import type { ReleaseRecord } from '../releases/index.ts';
import { unflattenColumns } from './column-layout.ts';
import type { MonitoringTables } from './monitoring-tables.ts';

export type WindowRow = Selectable<MonitoringTables['monitoring_window']>;

/**
 * The columns of a window beside the champion's reference. Inputs are those of all traffic, as far as the releases that
 * answered count on the same bins; the score is the champion's own.
 * @param releases every release of `rows`, by index
 */
export function collectDriftColumns(
  champion: ReleaseRecord,
  rows: readonly WindowRow[],
  releases: ReadonlyMap<number, ReleaseRecord>,
): DriftColumn[] {
  const current = new Map(
    champion.reference.map((column) => [column.name, createColumnCounts(column.counts.length)]),
  );
  for (const row of rows) {
    const release = releases.get(row.release_index);
    if (release) addInputs(current, champion, release, row);
  }
  const columns = champion.reference.map((reference) => ({
    reference,
    current: current.get(reference.name) ?? createColumnCounts(reference.counts.length),
  }));
  const { scoreReference } = champion;
  if (scoreReference === null) return columns;
  const own = rows.filter((row) => row.release_index === champion.index);
  return [...columns, { reference: scoreReference, current: toScoreCounts(scoreReference, own) }];
}

function addInputs(
  current: Map<string, ColumnCounts>,
  champion: ReleaseRecord,
  release: ReleaseRecord,
  row: WindowRow,
): void {
  const columns = unflattenColumns(release.reference, {
    counts: row.column_counts,
    sums: row.column_sums,
    mins: row.column_mins,
    maxs: row.column_maxs,
  });
  for (const pinned of champion.reference) {
    const counts = columns.get(pinned.name);
    const before = current.get(pinned.name);
    const own = release.reference.find(({ name }) => name === pinned.name);
    if (counts && before && own && hasSameBins(own, pinned))
      current.set(pinned.name, mergeColumnCounts(before, counts));
  }
}

/** Counts on other bins say nothing of these. */
function hasSameBins(a: ColumnReference, b: ColumnReference): boolean {
  if (a === b) return true;
  if (a.kind === 'numeric') return b.kind === 'numeric' && isEqual(a.edges, b.edges);
  return b.kind === 'categorical' && isEqual(a.values, b.values);
}

function isEqual<Value>(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

/** The score histogram on the bins of the reference, which lie on the grid of the histogram. */
function toScoreCounts(reference: ColumnReference, rows: readonly WindowRow[]): ColumnCounts {
  const empty = createColumnCounts(reference.counts.length);
  if (reference.kind !== 'numeric') return empty;
  const counts = [...empty.counts];
  let n = 0;
  let sum = 0;
  let sumSquares = 0;
  for (const row of rows) {
    row.score_bins?.forEach((count, bin) => {
      const to = findBinIndex(reference.edges, bin / scoreBinCount);
      counts[to] = (counts[to] ?? 0) + count;
      n += count;
    });
    sum += row.score_sum;
    sumSquares += row.score_sum_squares;
  }
  return { ...empty, counts, n, sum, sumSquares };
}
