import type { RunGroup, RunGroupQuery, RunGroups, RunStatus } from '@dividend/contracts/api';
import { toCalendarTime } from '@dividend/core/time';
import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import { runStatuses } from '../runs/run-store.ts';
import type { Sql } from '../search/index.ts';
import { type FoundRuns, foundRuns, whereFound } from './found-runs.ts';
import { invalidColumn, parseColumns, type RunColumn } from './run-columns.ts';

const mostGroupings = 3;
const mostMetrics = 30;
const usualLimit = 200;

/** Larger values stand for infinity, and the sum of a few of them is no number any more. */
const largestMeasured = 1e300;

interface Statistics {
  readonly runs: number;
  readonly min: number;
  readonly mean: number | null;
  readonly max: number;
}
interface GroupRow {
  readonly keys: (string | null)[];
  readonly runs: number;
  readonly statuses: Record<string, number>;
  readonly started_ms: number | null;
  readonly measured: (Statistics | null)[];
  readonly group_count: number;
  readonly run_count: number;
}

/** Runs that have the same values, with what their metrics are from least to most. */
export async function readRunGroups(db: Db, experimentId: number, query: RunGroupQuery): Promise<RunGroups> {
  const by = parseColumns(query.by, 'by', { kinds: ['params', 'tags', 'attributes'], max: mostGroupings });
  if (by.length === 0)
    throw invalidColumn('by', 'Name at least one column to group by, such as params.model');
  const metrics = parseColumns(query.metrics, 'metrics', { kinds: ['metrics'], max: mostMetrics });
  const found = foundRuns(experimentId, query);
  const { rows } = await sql<GroupRow>`
    WITH found AS (${selectFound(found, by)}), logged AS (${selectLogged(metrics)})
    SELECT ARRAY[${sql.join(by.map((_, index) => sql.ref(`key_${index}`)))}]::text[] AS keys,
      ${countRuns} AS runs, ${countStatuses} AS statuses, max(started_ms) AS started_ms,
      json_build_array(${sql.join(metrics.map((metric) => statisticsOf(metric)))}) AS measured,
      count(*) OVER ()::int AS group_count, sum(${countRuns}) OVER ()::int AS run_count
    FROM logged GROUP BY ${sql.join(by.map((_, index) => sql.ref(`key_${index}`)))}
    ORDER BY ${orderOf(query.order ?? 'runs DESC', by, metrics)} LIMIT ${query.limit ?? usualLimit}`.execute(
    db,
  );
  return {
    groups: rows.map((row) => toGroup(row, metrics)),
    groupCount: rows[0]?.group_count ?? 0,
    runCount: rows[0]?.run_count ?? 0,
  };
}

function selectFound(found: FoundRuns, by: readonly RunColumn[]): Sql {
  const keys = by.map((column, index) => sql`${keyOf(column, index)} AS ${sql.ref(`key_${index}`)}`);
  const joins = by.map((column, index) => joinOf(column, index));
  return sql`SELECT r.run_id, r.status, r.started_ms, ${sql.join(keys)}
    FROM run AS r ${sql.join(joins, sql` `)} WHERE ${whereFound(found)}`;
}

function keyOf({ kind, key }: RunColumn, index: number): Sql {
  if (kind !== 'attributes') return sql`${sql.table(`by_${index}`)}.value`;
  if (key === 'status') return sql`r.status`;
  if (key === 'user_id') return sql`r.user_id`;
  throw invalidColumn('by', `Runs can't be grouped by 'attributes.${key}', only by status and user_id`);
}

function joinOf({ kind, key }: RunColumn, index: number): Sql {
  if (kind === 'attributes') return sql``;
  const side = sql.table(`by_${index}`);
  const table = sql.table(kind === 'params' ? 'run_param' : 'run_tag');
  return sql`LEFT JOIN ${table} AS ${side} ON ${side}.run_id = r.run_id AND ${side}.key = ${key}`;
}

