import type { RunKeys, RunRow } from '@dividend/contracts/api';
import { toFilterName } from '../../live/filter-text.ts';

/** Columns that every run has, by their names in the address and in a filter. */
export const attributeColumns = [
  { name: 'attributes.status', title: 'Status' },
  { name: 'attributes.start_time', title: 'Started' },
  { name: 'attributes.duration', title: 'Duration' },
  { name: 'attributes.end_time', title: 'Ended' },
  { name: 'attributes.user_id', title: 'User' },
  { name: 'attributes.run_id', title: 'Run id' },
] as const;

const alwaysShown = ['attributes.status', 'attributes.start_time', 'attributes.duration'];
/** Of each kind, where nothing was chosen; more would not be read. */
const usualOfKind = 5;

/** No object: it has `constructor` and `toString`, and so may tags. */
const tagTitles = new Map(
  Object.entries({
    'mlflow.user': 'User (tag)',
    'mlflow.source.name': 'Source',
    'mlflow.source.type': 'Source type',
    'mlflow.source.git.commit': 'Commit',
    'mlflow.source.git.branch': 'Branch',
    'mlflow.parentRunId': 'Parent run',
    'mlflow.note.content': 'Note',
  }),
);

/** `metrics.val/auc` → kind and key. */
export function splitColumn(name: string): { readonly kind: string; readonly key: string } {
  const dot = name.indexOf('.');
  return { kind: name.slice(0, dot), key: name.slice(dot + 1) };
}

export function titleOf(name: string): string {
  const known = attributeColumns.find((column) => column.name === name);
  if (known) return known.title;
  const { kind, key } = splitColumn(name);
  return kind === 'tags' ? (tagTitles.get(key) ?? key) : key;
}

export function isNumeric(name: string): boolean {
  return name.startsWith('metrics.') || name === 'attributes.duration';
}

/** Pixels. A name that does not fit is cut, and whole on hover. */
export function widthOf(name: string): number {
  if (name === 'attributes.status') return 112;
  if (name === 'attributes.run_id') return 250;
  if (name.startsWith('attributes.')) return 132;
  return Math.min(220, Math.max(104, titleOf(name).length * 7.4 + 42));
}

/** What is shown until somebody chooses: state and time, and what most runs logged. */
export function usualColumns(keys: RunKeys['keys']): string[] {
  const most = (kind: string) =>
    keys
      .filter((each) => each.kind === kind && !isOfClient(each.key))
      .slice(0, usualOfKind)
      .map(({ key }) => `${kind}.${key}`);
  return [...alwaysShown, ...most('metrics'), ...most('params')];
}

/** Tags that clients set for themselves, and measurements of the machine. */
function isOfClient(key: string): boolean {
  return key.startsWith('mlflow.') || key.startsWith('system/');
}

/** The columns that the server must read; the others are of every run. */
export function loggedColumns(names: readonly string[]): string[] {
  return names.filter((name) => !name.startsWith('attributes.'));
}

/** As the server sorts: `` metrics.`val/auc` DESC ``. */
export function toOrderTerm(
  order: { column: string; isDescending: boolean } | undefined,
): string | undefined {
  if (order === undefined) return undefined;
  const { kind, key } = splitColumn(order.column);
  return `${toFilterName(kind, key)} ${order.isDescending ? 'DESC' : 'ASC'}`;
}

/** A metric as a number; also those that JSON has no number for. */
export function readMetric(row: RunRow, name: string): number | undefined {
  const value = row.values[name];
  if (value === undefined) return undefined;
  return typeof value === 'number' ? value : Number(value);
}
