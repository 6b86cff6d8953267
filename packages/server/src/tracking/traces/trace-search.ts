import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import {
  fetchPage,
  invalidOrder,
  isOneOf,
  parseFilter,
  parseOrderTerm,
  type SortTerm,
  withSearchLimit,
} from '../search/index.ts';
import { newestFirst, resolveTraceEntity, traceSortTerm } from './trace-fields.ts';
import { traceFilterToSql } from './trace-filter.ts';
import { type StoredTrace, type TraceRow, toStoredTrace, traceColumns } from './trace-store.ts';

export interface TraceSearch {
  readonly experimentIds: readonly number[];
  readonly filter: string;
  readonly orderBy: readonly string[];
  readonly maxResults: number;
  readonly pageToken: string | undefined;
}

/** @throws {DividendError} FILTER_INVALID, ORDER_INVALID, PAGE_TOKEN_INVALID, SEARCH_TOO_SLOW */
export async function searchTraces(
  db: Db,
  { experimentIds, filter, orderBy, maxResults, pageToken }: TraceSearch,
): Promise<{ traces: StoredTrace[]; nextPageToken: string | undefined }> {
  if (experimentIds.length === 0) return { traces: [], nextPageToken: undefined };
  const condition = traceFilterToSql(parseFilter(filter));
  const order = orderTerms(orderBy);
  const page = await withSearchLimit(db, (limited) =>
    fetchPage<TraceRow>(limited, {
      question: `traces ${JSON.stringify([experimentIds, filter, orderBy])}`,
      columns: traceColumns,
      from: sql`trace AS t`,
      where: [isOneOf(sql`t.experiment_id`, experimentIds), condition],
      order,
      limit: maxResults,
      pageToken,
    }),
  );
  return { traces: page.rows.map(toStoredTrace), nextPageToken: page.nextPageToken };
}

function orderTerms(orderBy: readonly string[]): SortTerm[] {
  const seen = new Set<string>();
  const terms = orderBy.map((source) => {
    const { entity: name, key, descending } = parseOrderTerm(source);
    const entity = resolveTraceEntity(name);
    if (seen.has(`${entity}.${key}`)) {
      throw invalidOrder(`\`order_by\` contains duplicate fields: ${orderBy.join(', ')}`);
    }
    seen.add(`${entity}.${key}`);
    const term = traceSortTerm(entity, key, descending);
    if (term === undefined)
      throw invalidOrder(`Invalid order_by clause '${source}': traces have no such order`);
    return term;
  });
  return [...terms, ...newestFirst];
}
