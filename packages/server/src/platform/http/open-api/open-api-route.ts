import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import type { App } from '../http-app.ts';
import { describeApi } from './describe-api.ts';
import { collectRoutes } from './described-route.ts';

/** Serves the description of every route that is hung on the application after it; made when it is first asked for. */
export function mountOpenApi(app: App): void {
  const routes = collectRoutes(app);
  let made: { readonly json: string; readonly etag: string } | undefined;
  app.get(
    '/api/openapi.json',
    {
      schema: { summary: 'This description, in OpenAPI 3.1' },
      config: { notes: { answer: Type.Object({}, { additionalProperties: true }) } },
    },
    (request, reply) => {
      made ??= write(describeApi(routes));
      reply.header('etag', made.etag).header('cache-control', 'no-cache');
      if (request.headers['if-none-match'] === made.etag) return reply.status(304).send();
      return reply.type('application/json').send(made.json);
    },
  );
}

function write(document: object): { json: string; etag: string } {
  const json = JSON.stringify(document);
  return { json, etag: `"${createHash('sha256').update(json).digest('hex').slice(0, 32)}"` };
}
