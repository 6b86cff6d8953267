import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { DividendError } from '@dividend/core/errors';
import type { BlobStore } from '../platform/blobs/index.ts';
import type { App } from '../platform/http/index.ts';
import { inFlatMemory } from './flat-memory.ts';

/** In this scope a request body stays an unread stream, whatever its type and size. */
export function passBodiesThrough(scope: App): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
}

/**
 * The bytes of an upload as they come.
 * @throws {DividendError} UPLOAD_INCOMPLETE where the sender went away before the end
 */
export async function* readUpload(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* inFlatMemory(request);
  } catch (error) {
    throw new DividendError(
      'UPLOAD_INCOMPLETE',
      'invalid_argument',
      'The upload ended before all of it was sent; nothing was kept, send it again',
      { cause: error },
    );
  }
}

/** The content of a blob as a stream to answer with. @throws {DividendError} BLOB_NOT_FOUND */
export async function openDownload(
  blobs: BlobStore,
  digest: string,
  range?: { start: number; end: number },
): Promise<Readable> {
  return Readable.from(inFlatMemory(await blobs.read(digest, range)), { objectMode: false });
}
