import { sql } from 'kysely';
import type { Sql } from '../../search/index.ts';
import { metadataNumber } from '../metadata-number.ts';
import { traceKeys } from '../trace-keys.ts';

export const metricViews = ['TRACES', 'SPANS', 'ASSESSMENTS'] as const;
export type MetricView = (typeof metricViews)[number];

export const aggregationTypes = ['COUNT', 'SUM', 'AVG', 'PERCENTILE', 'MIN', 'MAX'] as const;
export type AggregationType = (typeof aggregationTypes)[number];

/** What can be measured: the value of a row, how values are put together, and by what they can be told apart. */
export interface TraceMetric {
  readonly value: Sql;
  /** Only different values count. */
  readonly isDistinct?: boolean;
  readonly aggregations: readonly AggregationType[];
  readonly dimensions: readonly string[];
}

/** Where rows of a view come from, when they happened (Unix milliseconds), and what tells them apart. */
export interface MetricSource {
  readonly from: Sql;
  readonly atMs: Sql;
  readonly dimensions: Readonly<Record<string, Sql>>;
  readonly metrics: Readonly<Record<string, TraceMetric>>;
}

const spread = ['AVG', 'MIN', 'MAX', 'PERCENTILE'] as const;
const amounts = ['SUM', ...spread] as const;
const one = sql`1::float8`;

const tokens = (key: string): Sql => metadataNumber(traceKeys.tokenUsage, key);

const tokenMetric = (key: string): TraceMetric => ({
  value: tokens(key),
  aggregations: amounts,
  dimensions: ['trace_name'],
});

const traces: MetricSource = {
  from: sql`trace AS t`,
  atMs: sql`t.started_ms`,
  dimensions: { trace_name: sql`t.tags ->> 'mlflow.traceName'`, trace_status: sql`t.state` },
  metrics: {
    trace_count: { value: one, aggregations: ['COUNT'], dimensions: ['trace_name', 'trace_status'] },
    session_count: {
      value: sql`t.metadata ->> ${traceKeys.session}`,
      isDistinct: true,
      aggregations: ['COUNT'],
      dimensions: [],
    },
    latency: { value: sql`t.duration_ms::float8`, aggregations: spread, dimensions: ['trace_name'] },
    input_tokens: tokenMetric('input_tokens'),
    output_tokens: tokenMetric('output_tokens'),
    total_tokens: tokenMetric('total_tokens'),
    cache_read_input_tokens: tokenMetric('cache_read_input_tokens'),
    cache_creation_input_tokens: tokenMetric('cache_creation_input_tokens'),
  },
};

const attribute = (key: string): Sql =>
  sql`span_attribute(s.content, ${key}, ${`"key":${JSON.stringify(key)}`})`;
const ofModel = ['span_model_name', 'span_model_provider'] as const;

const costMetric = (key: string): TraceMetric => ({
  value: sql`(s.usage -> 'cost' ->> ${key}::text)::float8`,
  aggregations: amounts,
  dimensions: ofModel,
});

const spans: MetricSource = {
  from: sql`trace AS t JOIN span AS s ON s.trace_id = t.trace_id`,
  atMs: sql`s.started_ns / 1000000`,
  dimensions: {
    span_name: sql`s.name`,
    span_type: sql`s.type`,
    span_status: sql`s.status`,
    span_model_name: attribute('mlflow.llm.model'),
    span_model_provider: attribute('mlflow.llm.provider'),
  },
  metrics: {
    span_count: {
      value: one,
      aggregations: ['COUNT'],
      dimensions: ['span_name', 'span_type', 'span_status', ...ofModel],
    },
    latency: {
      value: sql`((s.ended_ns - s.started_ns) / 1000000)::float8`,
      aggregations: spread,
      dimensions: ['span_name', 'span_status'],
    },
    input_cost: costMetric('input_cost'),
    output_cost: costMetric('output_cost'),
    total_cost: costMetric('total_cost'),
  },
};

const assessments: MetricSource = {
  from: sql`trace AS t JOIN trace_assessment AS a ON a.trace_id = t.trace_id AND a.is_valid`,
  atMs: sql`a.created_ms`,
  dimensions: { assessment_name: sql`a.name`, assessment_value: sql`a.value` },
  metrics: {
    assessment_count: {
      value: one,
      aggregations: ['COUNT'],
      dimensions: ['assessment_name', 'assessment_value'],
    },
    assessment_value: {
      value: sql`CASE WHEN a.value IN ('true', '"yes"') THEN 1 WHEN a.value IN ('false', '"no"') THEN 0 ELSE a.number_value END`,
      aggregations: spread,
      dimensions: ['assessment_name'],
    },
  },
};

export const metricSources: Readonly<Record<MetricView, MetricSource>> = {
  TRACES: traces,
  SPANS: spans,
  ASSESSMENTS: assessments,
};
