import { createHash } from 'node:crypto';
import { DividendError } from '@dividend/core/errors';

export type CursorValue = string | number | null;

/** Where a page ended: the sort values of its last row, bound to the question they belong to. */
export function encodePageToken(question: string, values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify([fingerprint(question), ...values])).toString('base64url');
}

/**
 * The sort values of a token made for the same question.
 * @throws {DividendError} PAGE_TOKEN_INVALID
 */
export function decodePageToken(
  question: string,
  token: string,
  types: readonly ('text' | 'number')[],
): CursorValue[] {
  const [mark, ...values] = parseToken(token);
  const fits =
    mark === fingerprint(question) &&
    values.length === types.length &&
    values.every((value, index) => isCursorValue(value, types[index]));
  if (!fits) throw invalidToken();
  return values as CursorValue[];
}

function parseToken(token: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (Array.isArray(value)) return value;
  } catch {
    // Falls through: no JSON is the same failure as JSON of another shape.
  }
  throw invalidToken();
}

function isCursorValue(value: unknown, type: 'text' | 'number' | undefined): boolean {
  if (value === null) return true;
  return type === 'number' ? typeof value === 'number' : typeof value === 'string' && !value.includes('\0');
}

function fingerprint(question: string): string {
  return createHash('sha256').update(question).digest('base64url').slice(0, 12);
}

function invalidToken(): DividendError {
  return new DividendError(
    'PAGE_TOKEN_INVALID',
    'invalid_argument',
    'Invalid page token: it does not belong to this search; start again without a token',
    { field: 'page_token' },
  );
}
