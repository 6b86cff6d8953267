import { DividendError } from '@dividend/core/errors';

export function invalidRequest(field: string, expected: string, value: unknown): DividendError {
  return new DividendError(
    'INVALID_REQUEST',
    'invalid_argument',
    `Field '${field}' must be ${expected}, got ${describeValue(value)}`,
    { field },
  );
}

/** A value in a message: its kind, and the value itself where it is short. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  return typeof value === 'object' ? 'an object' : String(value);
}
