import { readExactNumber } from '@dividend/core/json';

/** A value with its keys in order, at every depth: the same JSON for the same content. */
export function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (typeof value !== 'object' || value === null || readExactNumber(value) !== undefined) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, withSortedKeys(item)]));
}

/** The type of a JSON value in MLflow's words. */
export function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const digits = readExactNumber(value);
  if (digits !== undefined) return /[.e]/i.test(digits) ? 'float' : 'integer';
  return typeof value;
}
