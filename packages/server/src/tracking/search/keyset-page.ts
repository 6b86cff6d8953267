import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import { type CursorValue, decodePageToken, encodePageToken } from './page-token.ts';
import { invalidOrder } from './parse-order.ts';
import { type Sql, typedValue } from './search-field.ts';
import { withSearchLimit } from './search-limit.ts';

/** One column of a sort. Rows without a value come last in either direction. */
export interface SortTerm {
  readonly value: Sql;
  readonly type: 'text' | 'number';
  readonly descending: boolean;
  /** Ascending before the value: 0 has a value, more has none. Absent where every row has one. */
  readonly rank?: Sql;
  /** What `value` reads from, as a JOIN clause. */
  readonly join?: Sql;
}

export interface PageQuery {
  /** What makes a token of one search useless for another. */
  readonly question: string;
  readonly columns: Sql;
  readonly from: Sql;
  readonly where: readonly Sql[];
  /** Ends with terms that tell any two rows apart. */
  readonly order: readonly SortTerm[];
  readonly limit: number;
  readonly pageToken: string | undefined;
  /** Its search ends in time (`isLongFilter`); costs two round trips. */
  readonly isLong?: boolean;
}

export interface Page<Row> {
  readonly rows: Row[];
  /** Absent on the last page. */
  readonly nextPageToken: string | undefined;
}

/** Each may be a table more to join: PostgreSQL plans 100 in half a second, 800 in a quarter of a minute. */
const mostSortTerms = 100;

/**
 * One page by keyset: it starts after the sort values of the last row of the page before, so a deep page costs what the
 * first one does, and rows that come in between neither repeat nor hide others. @throws {DividendError} ORDER_INVALID
 */
export async function fetchPage<Row>(db: Db, query: PageQuery): Promise<Page<Row>> {
  if (query.order.length > mostSortTerms) {
    throw invalidOrder(
      `\`order_by\` has too many fields: a search sorts by at most ${mostSortTerms}, with those that tell equal rows apart`,
    );
  }
  const search = (on: Db) => toPageSql(query).execute(on);
  const { rows } = await (query.isLong ? withSearchLimit(db, search) : search(db));
  const page = rows.slice(0, query.limit) as (Row & Record<string, CursorValue>)[];
  const last = page.at(-1);
  const nextPageToken =
    last !== undefined && rows.length > query.limit
      ? encodePageToken(
          query.question,
          query.order.flatMap(sortColumns).map((_, index) => last[sortName(index)] ?? null),
        )
      : undefined;
  return { rows: page, nextPageToken };
}

/** The statement of a page: its rows with their sort values, and one row more where another page follows. */
export function toPageSql(query: PageQuery): RawBuilder<Record<string, unknown>> {
  const columns = query.order.flatMap(sortColumns);
  const selected = columns.map(({ value }, index) => sql`${value} AS ${sql.ref(sortName(index))}`);
  const joins = query.order.flatMap(({ join }) => join ?? []);
  const order = columns.map(({ value, descending }) => sql`${value} ${sql.raw(descending ? 'DESC' : 'ASC')}`);
  return sql`
    SELECT ${query.columns}, ${sql.join(selected)}
    FROM ${query.from} ${sql.join(joins, sql` `)}
    WHERE ${sql.join([...query.where, ...afterToken(query, columns)], sql` AND `)}
    ORDER BY ${sql.join(order)}
    LIMIT ${query.limit + 1}`;
}

function afterToken(query: PageQuery, columns: readonly SortColumn[]): Sql[] {
  if (!query.pageToken) return [];
  const types = columns.map(({ type }) => type);
  return [isAfter(columns, decodePageToken(query.question, query.pageToken, types))];
}

function sortName(index: number): string {
  return `sort_${index}`;
}

type SortColumn = Pick<SortTerm, 'value' | 'type' | 'descending'>;

function sortColumns({ value, type, descending, rank }: SortTerm): SortColumn[] {
  const column = { value, type, descending };
  return rank === undefined ? [column] : [{ value: rank, type: 'number', descending: false }, column];
}

/**
 * Rows after the given values: not before in the first column, and there either behind or after in the rest. The outer
 * bound on each column is what lets an index start at the right place.
 */
function isAfter([column, ...rest]: readonly SortColumn[], [value, ...others]: readonly CursorValue[]): Sql {
  if (column === undefined) return sql`false`;
  // Without a value (a rank above 0) all such rows are equal here, and the rest decides.
  if (value === null || value === undefined) return isAfter(rest, others);
  const behind = sql`${column.value} ${sql.raw(column.descending ? '<' : '>')} ${typedValue(value)}`;
  if (rest.length === 0) return behind;
  const notBefore = sql`${column.value} ${sql.raw(column.descending ? '<=' : '>=')} ${typedValue(value)}`;
  return sql`(${notBefore} AND (${behind} OR ${isAfter(rest, others)}))`;
}
