import type { RunRow, RunRowQuery } from '@dividend/contracts/api';
import { toCalendarTime } from '@dividend/core/time';
import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import { checkRunId } from '../log-limits.ts';
import { toRunPage } from '../runs/run-search.ts';
import type { RunRow as StoredRun } from '../runs/run-store.ts';
import { fetchPage, type Page, type Sql } from '../search/index.ts';
import { readColumnValues } from './column-values.ts';
import { type FoundRuns, foundRuns, isFound, parentTag } from './found-runs.ts';
import type { RunColumn } from './run-columns.ts';
import { parseRunIds } from './run-ids.ts';

export interface NestedRun extends StoredRun {
  parent_run_id: string | null;
  children: number;
}

export interface RowQuery extends FoundRuns {
  readonly order?: string | undefined;
  readonly nested?: boolean | undefined;
  readonly parent?: string | undefined;
  readonly ids?: string | undefined;
  readonly columns: readonly RunColumn[];
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Who has more children than this, has "more than this". */
const mostChildrenCounted = 1000;

/** Runs of an experiment with some of what was logged to them, by the page. */
export async function listRunRows(db: Db, query: RowQuery): Promise<Page<RunRow>> {
  const page = await fetchPage<NestedRun>(db, toRowPage(query));
  const values = await readColumnValues(
    db,
    page.rows.map((row) => row.run_id),
    query.columns,
  );
  return { ...page, rows: page.rows.map((row) => toRunRow(row, values.get(row.run_id) ?? {})) };
}

export function toRowPage(query: RowQuery) {
  const base = toRunPage({
    experimentIds: [query.experimentId],
    filter: query.filter,
    stages: query.ids === undefined ? [query.stage] : ['active', 'deleted'],
    orderBy: query.order ? [query.order] : [],
    maxResults: query.limit,
    pageToken: query.cursor,
  });
  return {
    ...base,
    question: `run rows ${query.order ?? ''}`,
    columns: sql`r.*, ${parentOf} AS parent_run_id, ${query.nested ? countChildren(query) : sql`0`} AS children`,
    where: [...base.where, ...narrow(query)],
  };
}

function narrow(query: RowQuery): Sql[] {
  return [
    ...(query.ids === undefined ? [] : [sql`r.run_id = ANY(${parseRunIds(query.ids)}::text[])`]),
    ...(query.parent === undefined ? [] : [isChildOf(checkRunId(query.parent))]),
    ...(query.nested && query.parent === undefined && query.ids === undefined ? [isTop(query)] : []),
  ];
}

export const parentOf = sql`(SELECT up.value FROM run_tag AS up WHERE up.run_id = r.run_id AND up.key = ${parentTag})`;

function isChildOf(runId: string): Sql {
  return sql`r.run_id IN (SELECT down.run_id FROM run_tag AS down
    WHERE down.key = ${parentTag} AND left(down.value, 256) = left(${runId}::text, 256) AND down.value = ${runId})`;
}

/** Nothing above it is found too: also a child, where the filter does not hold for its parent. */
function isTop(found: FoundRuns): Sql {
  return sql`NOT EXISTS (SELECT FROM run_tag AS up
    WHERE up.run_id = r.run_id AND up.key = ${parentTag} AND ${isFound(found, sql`up.value`)})`;
}

function countChildren(found: FoundRuns): Sql {
  return sql`(SELECT count(*)::int FROM (SELECT FROM run_tag AS down
    WHERE down.key = ${parentTag} AND left(down.value, 256) = left(r.run_id, 256) AND down.value = r.run_id
      AND ${isFound(found, sql`down.run_id`)} LIMIT ${mostChildrenCounted}) AS counted)`;
}

export function toRunRow(row: NestedRun, values: RunRow['values']): RunRow {
  return {
    runId: row.run_id,
    name: row.name,
    status: row.status as RunRow['status'],
    user: row.user_id,
    startedAt: toCalendarTime(row.started_ms),
    endedAt: row.ended_ms === null ? null : toCalendarTime(row.ended_ms),
    stage: row.lifecycle_stage,
    parentRunId: row.parent_run_id,
    children: row.children,
    values,
  };
}

export function toRowQuery(
  { filter, stage, limit, ...rest }: RunRowQuery,
  experimentId: number,
  columns: readonly RunColumn[],
): RowQuery {
  return { ...rest, ...foundRuns(experimentId, { filter, stage }), columns, limit: limit ?? 100 };
}