/** Each run once without a metric, and once with each that it logged: so one grouping counts and measures. */
function selectLogged(metrics: readonly RunColumn[]): Sql {
  const runs = sql`SELECT *, NULL::text AS metric, NULL::float8 AS value FROM found`;
  if (metrics.length === 0) return runs;
  return sql`${runs} UNION ALL
    SELECT f.*, m.key, m.value FROM found AS f JOIN run_latest_metric AS m USING (run_id)
    WHERE m.key = ANY(${metrics.map(({ key }) => key)}::text[]) AND NOT m.is_nan`;
}

const countRuns = sql`count(*) FILTER (WHERE metric IS NULL)`;

const countStatuses = sql`json_build_object(${sql.join(
  runStatuses.map(
    (status) =>
      sql`${sql.lit(status)}, count(*) FILTER (WHERE metric IS NULL AND status = ${sql.lit(status)})`,
  ),
)})`;

function statisticsOf(metric: RunColumn): Sql {
  const own = ownOf(metric);
  return sql`CASE WHEN count(*) FILTER ${own} > 0 THEN json_build_object(
    'runs', count(*) FILTER ${own}, 'min', min(value) FILTER ${own}, 'max', max(value) FILTER ${own},
    'mean', ${meanOf(metric)}) END`;
}

function ownOf({ key }: RunColumn): Sql {
  return sql`(WHERE metric = ${key}::text)`;
}

/** Unknown where an infinity is among the values. */
function meanOf(metric: RunColumn): Sql {
  const { key } = metric;
  return sql`CASE WHEN max(abs(value)) FILTER ${ownOf(metric)} <= ${sql.lit(largestMeasured)}::float8
    THEN avg(value) FILTER (WHERE metric = ${key}::text AND abs(value) <= ${sql.lit(largestMeasured)}::float8) END`;
}

const orderPattern = /^(?:(mean|min|max) )?(.+?)(?: (ASC|DESC))?$/i;

/** Groups without what they are sorted by come last, either way; those that are equal by what groups them. */
function orderOf(order: string, by: readonly RunColumn[], metrics: readonly RunColumn[]): Sql {
  const [, statistic, name = '', direction] = orderPattern.exec(order) ?? [];
  const way = sql.raw(direction?.toUpperCase() === 'DESC' ? 'DESC' : 'ASC');
  const keys = by.map((_, index) => sql.ref(`key_${index}`));
  return sql`${orderedBy(statistic?.toLowerCase(), name)} ${way} NULLS LAST, ${sql.join(keys)}`;

  function orderedBy(statistic: string | undefined, name: string): Sql {
    const grouping = by.findIndex((column) => column.name === name);
    const metric = metrics.find((column) => column.name === name);
    if (statistic === undefined && name === 'runs') return countRuns;
    if (statistic === undefined && name === 'started') return sql`max(started_ms)`;
    if (statistic === undefined && grouping !== -1) return sql.ref(`key_${grouping}`);
    if (statistic === undefined || metric === undefined) {
      throw invalidColumn(
        'order',
        `Groups can't be sorted by '${order}'; sort by runs, started, a column of 'by', or 'mean metrics.x' of one of 'metrics'`,
      );
    }
    if (statistic === 'mean') return meanOf(metric);
    return statistic === 'min'
      ? sql`min(value) FILTER ${ownOf(metric)}`
      : sql`max(value) FILTER ${ownOf(metric)}`;
  }
}

function toGroup(row: GroupRow, metrics: readonly RunColumn[]): RunGroup {
  const statuses = Object.entries(row.statuses).filter(([, runs]) => runs > 0);
  const measured = metrics.flatMap(({ name }, index) => {
    const statistics = row.measured[index];
    return statistics ? [[name, statistics] as const] : [];
  });
  return {
    values: row.keys,
    runs: Number(row.runs),
    statuses: Object.fromEntries(statuses) as Record<RunStatus, number>,
    startedAt: row.started_ms === null ? null : toCalendarTime(row.started_ms),
    metrics: Object.fromEntries(measured),
  };
}
