import type { RunKeyQuery, RunKeys, RunValueQuery, RunValues } from '@dividend/contracts/api';
import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import type { Sql } from '../search/index.ts';
import { invalidColumn, type KeyKind, keyKinds, parseColumns } from './run-columns.ts';

/** Keys and values are counted over so many of the newest runs: enough to know them, and the same cost at any size. */
const countedRuns = 2000;
/** Longer values are no choice of a list. */
const longestValue = 500;

const tables = { metrics: sql`run_latest_metric`, params: sql`run_param`, tags: sql`run_tag` } as const;

/** What the newest runs logged, most frequent first. */
export async function readRunKeys(db: Db, experimentId: number, query: RunKeyQuery): Promise<RunKeys> {
  const kinds = query.kind === undefined ? keyKinds : [query.kind];
  const search = query.search ?? '';
  const keys = kinds.map(
    (kind) => sql`SELECT ${kind} AS kind, l.key, count(*)::int AS runs
      FROM newest AS n JOIN ${tables[kind]} AS l USING (run_id)
      WHERE position(lower(${search}) IN lower(l.key)) > 0 GROUP BY l.key`,
  );
  const { rows } = await sql<{ kind: KeyKind; key: string; runs: number; of: number; keys: number }>`
    WITH newest AS MATERIALIZED (${newestRuns(experimentId)})
    SELECT *, (SELECT count(*)::int FROM newest) AS of, count(*) OVER ()::int AS keys
    FROM (${sql.join(keys, sql` UNION ALL `)}) AS found
    ORDER BY runs DESC, kind, key COLLATE "C" LIMIT ${query.limit ?? 200}`.execute(db);
  return {
    keys: rows.map(({ kind, key, runs }) => ({ kind, key, runs })),
    keyCount: rows[0]?.keys ?? 0,
    countedRuns: rows[0]?.of ?? 0,
  };
}

/** What the newest runs have in one column, most frequent first. */
export async function readRunValues(db: Db, experimentId: number, query: RunValueQuery): Promise<RunValues> {
  const search = query.search ?? '';
  const { rows } = await sql<{ value: string; runs: number; of: number }>`
    WITH newest AS MATERIALIZED (${newestRuns(experimentId)})
    SELECT value, count(*)::int AS runs, (SELECT count(*)::int FROM newest) AS of
    FROM (${valuesOf(query.column)}) AS found
    WHERE length(value) <= ${longestValue} AND position(lower(${search}) IN lower(value)) > 0
    GROUP BY value ORDER BY runs DESC, value COLLATE "C" LIMIT ${query.limit ?? 20}`.execute(db);
  return { values: rows.map(({ value, runs }) => ({ value, runs })), countedRuns: rows[0]?.of ?? 0 };
}

function newestRuns(experimentId: number): Sql {
  return sql`SELECT r.run_id, r.name, r.user_id FROM run AS r
    WHERE r.experiment_id = ${experimentId}::bigint AND r.lifecycle_stage = 'active'
    ORDER BY r.started_ms DESC, r.run_id LIMIT ${countedRuns}`;
}

function valuesOf(name: string): Sql {
  const [column] = parseColumns(name, 'column', { kinds: ['params', 'tags', 'attributes'], max: 1 });
  if (column?.kind === 'params' || column?.kind === 'tags') {
    return sql`SELECT l.value FROM newest AS n JOIN ${tables[column.kind]} AS l USING (run_id) WHERE l.key = ${column.key}`;
  }
  if (column?.key === 'run_name') return sql`SELECT name AS value FROM newest`;
  if (column?.key === 'user_id') return sql`SELECT user_id AS value FROM newest`;
  throw invalidColumn(
    'column',
    `'${name}' has no values to choose from; it is a param, a tag, run_name or user_id`,
  );
}
