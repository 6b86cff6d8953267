import { Digest } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import { Type } from 'typebox';
import type { App } from '../platform/http/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { Releases } from '../releases/index.ts';
import { endProcess, saveStatus } from './serving-processes.ts';
import { requireServingToken } from './serving-token.ts';
import type { Snapshots } from './snapshots.ts';

const ProcessParams = Type.Object({ processId: Type.String({ pattern: '^[A-Za-z0-9._-]{1,100}$' }) });

const StatusBody = Type.Object({
  processId: Type.String(),
  pid: Type.Integer({ minimum: 0 }),
  startedAt: Type.String({ format: 'date-time' }),
  snapshotVersion: Type.Union([Type.String({ maxLength: 100 }), Type.Null()]),
  releases: Type.Array(
    Type.Object({
      digest: Digest,
      state: Type.Enum(['loading', 'ready', 'failed']),
      reason: Type.Optional(Type.String({ maxLength: 4000 })),
    }),
    { maxItems: 1000 },
  ),
  residentBytes: Type.Integer({ minimum: 0 }),
});

/** Longer than any proxy would hold an idle request open is of no use. */
const maxWaitSeconds = 60;

/** What serving processes call. */
export function internalRoutes(
  app: App,
  platform: Platform,
  services: { snapshots: Snapshots; releases: Pick<Releases, 'isWeights'> },
): void {
  const onRequest = requireServingToken(platform.config.servingToken);

  app.get(
    '/internal/v1/snapshot',
    {
      onRequest,
      config: { notes: { forServing: true, answer: Type.Object({}, { additionalProperties: true }) } },
      schema: {
        summary: 'The routing snapshot; waits for a newer one than If-None-Match names',
        querystring: Type.Object({
          wait: Type.Optional(Type.Number({ minimum: 0, maximum: maxWaitSeconds })),
        }),
      },
    },
    async (request, reply) => {
      const known = parseEtag(request.headers['if-none-match']);
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const waitMs = (request.query.wait ?? 0) * 1000;
      const snapshot = await services.snapshots.awaitNewer(known, waitMs, gone.signal);
      if (!snapshot) return reply.header('etag', `"${known}"`).status(304).send();
      return reply.header('etag', `"${snapshot.version}"`).header('cache-control', 'no-cache').send(snapshot);
    },
  );

  app.put(
    '/internal/v1/serving/:processId',
    {
      onRequest,
      config: { notes: { forServing: true } },
      schema: { summary: 'A serving process says how it is', params: ProcessParams, body: StatusBody },
    },
    async (request, reply) => {
      if (request.body.processId !== request.params.processId) {
        throw new DividendError(
          'PROCESS_ID_MISMATCH',
          'invalid_argument',
          `Process '${request.body.processId}' reported under the address of '${request.params.processId}'`,
          { field: 'processId' },
        );
      }
      await saveStatus(platform.db, request.body);
      return reply.status(204).send();
    },
  );

  app.delete(
    '/internal/v1/serving/:processId',
    {
      onRequest,
      config: { notes: { forServing: true } },
      schema: { summary: 'A serving process says that it ends', params: ProcessParams },
    },
    async (request, reply) => {
      await endProcess(platform.db, request.params.processId);
      return reply.status(204).send();
    },
  );

  app.get(
    '/internal/v1/blobs/:digest',
    {
      onRequest,
      config: { notes: { forServing: true, answerType: 'application/octet-stream' } },
      schema: { summary: 'Download the weights of a release', params: Type.Object({ digest: Digest }) },
    },
    async (request, reply) => {
      const { digest } = request.params;
      if (!(await services.releases.isWeights(digest))) {
        throw new DividendError('BLOB_NOT_FOUND', 'not_found', `No release has weights '${digest}'`);
      }
      const { bytes } = await platform.blobs.stat(digest);
      return reply
        .header('content-type', 'application/octet-stream')
        .header('content-length', bytes)
        .header('etag', `"${digest}"`)
        .send(await platform.blobs.read(digest));
    },
  );
}

function parseEtag(header: string | undefined): string | undefined {
  return /^(?:W\/)?"(.*)"$/.exec(header ?? '')?.[1];
}
