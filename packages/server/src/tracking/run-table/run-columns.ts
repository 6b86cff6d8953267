import { DividendError } from '@dividend/core/errors';
import { checkLength, limits } from '../log-limits.ts';

export const keyKinds = ['metrics', 'params', 'tags'] as const;
export type KeyKind = (typeof keyKinds)[number];

/** Something that a run has under a name. */
export interface RunColumn {
  readonly kind: KeyKind | 'attributes';
  readonly key: string;
  /** As it was written: `metrics.auc`. */
  readonly name: string;
}

/** Wider tables are no table any more; each column costs a probe a run. */
const maxColumns = 500;

/**
 * Columns as a query writes them, joined by commas: no key of a run holds one.
 * @throws {DividendError} COLUMN_INVALID
 */
export function parseColumns(
  text: string | undefined,
  field: string,
  { kinds, max = maxColumns }: { kinds: readonly RunColumn['kind'][]; max?: number },
): RunColumn[] {
  const names = [...new Set((text ?? '').split(',').filter(Boolean))];
  if (names.length > max) {
    throw invalidColumn(
      field,
      `At most ${max} columns can be asked for at a time, these are ${names.length}`,
    );
  }
  return names.map((name) => parseColumn(name, field, kinds));
}

function parseColumn(name: string, field: string, kinds: readonly RunColumn['kind'][]): RunColumn {
  const dot = name.indexOf('.');
  const kind = kinds.find((each) => each === name.slice(0, dot));
  const key = name.slice(dot + 1);
  if (dot === -1 || kind === undefined || key === '') {
    const known = kinds.map((each) => `'${each}.…'`).join(', ');
    throw invalidColumn(field, `'${name.slice(0, 100)}' is no column here; it must be one of ${known}`);
  }
  return { kind, key: checkLength(key, limits.key, field), name };
}

export function invalidColumn(field: string, message: string): DividendError {
  return new DividendError('COLUMN_INVALID', 'invalid_argument', message, { field });
}
