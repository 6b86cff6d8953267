import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import {
  fetchPage,
  filterToSql,
  invalidOrder,
  isLongFilter,
  isOneOf,
  listNames,
  type PageQuery,
  parseFilter,
  parseOrderTerm,
  type SortTerm,
} from '../search/index.ts';
import type { LifecycleStage } from '../tracking-tables.ts';
import { readRunsJson } from './run-json.ts';
import {
  type RunAttribute,
  type RunFieldName,
  resolveRunField,
  runAttributes,
  runField,
} from './run-search-fields.ts';
import { type RunRow, toRunInfo } from './run-store.ts';

export interface RunSearch {
  readonly experimentIds: readonly number[];
  readonly filter: string;
  readonly stages: readonly LifecycleStage[];
  readonly orderBy: readonly string[];
  readonly maxResults: number;
  readonly pageToken: string | undefined;
}

/** A page may have 50 000 runs with a thousand metrics each. */
const runsAtOnce = 250;

/** Runs in wire form: JSON texts of some runs, with commas between; at last the token of the next page. */
export async function* searchRuns(db: Db, search: RunSearch): AsyncGenerator<string, string | undefined> {
  const { rows, nextPageToken } = await fetchPage<RunRow>(db, toRunPage(search));
  const infos = rows.map(toRunInfo);
  for (let from = 0; from < infos.length; from += runsAtOnce)
    yield (await readRunsJson(db, infos.slice(from, from + runsAtOnce))).join(',');
  return nextPageToken;
}

export function toRunPage(search: RunSearch): PageQuery {
  const filter = parseFilter(search.filter);
  return {
    question: `runs ${search.orderBy.join(', ')}`,
    columns: sql`r.*`,
    from: sql`run AS r`,
    where: [
      isOneOf(sql`r.experiment_id`, search.experimentIds),
      isOneOf(sql`r.lifecycle_stage`, search.stages),
      filterToSql(filter, runField),
    ],
    order: orderTerms(search.orderBy),
    limit: search.maxResults,
    pageToken: search.pageToken,
    isLong: isLongFilter(filter),
  };
}

/** The terms asked for, then newest first, then by id. */
function orderTerms(orderBy: readonly string[]): SortTerm[] {
  const terms = orderBy.map(parseOrderTerm);
  const fields = terms.map(({ entity, key }) => resolveRunField(entity, key));
  const names = fields.map(({ entity, key }) => `${entity}.${key}`);
  if (new Set(names).size < names.length) {
    throw invalidOrder(`\`order_by\` contains duplicate fields: ${listNames(orderBy)}`);
  }
  const sorted = fields.map((field, index) => sortTerm(field, terms[index]?.descending ?? false, index));
  if (!names.includes('attribute.start_time')) {
    sorted.push({ value: sql`r.started_ms`, type: 'number', descending: true });
  }
  return [...sorted, { value: sql`r.run_id`, type: 'text', descending: false }];
}

function sortTerm({ entity, key }: RunFieldName, descending: boolean, index: number): SortTerm {
  if (entity === 'dataset') throw invalidOrder("Invalid order_by entity type 'dataset'");
  if (entity === 'attribute') {
    const { column, type } = runAttributes[key as RunAttribute];
    const rank = key === 'end_time' || key === 'duration' ? { rank: sql`(r.ended_ms IS NULL)::int` } : {};
    return { value: column, type, descending, ...rank };
  }
  const side = sql.table(`by_${index}`);
  const value = sql`${side}.value`;
  const join = (table: ReturnType<typeof sql>) =>
    sql`LEFT JOIN ${table} AS ${side} ON ${side}.run_id = r.run_id AND ${side}.key = ${key}`;
  if (entity !== 'metric') {
    const table = entity === 'tag' ? sql`run_tag` : sql`run_param`;
    return { value, type: 'text', descending, rank: sql`(${value} IS NULL)::int`, join: join(table) };
  }
  // NaN after the numbers, runs without the metric after both, in either direction.
  const rank = sql`CASE WHEN ${side}.is_nan THEN 1 WHEN ${value} IS NULL THEN 2 ELSE 0 END`;
  return { value, type: 'number', descending, rank, join: join(sql`run_latest_metric`) };
}
