import { ApplyRequest, ApplyResult } from '@dividend/contracts/api';
import { AppliedSpec, specJsonSchema } from '@dividend/contracts/spec';
import { Type } from 'typebox';
import type { App } from '../platform/http/index.ts';
import type { SpecService } from './spec-service.ts';

export function specRoutes(app: App, specs: SpecService): void {
  app.post(
    '/api/v1/specs/apply',
    {
      schema: {
        summary: 'Apply the spec of a model, or say what would change',
        body: ApplyRequest,
        response: { 200: ApplyResult },
      },
    },
    (request) => specs.apply(request.body),
  );
  app.get(
    '/api/v1/models/:model/spec',
    {
      schema: {
        summary: 'The applied spec of a model',
        params: Type.Object({ model: Type.String() }),
        response: { 200: AppliedSpec },
      },
    },
    (request) => specs.getCurrent(request.params.model),
  );
  app.get(
    '/api/v1/spec-schema',
    {
      schema: { summary: 'JSON Schema of the spec file' },
      config: { notes: { answerType: 'application/schema+json' } },
    },
    (_request, reply) => reply.type('application/schema+json').send(JSON.stringify(specJsonSchema)),
  );
}
