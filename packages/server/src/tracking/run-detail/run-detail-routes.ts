import { MetricCurveQuery, MetricCurves, RunDetail } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import { Type } from 'typebox';
import type { App } from '../../platform/http/index.ts';
import type { Db } from '../../platform/postgres/index.ts';
import { checkKey, checkRunId } from '../log-limits.ts';
import { readMetricCurves } from './metric-curves-read-model.ts';
import { readRunDetail } from './run-detail-read-model.ts';

const mostRuns = 100;
const usualParts = 400;

/** A run as its page reads it; it is changed through MLflow's routes. */
export function runDetailRoutes(app: App, db: Db): void {
  app.get(
    '/api/v1/runs/:runId',
    {
      schema: {
        summary: 'A run with all that was logged to it',
        params: Type.Object({ runId: Type.String() }),
        response: { 200: RunDetail },
      },
    },
    ({ params }) => readRunDetail(db, checkRunId(params.runId)),
  );
  app.get(
    '/api/v1/metric-curves',
    {
      schema: {
        summary: 'A metric of runs as a chart draws it, at any zoom',
        querystring: MetricCurveQuery,
        response: { 200: MetricCurves },
      },
    },
    async ({ query: { runs, key, axis = 'step', from, to, fromTime, toTime, parts = usualParts } }) => {
      checkInterval('from', from, 'to', to);
      checkInterval('fromTime', fromTime, 'toTime', toTime);
      const runIds = parseRunIds(runs);
      return {
        curves: await readMetricCurves(db, {
          runIds,
          key: checkKey(key, 'key'),
          axis,
          from,
          to,
          fromTime,
          toTime,
          parts,
        }),
      };
    },
  );
}

function parseRunIds(text: string): string[] {
  const ids = [...new Set(text.split(',').filter((id) => id !== ''))];
  if (ids.length === 0 || ids.length > mostRuns)
    throw invalid('runs', `'runs' must name 1 to ${mostRuns} runs, joined by commas; got ${ids.length}`);
  return ids.map(checkRunId);
}

function checkInterval(
  fromName: string,
  from: number | undefined,
  toName: string,
  to: number | undefined,
): void {
  if (from === undefined || to === undefined || from <= to) return;
  throw invalid(toName, `'${toName}' must not be before '${fromName}', got ${from} to ${to}`);
}

function invalid(field: string, message: string): DividendError {
  return new DividendError('PARAMETER_INVALID', 'invalid_argument', message, { field });
}
