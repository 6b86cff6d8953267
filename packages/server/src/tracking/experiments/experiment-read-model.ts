import type { ExperimentQuery, ExperimentSummary } from '@dividend/contracts/api';
import { toCalendarTime } from '@dividend/core/time';
import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import {
  fetchPage,
  filterToSql,
  isOneOf,
  type Page,
  parseFilter,
  type SortTerm,
  type Sql,
} from '../search/index.ts';
import { experimentField } from './experiment-search.ts';
import { type ExperimentRow, experimentColumns } from './experiment-store.ts';

interface SummaryRow extends ExperimentRow {
  last_run_ms: number | null;
}

const defaultLimit = 50;

/** Experiments as a list shows them, by the page. */
export async function listExperimentSummaries(
  db: Db,
  query: ExperimentQuery,
): Promise<Page<ExperimentSummary>> {
  const order = query.order ?? 'newest';
  const page = await fetchPage<SummaryRow>(db, {
    question: `experiment summaries ${order}`,
    ...summaryRows,
    where: [
      isOneOf(sql`e.lifecycle_stage`, [query.stage ?? 'active']),
      filterToSql(parseFilter(query.filter ?? ''), experimentField),
      ...nameHolds(query.search?.trim() ?? ''),
    ],
    order: orders[order],
    limit: query.limit ?? defaultLimit,
    pageToken: query.cursor,
  });
  return { ...page, rows: await withRunCounts(db, page.rows) };
}

/** Undefined where there is none. */
export async function findExperimentSummary(
  db: Db,
  experimentId: number,
): Promise<ExperimentSummary | undefined> {
  const { rows } = await sql<SummaryRow>`
    SELECT ${summaryRows.columns} FROM ${summaryRows.from} WHERE e.experiment_id = ${experimentId}::bigint`.execute(
    db,
  );
  return (await withRunCounts(db, rows))[0];
}

const summaryRows = {
  columns: sql`${experimentColumns}, latest.last_run_ms`,
  from: sql`experiment AS e CROSS JOIN LATERAL (
    SELECT max(r.started_ms) AS last_run_ms FROM run AS r
    WHERE r.experiment_id = e.experiment_id AND r.lifecycle_stage = e.lifecycle_stage
  ) AS latest`,
};

const byId: SortTerm = { value: sql`e.experiment_id`, type: 'number', descending: true };
const orders: Readonly<Record<NonNullable<ExperimentQuery['order']>, readonly SortTerm[]>> = {
  newest: [{ value: sql`e.created_ms`, type: 'number', descending: true }, byId],
  oldest: [{ value: sql`e.created_ms`, type: 'number', descending: false }, byId],
  lastActive: [
    { value: sql`greatest(e.updated_ms, latest.last_run_ms)`, type: 'number', descending: true },
    byId,
  ],
  name: [{ value: sql`e.name`, type: 'text', descending: false }],
};

function nameHolds(text: string): Sql[] {
  if (text === '') return [];
  return [sql`(position(lower(${text}) IN lower(e.name)) > 0 OR e.experiment_id::text = ${text})`];
}

async function withRunCounts(db: Db, rows: readonly SummaryRow[]): Promise<ExperimentSummary[]> {
  if (rows.length === 0) return [];
  const { rows: counts } = await sql<{ experiment_id: number; status: string; runs: number }>`
    SELECT r.experiment_id, r.status, count(*)::int AS runs
    FROM run AS r JOIN experiment AS e USING (experiment_id, lifecycle_stage)
    WHERE r.experiment_id = ANY(${rows.map((row) => row.experiment_id)}::bigint[])
    GROUP BY r.experiment_id, r.status`.execute(db);
  return rows.map((row) => {
    const count = (status: string) =>
      counts.find((each) => each.experiment_id === row.experiment_id && each.status === status)?.runs ?? 0;
    return {
      experimentId: String(row.experiment_id),
      name: row.name,
      stage: row.lifecycle_stage,
      createdAt: toCalendarTime(row.created_ms),
      updatedAt: toCalendarTime(row.updated_ms),
      lastRunAt: row.last_run_ms === null ? null : toCalendarTime(row.last_run_ms),
      tags: row.tags ?? {},
      runs: {
        running: count('RUNNING'),
        scheduled: count('SCHEDULED'),
        finished: count('FINISHED'),
        failed: count('FAILED'),
        killed: count('KILLED'),
      },
    };
  });
}
