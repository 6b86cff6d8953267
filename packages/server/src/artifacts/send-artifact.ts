import { DividendError } from '@dividend/core/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BlobInfo } from '../platform/blobs/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { Db } from '../platform/postgres/index.ts';
import { toStorePath } from './artifact-path.ts';
import { findArtifact, listFolder } from './artifact-store.ts';
import { downloadHeaders, readRange } from './download-headers.ts';
import { openDownload } from './upload-stream.ts';

/** A file of the store; `root` as for `ArtifactService`. */
export interface ArtifactPlace {
  readonly root: string;
  readonly path: string;
}

/**
 * Answers with a file, or with the part of it that is asked for, as a stream.
 * @throws {DividendError} ARTIFACT_PATH_INVALID, ARTIFACT_NOT_FOUND, ARTIFACT_IS_FOLDER
 */
export async function sendArtifact(
  { db, blobs }: Pick<Platform, 'db' | 'blobs'>,
  request: FastifyRequest,
  reply: FastifyReply,
  place: ArtifactPlace,
): Promise<FastifyReply> {
  const file = await getArtifact(db, place);
  const { range, 'if-range': ifRange } = request.headers;
  const headers = downloadHeaders(place.path, file);
  // Of contents that are others by now, a part would fit nothing that the client has.
  const isSame = ifRange === undefined || ifRange === headers.etag;
  const part = isSame ? readRange(range, file.bytes) : undefined;
  reply.headers(headers);
  if (part === undefined) return reply.send(await openDownload(blobs, file.digest));
  const { start, end } = part;
  return reply
    .status(206)
    .headers({
      'content-length': String(end - start + 1),
      'content-range': `bytes ${start}-${end}/${file.bytes}`,
    })
    .send(await openDownload(blobs, file.digest, part));
}

/** @throws {DividendError} ARTIFACT_PATH_INVALID, ARTIFACT_NOT_FOUND, ARTIFACT_IS_FOLDER */
export async function getArtifact(db: Db, { root, path }: ArtifactPlace): Promise<BlobInfo> {
  const stored = toStorePath(root, path);
  const file = await findArtifact(db, stored);
  if (file !== undefined) return file;
  const isFolder = (await listFolder(db, stored, { limit: 1 })).length > 0;
  throw isFolder
    ? new DividendError(
        'ARTIFACT_IS_FOLDER',
        'invalid_argument',
        `Artifact path refers to a directory, not a file: '${path}'`,
        { field: 'path' },
      )
    : new DividendError('ARTIFACT_NOT_FOUND', 'not_found', `No artifact is stored at '${path}'`, {
        field: 'path',
      });
}
