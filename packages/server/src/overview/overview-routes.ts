import { ModelDetail, ModelSummary, Overview, pageOf, RunLineage } from '@dividend/contracts/api';
import { Type } from 'typebox';
import type { App } from '../platform/http/index.ts';
import { readModelDetail } from './model-detail.ts';
import { readModelSummary } from './model-summary.ts';
import { readOverview } from './overview-read-model.ts';
import type { OverviewSources } from './overview-sources.ts';
import { readRunLineage } from './run-lineage.ts';

export function overviewRoutes(app: App, sources: OverviewSources): void {
  app.get(
    '/api/v1/overview',
    { schema: { summary: 'What runs, what is wrong, what happened last', response: { 200: Overview } } },
    () => readOverview(sources),
  );

  app.get(
    '/api/v1/models',
    { schema: { summary: 'List the models that a spec declares', response: { 200: pageOf(ModelSummary) } } },
    async () => ({
      items: await Promise.all((await sources.specs.list()).map((spec) => readModelSummary(sources, spec))),
    }),
  );

  app.get(
    '/api/v1/models/:model',
    {
      schema: {
        summary: 'A model with its versions, endpoint, rollouts and health',
        params: Type.Object({ model: Type.String() }),
        response: { 200: ModelDetail },
      },
    },
    (request) => readModelDetail(sources, request.params.model),
  );

  app.get(
    '/api/v1/runs/:runId/lineage',
    {
      schema: {
        summary: 'What became of a run: versions, releases, rollouts, endpoints',
        params: Type.Object({ runId: Type.String() }),
        response: { 200: RunLineage },
      },
    },
    (request) => readRunLineage(sources, request.params.runId),
  );
}
