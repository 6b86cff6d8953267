import { toKeptValue } from '@dividend/contracts/imports';

/** Why a field of the source cannot be taken. */
export class FieldFault extends Error {
  readonly field: string;

  constructor(field: string, reason: string) {
    super(`'${field}' ${reason}`);
    this.field = field;
  }
}

/** Text as it is. @throws {FieldFault} */
export function toText(value: unknown, field: string, maxLength: number): string {
  const text = typeof value === 'bigint' || typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') throw new FieldFault(field, `is ${describe(value)}, not a text`);
  if (text.includes('\0')) throw new FieldFault(field, 'holds the character U+0000');
  if (!text.isWellFormed()) throw new FieldFault(field, 'holds half a character (a lone surrogate)');
  if (text.length > maxLength)
    throw new FieldFault(field, `has ${text.length} characters, more than the limit of ${maxLength}`);
  return text;
}

/** Text, or null where there is none: REST gives the empty text where a database gives null. @throws {FieldFault} */
export function toNullableText(value: unknown, field: string, maxLength: number): string | null {
  return value === null || value === undefined || value === '' ? null : toText(value, field, maxLength);
}

/** A whole number that a double holds. @throws {FieldFault} */
export function toInteger(value: unknown, field: string): number {
  const number =
    typeof value === 'bigint' || (typeof value === 'string' && /^-?\d{1,20}$/.test(value))
      ? Number(value)
      : value;
  if (typeof number !== 'number') throw new FieldFault(field, `is ${describe(value)}, not a whole number`);
  if (!Number.isSafeInteger(number)) throw new FieldFault(field, `is ${value}, beyond ±2^53 or not whole`);
  return number + 0;
}

/** Unix milliseconds. @throws {FieldFault} */
export function toMs(value: unknown, field: string): number {
  const ms = toInteger(value, field);
  if (ms < 0) throw new FieldFault(field, `is ${ms}, before 1970`);
  return ms;
}

/** A metric's value as it is kept. @throws {FieldFault} */
export function toMetricValue(value: unknown, isNan: unknown, field: string): number | 'NaN' {
  if (isNan === true || isNan === 1 || isNan === 1n) return 'NaN';
  if (typeof value === 'bigint') return toKeptValue(Number(value));
  if (typeof value === 'number') return toKeptValue(value);
  const named = {
    NaN: Number.NaN,
    Infinity: Number.POSITIVE_INFINITY,
    '-Infinity': Number.NEGATIVE_INFINITY,
  };
  if (typeof value === 'string' && Object.hasOwn(named, value))
    return toKeptValue(named[value as keyof typeof named]);
  throw new FieldFault(field, `is ${describe(value)}, not a number`);
}

/** One of some words. @throws {FieldFault} */
export function toOneOf<Word extends string>(value: unknown, words: readonly Word[], field: string): Word {
  const word = words.find((candidate) => candidate === value);
  if (word !== undefined) return word;
  throw new FieldFault(field, `is '${String(value).slice(0, 50)}', not one of ${words.join(', ')}`);
}

/**
 * The name of a metric, param or tag, as the platform's other doors take it: as a file name it means itself.
 * @throws {FieldFault}
 */
export function toKey(value: unknown, field: string): string {
  const key = toText(value, field, 250);
  const isPlain =
    /^[/\p{L}\p{N}_.\- :]+$/u.test(key) &&
    !key.startsWith('..') &&
    key.split('/').every((name) => name !== '' && name !== '.' && name !== '..');
  if (!isPlain) throw new FieldFault(field, `has the name '${key.slice(0, 100)}', which is no name for it`);
  return key;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'missing';
  return value instanceof Uint8Array ? 'bytes' : `a ${typeof value}`;
}
