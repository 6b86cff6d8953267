import { Digest } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import { Type } from 'typebox';
import type { BlobInfo, BlobStore } from '../platform/blobs/index.ts';
import type { App } from '../platform/http/index.ts';
import { openDownload, passBodiesThrough, readUpload } from './upload-stream.ts';

/** One upload: a model of 2 GB is the largest that protobuf, and with it one ONNX file, can hold. */
const maxBlobBytes = 2 * 1024 ** 3;

const params = Type.Object({ digest: Digest });
const BlobAnswer = Type.Object({ digest: Digest, bytes: Type.Integer({ minimum: 0 }) });

/** Content by digest: what a client has hashed itself, it can send once and name ever after. */
export function blobRoutes(app: App, blobs: BlobStore): void {
  app.register(async (instance) => {
    const scope: App = instance;
    passBodiesThrough(scope);
    const upload = {
      schema: { summary: 'Store content under its digest', params, response: { 200: BlobAnswer } },
      config: { notes: { bodyTypes: ['application/octet-stream'], maxBodyBytes: maxBlobBytes } },
    };
    scope.put('/api/v1/blobs/:digest', upload, async (request) => {
      const declaredBytes = Number(request.headers['content-length'] ?? 0);
      if (declaredBytes > maxBlobBytes) throw tooLarge(declaredBytes);
      return blobs.put(readUpload(request.raw), {
        expectedDigest: request.params.digest,
        maxBytes: maxBlobBytes,
      });
    });
    scope.head('/api/v1/blobs/:digest', { schema: { params } }, async (request, reply) => {
      return reply.headers(blobHeaders(await blobs.stat(request.params.digest))).send();
    });
    scope.get(
      '/api/v1/blobs/:digest',
      {
        schema: { summary: 'Download content by its digest', params },
        config: { notes: { answerType: 'application/octet-stream' } },
      },
      async (request, reply) => {
        const info = await blobs.stat(request.params.digest);
        return reply.headers(blobHeaders(info)).send(await openDownload(blobs, info.digest));
      },
    );
  });
}

function blobHeaders(info: BlobInfo): Record<string, string> {
  return {
    'content-type': 'application/octet-stream',
    'content-length': String(info.bytes),
    'content-disposition': 'attachment',
    'x-content-type-options': 'nosniff',
    etag: `"${info.digest}"`,
    'cache-control': 'private, max-age=31536000, immutable',
  };
}

function tooLarge(bytes: number): DividendError {
  return new DividendError(
    'BLOB_TOO_LARGE',
    'too_large',
    `The content has ${bytes} bytes, more than the limit of ${maxBlobBytes}`,
  );
}
