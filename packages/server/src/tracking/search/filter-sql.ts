import { DividendError } from '@dividend/core/errors';
import type { Comparison, Filter } from '@dividend/core/search';
import { sql } from 'kysely';
import { allOf, fenced } from './all-of.ts';
import { invalidFilter, type SearchField, type Sql, toValueTest } from './search-field.ts';

/** Finds the field that a name of the filter means. @throws {DividendError} FILTER_INVALID */
export type FieldResolver = (entity: string | undefined, key: string) => SearchField;

/** The condition of a filter over the fields of one kind of entity. */
export function filterToSql(filter: Filter, resolve: FieldResolver): Sql {
  if (filter.kind === 'comparison') return withPlace(filter.start, () => comparisonToSql(filter, resolve));
  const parts = filter.parts.map((part) => {
    const condition = filterToSql(part, resolve);
    // An AND in parentheses would add its own joins.
    return part.kind === 'all' ? fenced(condition) : condition;
  });
  return filter.kind === 'all' ? allOf(parts) : sql`(${sql.join(parts, sql` OR `)})`;
}

/** What is wrong with a comparison is said with its place, as errors of the grammar are. */
function withPlace(start: number, toSql: () => Sql): Sql {
  try {
    return toSql();
  } catch (error) {
    if (!(error instanceof DividendError) || error.code !== 'FILTER_INVALID') throw error;
    throw invalidFilter(`${error.message}, at character ${start + 1}`);
  }
}

function comparisonToSql({ entity, key, comparator, value }: Comparison, resolve: FieldResolver): Sql {
  const field = resolve(entity, key);
  if (comparator === 'IS NULL' || comparator === 'IS NOT NULL') {
    if (field.isPresent === undefined || !field.comparators.includes(comparator)) {
      throw invalidFilter(
        `IS NULL / IS NOT NULL is only supported for tags and params, not for ${field.label}`,
      );
    }
    return comparator === 'IS NULL' ? sql`NOT ${field.isPresent}` : field.isPresent;
  }
  return field.where(toValueTest(field, comparator, value));
}
