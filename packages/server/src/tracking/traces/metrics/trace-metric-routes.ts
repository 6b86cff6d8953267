import { Type } from 'typebox';
import type { Db } from '../../../platform/postgres/index.ts';
import { DoubleMessage, type MlflowRoute, maxResults, mlflowRoute, toWireDouble } from '../../door/index.ts';
import { checkMaxResults, parseExperimentId } from '../../log-limits.ts';
import { queryTraceMetrics } from './query-trace-metrics.ts';
import { aggregationTypes, metricViews } from './trace-metrics.ts';

const texts = Type.Optional(Type.Array(Type.String()));
const mostPoints = 1000;

const MetricPointMessage = Type.Object(
  {
    metric_name: Type.String(),
    dimensions: Type.Record(Type.String(), Type.String()),
    values: Type.Record(Type.String(), DoubleMessage),
  },
  { title: 'MetricDataPoint' },
);

/** Counts, latencies, tokens, cost and judgements over many traces. */
export function traceMetricRoutes(db: Db): MlflowRoute[] {
  return [
    mlflowRoute({
      method: 'POST',
      path: '/3.0/mlflow/traces/metrics',
      summary: 'Put counts, latencies, tokens, cost or judgements of traces together, by dimension and time',
      request: Type.Object({
        experiment_ids: Type.Array(Type.String()),
        view_type: Type.Union(metricViews.map((view) => Type.Literal(view))),
        metric_name: Type.String(),
        aggregations: Type.Array(
          Type.Object({
            aggregation_type: Type.Union(aggregationTypes.map((type) => Type.Literal(type))),
            percentile_value: Type.Optional(Type.Number()),
          }),
        ),
        dimensions: texts,
        filters: texts,
        time_interval_seconds: Type.Optional(Type.Integer()),
        start_time_ms: Type.Optional(Type.Integer()),
        end_time_ms: Type.Optional(Type.Integer()),
        max_results: maxResults(mostPoints, mostPoints),
        page_token: Type.Optional(Type.String()),
      }),
      answer: Type.Object({
        data_points: Type.Array(MetricPointMessage),
        next_page_token: Type.Optional(Type.String()),
      }),
      handle: async (input) => {
        const { points, nextPageToken } = await queryTraceMetrics(db, {
          experimentIds: input.experiment_ids.map(parseExperimentId),
          view: input.view_type,
          metric: input.metric_name,
          aggregations: input.aggregations.map((aggregation) => ({
            type: aggregation.aggregation_type,
            percentile: aggregation.percentile_value,
          })),
          dimensions: input.dimensions ?? [],
          filters: input.filters ?? [],
          intervalSeconds: input.time_interval_seconds,
          fromMs: input.start_time_ms,
          toMs: input.end_time_ms,
          maxResults: checkMaxResults(input.max_results || mostPoints, mostPoints),
          pageToken: input.page_token,
        });
        return {
          data_points: points.map(({ dimensions, values }) => ({
            metric_name: input.metric_name,
            dimensions,
            values: Object.fromEntries(
              Object.entries(values).map(([name, value]) => [name, toWireDouble(value)]),
            ),
          })),
          next_page_token: nextPageToken,
        };
      },
    }),
  ];
}
