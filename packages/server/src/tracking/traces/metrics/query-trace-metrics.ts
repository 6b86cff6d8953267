import { sql } from 'kysely';
import type { Db } from '../../../platform/postgres/index.ts';
import { invalidParameter, refusedParameter } from '../../door/index.ts';
import { decodePageToken, encodePageToken, isOneOf, type Sql, withSearchLimit } from '../../search/index.ts';
import { metricFilterToSql } from './metric-filter.ts';
import { type AggregationType, type MetricView, metricSources, type TraceMetric } from './trace-metrics.ts';

export interface Aggregation {
  readonly type: AggregationType;
  /** 0–100; of PERCENTILE only. */
  readonly percentile: number | undefined;
}

export interface TraceMetricQuery {
  readonly experimentIds: readonly number[];
  readonly view: MetricView;
  readonly metric: string;
  readonly aggregations: readonly Aggregation[];
  readonly dimensions: readonly string[];
  readonly filters: readonly string[];
  /** Width of a time bucket; undefined: one for all time. */
  readonly intervalSeconds: number | undefined;
  /** Both inclusive, Unix milliseconds. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly maxResults: number;
  readonly pageToken: string | undefined;
}

export interface MetricPoint {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, number>>;
}

const bucketName = 'time_bucket';
const mostParts = 20;

/**
 * Values of traces, spans or assessments, put together by dimension and time. A group without any value is left out, and so is
 * what has no value of a dimension.
 * @throws {DividendError} PARAMETER_INVALID, FILTER_INVALID, PAGE_TOKEN_INVALID, SEARCH_TOO_SLOW
 */
export async function queryTraceMetrics(
  db: Db,
  query: TraceMetricQuery,
): Promise<{ points: MetricPoint[]; nextPageToken: string | undefined }> {
  const metric = checkQuery(query);
  const source = metricSources[query.view];
  const groups = groupsOf(query);
  const question = `trace metrics ${JSON.stringify({ ...query, pageToken: undefined })}`;
  const offset = query.pageToken ? (decodePageToken(question, query.pageToken, ['number'])[0] as number) : 0;
  if (!(Number.isSafeInteger(offset) && offset >= 0)) throw invalidParameter('page_token', query.pageToken);
  const where = [
    isOneOf(sql`t.experiment_id`, query.experimentIds),
    ...query.filters.map((filter) => metricFilterToSql(filter, query.view)),
    ...(query.fromMs === undefined ? [] : [sql`${source.atMs} >= ${query.fromMs}`]),
    ...(query.toMs === undefined ? [] : [sql`${source.atMs} <= ${query.toMs}`]),
  ];
  const columns = groups.map(({ value }, index) => sql`${value} AS ${sql.ref(`d${index}`)}`);
  const keys = groups.map((_, index) => sql.ref(`d${index}`));
  const aggregates = query.aggregations.map(
    (aggregation, index) => sql`${aggregateToSql(metric, aggregation)} AS ${sql.ref(`v${index}`)}`,
  );
  const known = [sql`value IS NOT NULL`, ...keys.map((key) => sql`${key} IS NOT NULL`)];
  const { rows } = await withSearchLimit(db, (limited) =>
    sql<Record<string, string | number | null>>`
      SELECT ${sql.join([...keys, ...aggregates])}
      FROM (
        SELECT ${sql.join([sql`${metric.value} AS value`, ...columns])}
        FROM ${source.from} WHERE ${sql.join(where, sql` AND `)}
      ) AS measured
      WHERE ${sql.join(known, sql` AND `)}
      ${keys.length === 0 ? sql`HAVING count(*) > 0` : sql`GROUP BY ${sql.join(keys)} ORDER BY ${sql.join(keys)}`}
      LIMIT ${query.maxResults + 1} OFFSET ${offset}`.execute(limited),
  );
  const points = rows.slice(0, query.maxResults).map((row) => toPoint(row, groups, query.aggregations));
  const next =
    rows.length > query.maxResults ? encodePageToken(question, [offset + query.maxResults]) : undefined;
  return { points, nextPageToken: next };
}

interface Group {
  readonly name: string;
  readonly value: Sql;
}

/** Time first, as charts read it. */
function groupsOf({ view, dimensions, intervalSeconds }: TraceMetricQuery): Group[] {
  const source = metricSources[view];
  const widthMs = (intervalSeconds ?? 0) * 1000;
  const bucket = sql`floor((${source.atMs})::numeric / ${sql.lit(widthMs)}::numeric) * ${sql.lit(widthMs)}::numeric`;
  return [
    ...(intervalSeconds === undefined ? [] : [{ name: bucketName, value: sql`(${bucket})::bigint` }]),
    ...dimensions.map((name) => ({ name, value: sql`(${source.dimensions[name] as Sql}) COLLATE "C"` })),
  ];
}

function aggregateToSql({ isDistinct = false }: TraceMetric, { type, percentile = 0 }: Aggregation): Sql {
  switch (type) {
    case 'COUNT':
      return isDistinct ? sql`count(DISTINCT value)` : sql`count(value)`;
    case 'SUM':
      return sql`sum(value)`;
    case 'AVG':
      return sql`avg(value)`;
    case 'MIN':
      return sql`min(value)`;
    case 'MAX':
      return sql`max(value)`;
    case 'PERCENTILE':
      return sql`percentile_cont(${sql.lit(percentile / 100)}::float8) WITHIN GROUP (ORDER BY value)`;
  }
}

function toPoint(
  row: Readonly<Record<string, string | number | null>>,
  groups: readonly Group[],
  aggregations: readonly Aggregation[],
): MetricPoint {
  const dimensions = groups.map(({ name }, index) => {
    const value = row[`d${index}`];
    return [name, name === bucketName ? toTime(Number(value)) : String(value)] as const;
  });
  const values = aggregations.flatMap((aggregation, index) => {
    const value = row[`v${index}`];
    return value === null || value === undefined ? [] : [[labelOf(aggregation), Number(value)] as const];
  });
  return { dimensions: Object.fromEntries(dimensions), values: Object.fromEntries(values) };
}

/** As Python writes a time in UTC, which clients read. */
function toTime(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', '+00:00').replace('Z', '000+00:00');
}

/** `P50.0`: a percentile is a float to MLflow's clients. */
function labelOf({ type, percentile }: Aggregation): string {
  if (type !== 'PERCENTILE' || percentile === undefined) return type;
  return `P${Number.isInteger(percentile) ? `${percentile}.0` : percentile}`;
}

function checkQuery(query: TraceMetricQuery): TraceMetric {
  const { metrics } = metricSources[query.view];
  const metric = Object.hasOwn(metrics, query.metric) ? metrics[query.metric] : undefined;
  if (metric === undefined) {
    throw refusedParameter(
      'metric_name',
      `metric_name must be one of ${listNames(Object.keys(metrics))}, got '${query.metric.slice(0, 100)}'`,
    );
  }
  checkParts('aggregations', query.aggregations.length, 1);
  checkParts('dimensions', query.dimensions.length, 0);
  checkParts('filters', query.filters.length, 0);
  for (const { type, percentile } of query.aggregations) {
    if (!metric.aggregations.includes(type)) {
      throw refusedParameter(
        'aggregations',
        `Found invalid aggregation_type(s): ['${type}']. Supported aggregation types: ${listNames(metric.aggregations)}`,
      );
    }
    const isOfPercentile = type === 'PERCENTILE';
    if (
      isOfPercentile !== (percentile !== undefined) ||
      !(percentile === undefined || (percentile >= 0 && percentile <= 100))
    ) {
      throw invalidParameter(
        'aggregations.percentile_value',
        percentile,
        'PERCENTILE takes a value from 0 to 100, others none.',
      );
    }
  }
  const unknown = query.dimensions.find((name) => !metric.dimensions.includes(name));
  if (unknown !== undefined) {
    throw refusedParameter(
      'dimensions',
      `Found invalid dimension(s): ['${unknown.slice(0, 100)}']. Supported dimensions: ${listNames(metric.dimensions)}`,
    );
  }
  checkTimes(query);
  return metric;
}

/** Times that a Date can say. */
const latestMs = 8_640_000_000_000_000;
const longestIntervalSeconds = 1_000_000_000;

function checkTimes({ intervalSeconds, fromMs, toMs }: TraceMetricQuery): void {
  for (const [name, value] of [
    ['start_time_ms', fromMs],
    ['end_time_ms', toMs],
  ] as const) {
    if (value !== undefined && Math.abs(value) > latestMs)
      throw invalidParameter(name, value, 'It is no time.');
  }
  if (intervalSeconds === undefined) return;
  if (fromMs === undefined || toMs === undefined) {
    throw refusedParameter(
      'time_interval_seconds',
      'start_time_ms and end_time_ms are required if time_interval_seconds is set',
    );
  }
  if (intervalSeconds < 1 || intervalSeconds > longestIntervalSeconds) {
    throw invalidParameter(
      'time_interval_seconds',
      intervalSeconds,
      `It must be from 1 to ${longestIntervalSeconds}.`,
    );
  }
}

function checkParts(name: string, count: number, least: number): void {
  if (count >= least && count <= mostParts) return;
  throw refusedParameter(name, `'${name}' takes ${least} to ${mostParts} items, these are ${count}`);
}

const listNames = (names: readonly string[]) => `[${names.map((name) => `'${name}'`).join(', ')}]`;
