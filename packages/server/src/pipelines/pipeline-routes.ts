import { PageQuery, PipelineRun, pageOf, RunRequest } from '@dividend/contracts/api';
import { Type } from 'typebox';
import type { App } from '../platform/http/index.ts';
import type { PipelineService } from './pipeline-service.ts';

const RunParams = Type.Object({ id: Type.String({ maxLength: 100 }) });
const ListQuery = Type.Object({
  ...PageQuery.properties,
  model: Type.Optional(Type.String({ maxLength: 256 })),
});
const LogQuery = Type.Object({
  step: Type.String({ maxLength: 100 }),
  offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
});
const LogPart = Type.Object({
  text: Type.String(),
  nextOffset: Type.Integer(),
  finished: Type.Boolean(),
});

export function pipelineRoutes(app: App, pipelines: PipelineService): void {
  app.post(
    '/api/v1/pipeline-runs',
    {
      schema: {
        summary: 'Start a pipeline run',
        body: RunRequest,
        response: { 200: Type.Object({ pipelineRunId: Type.String() }) },
      },
    },
    (request) => pipelines.run({ ...request.body, trigger: 'human' }),
  );
  app.get(
    '/api/v1/pipeline-runs',
    {
      schema: {
        summary: 'List pipeline runs, newest first',
        querystring: ListQuery,
        response: { 200: pageOf(PipelineRun) },
      },
    },
    (request) => pipelines.page(request.query),
  );
  app.get(
    '/api/v1/pipeline-runs/:id',
    {
      schema: { summary: 'A pipeline run with its steps', params: RunParams, response: { 200: PipelineRun } },
    },
    (request) => pipelines.get(request.params.id),
  );
  app.post(
    '/api/v1/pipeline-runs/:id/cancel',
    { schema: { summary: 'Cancel a pipeline run', params: RunParams, response: { 200: PipelineRun } } },
    (request) => pipelines.cancel(request.params.id),
  );
  app.get(
    '/api/v1/pipeline-runs/:id/logs',
    {
      schema: {
        summary: 'A part of the log of a step',
        params: RunParams,
        querystring: LogQuery,
        response: { 200: LogPart },
      },
    },
    (request) => pipelines.logs(request.params.id, request.query.step, request.query.offset),
  );
}
