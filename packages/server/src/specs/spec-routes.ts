import { ApplyRequest, ApplyResult } from '@dividend/contracts/api';
import { AppliedSpec, specJsonSchema } from '@dividend/contracts/spec';
import { Type } from 'typebox';
import type { App } from '../platform/http/index.ts';
import type { SpecService } from './spec-service.ts';

export function specRoutes(app: App, specs: SpecService): void {
  app.post(
    '/api/v1/specs/apply',
    { schema: { body: ApplyRequest, response: { 200: ApplyResult } } },
    (request) => specs.apply(request.body),
  );
  app.get(
    '/api/v1/models/:model/spec',
    { schema: { params: Type.Object({ model: Type.String() }), response: { 200: AppliedSpec } } },
    (request) => specs.getCurrent(request.params.model),
  );
  app.get('/api/v1/spec-schema', (_request, reply) =>
    reply.type('application/schema+json').send(JSON.stringify(specJsonSchema)),
  );
}
