import { Readable } from 'node:stream';
import { pageOf } from '@dividend/contracts/api';
import {
  ArtifactAnswer,
  BatchAnswer,
  ImportReport,
  ImportView,
  importLimits,
  OpenImportRequest,
} from '@dividend/contracts/imports';
import { Type } from 'typebox';
import { passBodiesThrough, readUpload } from '../artifacts/index.ts';
import type { App } from '../platform/http/index.ts';
import type { ImportService } from './import-service.ts';

const params = Type.Object({ importId: Type.String({ maxLength: 100 }) });
const ArtifactQuery = Type.Object({
  of: Type.Union([Type.Literal('run'), Type.Literal('loggedModel')]),
  id: Type.String({ minLength: 1, maxLength: 600 }),
  path: Type.String({ minLength: 1, maxLength: 4000 }),
  fingerprint: Type.String({ maxLength: 200, default: '' }),
});

export function importRoutes(app: App, imports: ImportService): void {
  app.post(
    '/api/v1/imports',
    { schema: { body: OpenImportRequest, response: { 200: ImportView } } },
    ({ body }) => imports.open(body.source),
  );
  app.get('/api/v1/imports', { schema: { response: { 200: pageOf(ImportView) } } }, async () => ({
    items: await imports.list(),
  }));
  app.get('/api/v1/imports/:importId', { schema: { params, response: { 200: ImportView } } }, (request) =>
    imports.get(request.params.importId),
  );
  app.get('/api/v1/imports/:importId/items', { schema: { params } }, async (request, reply) => {
    await imports.get(request.params.importId);
    return reply.type('application/x-ndjson').send(toLines(imports.items(request.params.importId)));
  });
  app.get('/api/v1/imports/:importId/verification', { schema: { params } }, async (request, reply) => {
    await imports.get(request.params.importId);
    return reply.type('application/x-ndjson').send(toLines(imports.verify(request.params.importId)));
  });
  app.post(
    '/api/v1/imports/:importId/finish',
    { schema: { params, body: ImportReport, response: { 200: ImportView } } },
    (request) => imports.finish(request.params.importId, request.body),
  );
  app.register(async (scope) => {
    scope.addContentTypeParser(
      'application/x-ndjson',
      { parseAs: 'string', bodyLimit: importLimits.batchBytes },
      (_request, body, done) => done(null, body),
    );
    (scope as App).post(
      '/api/v1/imports/:importId/records',
      {
        bodyLimit: importLimits.batchBytes,
        schema: { params, body: Type.String(), response: { 200: BatchAnswer } },
      },
      (request) => imports.take(request.params.importId, request.body),
    );
  });
  app.register(async (instance) => {
    const scope: App = instance;
    passBodiesThrough(scope);
    scope.put(
      '/api/v1/imports/:importId/artifacts',
      { schema: { params, querystring: ArtifactQuery, response: { 200: ArtifactAnswer } } },
      (request) => imports.takeArtifact(request.params.importId, request.query, readUpload(request.raw)),
    );
  });
}

function toLines(items: AsyncIterable<object>): Readable {
  return Readable.from(
    (async function* () {
      let text = '';
      for await (const item of items) {
        text += `${JSON.stringify(item)}\n`;
        if (text.length < 32_000) continue;
        yield text;
        text = '';
      }
      yield text;
    })(),
    { objectMode: false },
  );
}
