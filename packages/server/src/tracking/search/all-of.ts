import { comparisonsOf, type Filter } from '@dividend/core/search';
import { sql } from 'kysely';
import type { Sql } from './search-field.ts';

/**
 * How many conditions PostgreSQL may turn into joins, to start from the rarest: each is a table more whose order it plans, and
 * planning time multiplies with every one (10 tables take 0.2 s, 50 take 11 s).
 */
const mostJoined = 4;

/** Holds where all conditions do. Those past the first few are asked of each row instead of joined. */
export function allOf(conditions: readonly Sql[]): Sql {
  if (conditions.length === 0) return sql`true`;
  const parts = conditions.map((condition, index) => (index < mostJoined ? condition : fenced(condition)));
  return sql`(${sql.join(parts, sql` AND `)})`;
}

/** A condition that PostgreSQL makes no join of; it expects most rows to pass it. */
export function fenced(condition: Sql): Sql {
  return sql`(${condition})::int <> 0`;
}

/** Whether a filter asks so much of each row that its search must end in time. */
export function isLongFilter(filter: Filter): boolean {
  return comparisonsOf(filter).length > mostJoined;
}
