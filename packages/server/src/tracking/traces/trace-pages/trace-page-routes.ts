import { pageOf, TraceQuery, TraceRow } from '@dividend/contracts/api';
import { Type } from 'typebox';
import type { App } from '../../../platform/http/index.ts';
import type { Db } from '../../../platform/postgres/index.ts';
import type { ExperimentService } from '../../experiments/experiment-service.ts';
import { listTraceRows } from './trace-rows-read-model.ts';

/** Traces as screens read them; they are changed through MLflow's routes. */
export function tracePageRoutes(app: App, db: Db, experiments: ExperimentService): void {
  app.get(
    '/api/v1/experiments/:experimentId/traces',
    {
      schema: {
        summary: 'List traces of an experiment with their assessments',
        params: Type.Object({ experimentId: Type.String() }),
        querystring: TraceQuery,
        response: { 200: pageOf(TraceRow) },
      },
    },
    async ({ params, query }) => {
      const { experimentId } = await experiments.get(params.experimentId);
      const { rows, nextPageToken } = await listTraceRows(db, experimentId, query);
      return { items: rows, ...(nextPageToken === undefined ? {} : { next: nextPageToken }) };
    },
  );
}
