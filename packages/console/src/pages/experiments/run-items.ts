import type { RunGroup, RunRow } from '@dividend/contracts/api';
import { toFilterName, toFilterText } from '../../live/filter-text.ts';
import { splitColumn } from './run-columns.ts';

/** One line of a run table. */
export type RunItem =
  | {
      readonly kind: 'run';
      readonly key: string;
      readonly row: RunRow;
      readonly depth: number;
      readonly isOpen: boolean;
    }
  | { readonly kind: 'group'; readonly key: string; readonly group: RunGroup; readonly isOpen: boolean }
  | {
      readonly kind: 'note';
      readonly key: string;
      readonly depth: number;
      readonly text: string;
      readonly filter?: string;
    };

/** What is folded out below a line, as far as it was read. */
export interface Below {
  readonly rows: readonly RunRow[];
  readonly isWhole: boolean;
  /** Finds the rest too. */
  readonly filter: string;
}

/** Undefined while it is read. */
export type ReadBelow = (key: string) => Below | undefined;

export function listRuns(
  rows: readonly RunRow[],
  open: ReadonlySet<string>,
  readBelow: ReadBelow,
  depth = 0,
): RunItem[] {
  return rows.flatMap((row): RunItem[] => {
    const isOpen = row.children > 0 && open.has(row.runId);
    const item: RunItem = { kind: 'run', key: row.runId, row, depth, isOpen };
    return isOpen ? [item, ...listBelow(row.runId, open, readBelow, depth + 1)] : [item];
  });
}

export function listGroups(
  groups: readonly RunGroup[],
  open: ReadonlySet<string>,
  readBelow: ReadBelow,
): RunItem[] {
  return groups.flatMap((group): RunItem[] => {
    const key = groupKey(group);
    const isOpen = open.has(key);
    const item: RunItem = { kind: 'group', key, group, isOpen };
    return isOpen ? [item, ...listBelow(key, open, readBelow, 1)] : [item];
  });
}

function listBelow(key: string, open: ReadonlySet<string>, readBelow: ReadBelow, depth: number): RunItem[] {
  const below = readBelow(key);
  if (below === undefined) return [{ kind: 'note', key: `${key} reads`, depth, text: 'Reading …' }];
  const items = listRuns(below.rows, open, readBelow, depth);
  return below.isWhole
    ? items
    : [
        ...items,
        {
          kind: 'note',
          key: `${key} more`,
          depth,
          text: `The first ${below.rows.length} are shown.`,
          filter: below.filter,
        },
      ];
}

export function groupKey({ values }: RunGroup): string {
  return JSON.stringify(values);
}

/** The filter that finds the runs of a group. */
export function groupFilter(filter: string, by: readonly string[], { values }: RunGroup): string {
  const own = by.map((column, index) => {
    const { kind, key } = splitColumn(column);
    const value = values[index];
    const name = toFilterName(kind, key);
    return value === null || value === undefined ? `${name} IS NULL` : `${name} = ${toFilterText(value)}`;
  });
  return joinFilters(filter, own);
}

export function childFilter(filter: string, runId: string): string {
  return joinFilters(filter, [`${toFilterName('tags', 'mlflow.parentRunId')} = ${toFilterText(runId)}`]);
}

function joinFilters(filter: string, own: readonly string[]): string {
  const whole = /\bor\b/i.test(filter) ? `(${filter})` : filter;
  return [...(filter === '' ? [] : [whole]), ...own].join(' AND ');
}
