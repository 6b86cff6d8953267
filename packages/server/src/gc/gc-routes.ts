import { GcJob, GcRequest, PageQuery, pageOf } from '@dividend/contracts/api';
import { Type } from 'typebox';
import type { App } from '../platform/http/index.ts';
import type { GcService } from './gc-service.ts';

const Params = Type.Object({ gcId: Type.String({ maxLength: 128 }) });

export function gcRoutes(app: App, service: GcService): void {
  app.post(
    '/api/v1/gc',
    {
      schema: {
        summary: 'Remove for good what was deleted, as a job of its own; one at a time',
        body: GcRequest,
        response: { 202: GcJob },
      },
    },
    async ({ body }, reply) => reply.status(202).send(await service.begin(body)),
  );
  app.get(
    '/api/v1/gc',
    {
      schema: {
        summary: 'Removals, newest first',
        querystring: PageQuery,
        response: { 200: pageOf(GcJob) },
      },
    },
    ({ query }) => service.list(query),
  );
  app.get(
    '/api/v1/gc/:gcId',
    { schema: { summary: 'How far a removal is', params: Params, response: { 200: GcJob } } },
    ({ params }) => service.get(params.gcId),
  );
}
