import { DividendError } from '@dividend/core/errors';
import type { Comparator, FilterValue } from '@dividend/core/search';
import { type RawBuilder, sql } from 'kysely';

export type Sql = RawBuilder<unknown>;

export const numberComparators: readonly Comparator[] = ['=', '!=', '<', '<=', '>', '>='];
export const textComparators: readonly Comparator[] = ['=', '!=', 'LIKE', 'ILIKE'];
export const nullComparators: readonly Comparator[] = ['IS NULL', 'IS NOT NULL'];
export const listComparators: readonly Comparator[] = ['IN', 'NOT IN'];

/** Something a filter can compare. */
export interface SearchField {
  /** As a message names it: `metric`, `tag`, `attribute 'start_time'`. */
  readonly label: string;
  /** A whole number may also be written as a text. */
  readonly type: 'text' | 'number' | 'wholeNumber';
  readonly comparators: readonly Comparator[];
  /** SQL that is true where the field has a value for which `test` holds. */
  where(test: ValueTest): Sql;
  /** SQL that is true where the field has a value at all; only for fields that can be compared with NULL. */
  readonly isPresent?: Sql;
}

/** A comparison that waits for its left side. */
export interface ValueTest {
  readonly comparator: Comparator;
  readonly value: string | number | readonly string[];
  on(column: Sql): Sql;
}

/** A column of the searched table. */
export function columnField(
  label: string,
  type: SearchField['type'],
  column: Sql,
  comparators: readonly Comparator[] = type === 'text' ? textComparators : numberComparators,
): SearchField {
  return { label, type, comparators, where: (test) => test.on(column) };
}

/**
 * The value under a key in a side table (tags, params), as rows `(owner…, key, value)`; `owner` joins it, with the
 * side table named `kv`.
 */
export function keyedTextField(
  label: string,
  side: { table: Sql; owner: Sql; key: string; comparators?: readonly Comparator[] },
): SearchField {
  const rows = sql`FROM ${side.table} AS kv WHERE ${side.owner} AND kv.key = ${side.key}`;
  return {
    label,
    type: 'text',
    comparators: side.comparators ?? [...textComparators, ...nullComparators],
    where: (test) => sql`EXISTS (SELECT ${rows} AND ${test.on(sql`kv.value`)} ${prefixMatch(test)})`,
    isPresent: sql`EXISTS (SELECT ${rows})`,
  };
}

/** Indexes on values hold their first 256 characters: an equal value has an equal beginning. */
function prefixMatch(test: ValueTest): Sql {
  return test.comparator === '=' ? sql`AND left(kv.value, 256) = left(${test.value}::text, 256)` : sql``;
}

/** @throws {DividendError} FILTER_INVALID where the comparator or the value does not fit the field */
export function toValueTest(field: SearchField, comparator: Comparator, value: FilterValue): ValueTest {
  if (!field.comparators.includes(comparator)) {
    const known = field.comparators.map((known) => `'${known}'`).join(', ');
    throw invalidFilter(`Invalid comparator '${comparator}' for ${field.label}: not one of ${known}`);
  }
  const plain = field.type === 'text' ? textOf(field, value) : numberOf(field, value);
  return { comparator, value: plain, on: (column) => compare(column, comparator, plain) };
}

function numberOf(field: SearchField, value: FilterValue): number {
  if (value.kind === 'number') return value.number;
  if (field.type === 'wholeNumber') return wholeNumberOf(field, value);
  throw invalidFilter(`Expected numeric value type for ${field.label}. Found ${show(value)}`);
}

function wholeNumberOf(field: SearchField, value: FilterValue): number {
  const number = value.kind === 'text' && value.text.trim() !== '' ? Number(value.text) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw invalidFilter(`Invalid value for ${field.label}: ${show(value)}`);
}

function textOf(field: SearchField, value: FilterValue): string | readonly string[] {
  if (value.kind === 'text') return value.text;
  if (value.kind === 'list') return value.texts;
  throw invalidFilter(
    `Expected a quoted string value for ${field.label} (e.g. 'my-value'). Got value ${show(value)}`,
  );
}

function compare(column: Sql, comparator: Comparator, value: string | number | readonly string[]): Sql {
  switch (comparator) {
    case 'IN':
      return sql`${column} = ANY(${value}::text[])`;
    case 'NOT IN':
      return sql`${column} <> ALL(${value}::text[])`;
    // A backslash is a character like any other: MLflow's patterns have no escape.
    case 'LIKE':
      return sql`${column} LIKE ${value}::text ESCAPE ''`;
    case 'ILIKE':
      return sql`${column} COLLATE "default" ILIKE ${value}::text ESCAPE ''`;
    case 'RLIKE':
      return sql`${column} ~ ${value}::text`;
    default:
      return sql`${column} ${sql.raw(comparator)} ${typedValue(value as string | number)}`;
  }
}

/** A parameter of the type that leaves an index on the column usable: a whole number fits bigint and double columns. */
export function typedValue(value: string | number): Sql {
  if (typeof value === 'string') return sql`${value}::text`;
  return Number.isSafeInteger(value) ? sql`${value}::bigint` : sql`${value}::float8`;
}

/** One value compares by `=`: only then can an index that sorts by what follows be read in its order. */
export function isOneOf(column: Sql, values: readonly (string | number)[]): Sql {
  const [first] = values;
  if (first !== undefined && values.length === 1) return sql`${column} = ${typedValue(first)}`;
  return typeof first === 'number'
    ? sql`${column} = ANY(${values}::bigint[])`
    : sql`${column}::text = ANY(${values}::text[])`;
}

function show(value: FilterValue): string {
  if (value.kind === 'text') return `'${value.text}'`;
  if (value.kind === 'number') return value.source;
  return value.kind === 'list' ? `(${value.texts.map((text) => `'${text}'`).join(', ')})` : 'NULL';
}

export function invalidFilter(message: string): DividendError {
  return new DividendError('FILTER_INVALID', 'invalid_argument', message, { field: 'filter' });
}

/** Shows valid names in a message as MLflow does. */
export function listNames(names: Iterable<string>): string {
  return `[${[...names].map((name) => `'${name}'`).join(', ')}]`;
}
