import type { ComparedRun } from '@dividend/contracts/api';

/** One param, metric or tag over all runs. */
export interface CompareRow {
  /** `metrics.auc`. */
  readonly name: string;
  readonly kind: 'params' | 'metrics' | 'tags';
  readonly key: string;
  /** One a run; undefined where the run lacks it. */
  readonly values: readonly (string | number | undefined)[];
  readonly isDifferent: boolean;
}

const kinds = ['params', 'metrics', 'tags'] as const;

/** What the client sets for itself on every run, and what differs by nature. */
const ownTags = new Set(['tags.mlflow.runName', 'tags.mlflow.log-model.history']);

/** Params, then metrics, then tags, each by name. */
export function toCompareRows(runs: readonly ComparedRun[]): readonly CompareRow[] {
  const names = new Set(runs.flatMap(({ values }) => Object.keys(values)));
  return kinds.flatMap((kind) =>
    [...names]
      .filter((name) => name.startsWith(`${kind}.`) && !ownTags.has(name))
      .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
      .map((name): CompareRow => {
        const values = runs.map((run) => run.values[name]);
        const isDifferent = values.some((value) => value !== values[0]);
        return { name, kind, key: name.slice(kind.length + 1), values, isDifferent };
      }),
  );
}

/** Numbers as numbers; a param counts as one where all that have it are numbers. NaN and what is missing are null. */
export function readNumbers({ values }: CompareRow): readonly (number | null)[] | undefined {
  const numbers = values.map((value) => {
    if (value === undefined || value === 'NaN' || value === '') return null;
    return typeof value === 'number' ? value : Number(value);
  });
  if (numbers.some((number) => number !== null && Number.isNaN(number))) return undefined;
  return numbers.some((number) => number !== null) ? numbers : undefined;
}
