import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DividendError } from '@dividend/core/errors';
import { type BlobInfo, createPartFolder } from '../platform/blobs/index.ts';
import type { Platform } from '../platform/platform.ts';
import { upsertArtifact } from './artifact-store.ts';
import { type ClaimedPart, checkParts } from './check-parts.ts';
import {
  deleteIdleUploads,
  deleteOpenUpload,
  endUpload,
  filterOpenUploads,
  findUpload,
  insertUpload,
  listParts,
  type OpenUpload,
  upsertPart,
} from './upload-store.ts';

/** As S3 has them, which clients are made for. */
const maxParts = 10_000;
const maxPartBytes = 5 * 1024 ** 3;
/** Somebody who begins again and again without an end is stopped before the parts fill the disk. */
const openUploadLimits = { ofPath: 10, inAll: 1000 } as const;
/** An upload that saw no part for so long is given up. */
const idleLimitMs = 24 * 3_600_000;

/** Uploads of one artifact in parts, in any order and in parallel; nothing is visible before the end. */
export interface UploadService {
  /** Begins an upload; its id, which is the right to send parts. @throws {DividendError} UPLOAD_PARTS_INVALID, UPLOADS_TOO_MANY, ARTIFACT_PATH_INVALID, ARTIFACT_PATH_TAKEN */
  begin(path: string, partCount: number): Promise<string>;
  /** Stores a part, in place of one of the same number. @throws {DividendError} UPLOAD_NOT_FOUND, UPLOAD_ENDED, PART_NUMBER_INVALID */
  putPart(uploadId: string, partNumber: number, content: AsyncIterable<Uint8Array>): Promise<BlobInfo>;
  /** Puts the parts together under the path; again after the end changes nothing. @throws {DividendError} UPLOAD_NOT_FOUND, UPLOAD_PARTS_INVALID */
  complete(path: string, uploadId: string, parts: readonly ClaimedPart[]): Promise<void>;
  /** Takes all parts away. @throws {DividendError} UPLOAD_NOT_FOUND, UPLOAD_ENDED */
  abort(path: string, uploadId: string): Promise<void>;
  /** Takes away what was given up, and what a crash left. */
  sweep(): Promise<void>;
}

export function createUploadService(
  { db, blobs, clock, config }: Platform,
  findFree: (path: string) => Promise<string>,
): UploadService {
  const folder = createPartFolder(join(config.home, 'uploads'));
  const completing = new Map<string, Promise<void>>();

  async function getUpload(uploadId: string, path?: string): Promise<OpenUpload> {
    const upload = /^[0-9a-f]{64}$/.test(uploadId) ? await findUpload(db, uploadId) : undefined;
    if (upload === undefined || (path !== undefined && upload.path !== path)) throw uploadNotFound(path);
    return upload;
  }

  async function assemble(upload: OpenUpload, claimed: readonly ClaimedPart[]): Promise<void> {
    const { uploadId, path, partCount } = upload;
    const parts = checkParts(await listParts(db, uploadId), claimed, partCount);
    const digests = parts.map(({ digest }) => digest);
    await findFree(path);
    const blob = await blobs.put(folder.read(uploadId, digests)).catch(async (error) => {
      // Aborted meanwhile: its parts are gone.
      throw (await findUpload(db, uploadId)) === undefined ? uploadNotFound(path) : error;
    });
    await db.transaction().execute(async (tx) => {
      if (!(await endUpload(tx, uploadId, blob.digest, clock.now()))) throw uploadNotFound(path);
      await upsertArtifact(tx, path, blob, clock.now());
    });
    await folder.remove(uploadId);
  }

  return {
    begin: async (path, partCount) => {
      if (!Number.isInteger(partCount) || partCount < 0 || partCount > maxParts)
        throw partsInvalid('num_parts', `An upload has 0 to ${maxParts} parts, not ${partCount}`);
      const target = await findFree(path);
      const uploadId = randomBytes(32).toString('hex');
      const upload = { uploadId, path: target, partCount, now: clock.now() };
      const met = await db.transaction().execute((tx) => insertUpload(tx, upload, openUploadLimits));
      if (met === 'inserted') return uploadId;
      throw new DividendError(
        'UPLOADS_TOO_MANY',
        'failed_precondition',
        `${openUploadLimits[met]} uploads ${met === 'ofPath' ? `of '${target}'` : 'in parts'} are open; complete or abort one, or wait until those that saw no part for ${idleLimitMs / 3_600_000} hours are given up`,
        { field: 'path' },
      );
    },
    putPart: async (uploadId, partNumber, content) => {
      const upload = await getUpload(uploadId);
      if (upload.digest !== null) throw uploadEnded(upload.path);
      if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > upload.partCount) {
        throw new DividendError(
          'PART_NUMBER_INVALID',
          'invalid_argument',
          `The upload of '${upload.path}' has parts 1 to ${upload.partCount}, not ${partNumber}`,
          { field: 'part_number' },
        );
      }
      const part = await folder.write(uploadId, content, maxPartBytes);
      if (await upsertPart(db, uploadId, { partNumber, ...part }, clock.now())) return part;
      await folder.remove(uploadId);
      throw uploadNotFound(upload.path);
    },
    complete: async (path, uploadId, parts) => {
      const upload = await getUpload(uploadId, path);
      if (upload.digest !== null) return;
      // A client that gave up waiting asks again while the parts are still being put together.
      let ending = completing.get(uploadId);
      if (ending === undefined) {
        ending = assemble(upload, parts).finally(() => completing.delete(uploadId));
        completing.set(uploadId, ending);
      }
      await ending;
    },
    abort: async (path, uploadId) => {
      const upload = await getUpload(uploadId, path);
      if (upload.digest !== null) throw uploadEnded(upload.path);
      await deleteOpenUpload(db, uploadId);
      await folder.remove(uploadId);
    },
    sweep: async () => {
      await deleteIdleUploads(db, new Date(clock.now().getTime() - idleLimitMs));
      const left = await folder.list();
      const open = await filterOpenUploads(db, left);
      for (const uploadId of left) if (!open.has(uploadId)) await folder.remove(uploadId);
    },
  };
}

function partsInvalid(field: string, message: string): DividendError {
  return new DividendError('UPLOAD_PARTS_INVALID', 'invalid_argument', message, { field });
}

function uploadNotFound(path: string | undefined): DividendError {
  const of = path === undefined ? '' : ` of '${path.slice(0, 200)}'`;
  return new DividendError(
    'UPLOAD_NOT_FOUND',
    'not_found',
    `There is no such upload${of}: it was aborted or given up; begin again`,
    { field: 'upload_id' },
  );
}

function uploadEnded(path: string): DividendError {
  return new DividendError(
    'UPLOAD_ENDED',
    'failed_precondition',
    `The upload of '${path}' is complete already`,
    {
      field: 'upload_id',
    },
  );
}
