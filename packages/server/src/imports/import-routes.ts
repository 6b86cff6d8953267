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
  of: Type.Enum(['run', 'loggedModel', 'trace']),
  id: Type.String({ minLength: 1, maxLength: 600 }),
  path: Type.String({ minLength: 1, maxLength: 4000 }),
  fingerprint: Type.String({ maxLength: 200, default: '' }),
});

const lines = { notes: { answerType: 'application/x-ndjson' } };

export function importRoutes(app: App, imports: ImportService): void {
  app.post(
    '/api/v1/imports',
    {
      schema: {
        summary: 'Open an import, or take one up again',
        body: OpenImportRequest,
        response: { 200: ImportView },
      },
    },
    ({ body }) => imports.open(body.source),
  );
  app.get(
    '/api/v1/imports',
    { schema: { summary: 'List imports, newest first', response: { 200: pageOf(ImportView) } } },
    async () => ({
      items: await imports.list(),
    }),
  );
  app.get(
    '/api/v1/imports/:importId',
    { schema: { summary: 'An import and what it has taken', params, response: { 200: ImportView } } },
    (request) => imports.get(request.params.importId),
  );
  app.get(
    '/api/v1/imports/:importId/items',
    { schema: { summary: 'What an import has taken, one JSON line a thing', params }, config: lines },
    async (request, reply) => {
      await imports.get(request.params.importId);
      return reply.type('application/x-ndjson').send(toLines(imports.items(request.params.importId)));
    },
  );
  app.get(
    '/api/v1/imports/:importId/verification',
    {
      schema: { summary: 'What an import has taken, read again, one JSON line a thing', params },
      config: lines,
    },
    async (request, reply) => {
      await imports.get(request.params.importId);
      return reply.type('application/x-ndjson').send(toLines(imports.verify(request.params.importId)));
    },
  );
  app.post(
    '/api/v1/imports/:importId/finish',
    {
      schema: {
        summary: 'Finish an import with the report of its source',
        params,
        body: ImportReport,
        response: { 200: ImportView },
      },
    },
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
        schema: {
          summary: 'Take a batch of records, one JSON line each',
          params,
          body: Type.String(),
          response: { 200: BatchAnswer },
        },
        config: { notes: { bodyTypes: ['application/x-ndjson'] } },
      },
      (request) => imports.take(request.params.importId, request.body),
    );
  });
  app.register(async (instance) => {
    const scope: App = instance;
    passBodiesThrough(scope);
    scope.put(
      '/api/v1/imports/:importId/artifacts',
      {
        schema: {
          summary: 'Take the content of an artifact',
          params,
          querystring: ArtifactQuery,
          response: { 200: ArtifactAnswer },
        },
        config: {
          notes: { bodyTypes: ['application/octet-stream'], maxBodyBytes: Number.POSITIVE_INFINITY },
        },
      },
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
