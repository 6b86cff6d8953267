import { Type } from 'typebox';
import {
  invalidParameter,
  listOf,
  type MlflowRoute,
  maxResults,
  mlflowRoute,
  refusedParameter,
  toListPieces,
  toWireList,
} from '../door/index.ts';
import { checkMaxResults } from '../log-limits.ts';
import { MetricMessage } from './run-messages.ts';
import type { RunService } from './run-service.ts';
import { toWireMetric } from './run-wire.ts';

const mostRuns = 100;
const mostPoints = 2500;
/** What a chart of usual width shows. */
const usualPoints = 320;
const fewestPoints = 10;

/** What a metric was over the course of runs: whole and by the page, or thinned for charts. */
export function historyRoutes(runs: RunService): MlflowRoute[] {
  return [
    mlflowRoute({
      method: 'GET',
      path: '/2.0/mlflow/metrics/get-history',
      summary: 'Read all values of a metric, by the page',
      request: Type.Object({
        run_id: Type.String(),
        metric_key: Type.String(),
        page_token: Type.Optional(Type.String()),
        max_results: Type.Optional(Type.Integer()),
      }),
      answer: listOf('metrics', MetricMessage),
      handle: async (input) => {
        if (input.max_results !== undefined && input.max_results <= 0) {
          throw invalidParameter('max_results', input.max_results, 'It must be a positive integer.');
        }
        const points = runs.metricHistory({
          runId: input.run_id,
          key: input.metric_key,
          maxResults: input.max_results,
          pageToken: input.page_token,
        });
        return toListPieces('metrics', points);
      },
    }),
    mlflowRoute({
      method: 'GET',
      path: '/2.0/mlflow/metrics/get-history-bulk-interval',
      summary: 'Read a metric of several runs, thinned for a chart',
      request: Type.Object({
        run_ids: Type.Array(Type.String()),
        metric_key: Type.String(),
        start_step: Type.Optional(Type.Integer()),
        end_step: Type.Optional(Type.Integer()),
        max_results: maxResults(usualPoints, mostPoints),
      }),
      answer: Type.Object({ metrics: Type.Optional(Type.Array(MetricMessage)) }),
      handle: async (input) => {
        if (input.run_ids.length === 0 || input.run_ids.length > mostRuns) {
          throw refusedParameter('run_ids', `GetMetricHistoryBulkInterval takes 1 to ${mostRuns} run_ids`);
        }
        const metrics = await runs.sampledHistory({
          runIds: input.run_ids,
          key: input.metric_key,
          steps: readSteps(input.start_step, input.end_step),
          maxPoints: Math.max(fewestPoints, checkMaxResults(input.max_results ?? usualPoints, mostPoints)),
        });
        return {
          metrics: toWireList(metrics.map(toWireMetric)),
        };
      },
    }),
  ];
}

function readSteps(from: number | undefined, to: number | undefined): readonly [number, number] | undefined {
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined || to === undefined) {
    const absent = from === undefined ? 'start_step' : 'end_step';
    throw refusedParameter(absent, 'If either start step or end step are specified, both must be specified.');
  }
  if (from > to) {
    throw refusedParameter(
      'end_step',
      `end_step must be greater than start_step, but start_step=${from} and end_step=${to}.`,
    );
  }
  return [from, to];
}
