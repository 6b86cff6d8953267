import { ExperimentQuery, ExperimentSummary, pageOf } from '@dividend/contracts/api';
import { Type } from 'typebox';
import type { App } from '../../platform/http/index.ts';
import type { ExperimentService } from './experiment-service.ts';

/** Experiments with what their runs are doing; they are changed through MLflow's routes. */
export function experimentSummaryRoutes(app: App, experiments: ExperimentService): void {
  app.get(
    '/api/v1/experiments',
    {
      schema: {
        summary: 'List experiments with their runs by state',
        querystring: ExperimentQuery,
        response: { 200: pageOf(ExperimentSummary) },
      },
    },
    async ({ query }) => {
      const { rows, nextPageToken } = await experiments.listSummaries(query);
      return { items: rows, ...(nextPageToken === undefined ? {} : { next: nextPageToken }) };
    },
  );
  app.get(
    '/api/v1/experiments/:experimentId',
    {
      schema: {
        summary: 'An experiment with its runs by state',
        params: Type.Object({ experimentId: Type.String() }),
        response: { 200: ExperimentSummary },
      },
    },
    ({ params }) => experiments.getSummary(params.experimentId),
  );
}
