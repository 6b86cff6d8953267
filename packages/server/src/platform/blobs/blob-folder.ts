import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { DividendError } from '@dividend/core/errors';
import { syncFolder, translateDiskError } from '../disk.ts';
import { newId } from '../ids.ts';
import { pieceBytes } from './piece-writer.ts';
import { type BlobInfo, writeHashed } from './write-hashed.ts';

/** Content-addressed store: what is under a digest never changes, so writing twice is harmless. */
export interface BlobStore {
  /**
   * Stores a stream; durable when it returns.
   * @throws {DividendError} DISK_FULL; DIGEST_MISMATCH where `expectedDigest` is given and the content differs; BLOB_TOO_LARGE past `maxBytes`
   */
  put(
    content: AsyncIterable<Uint8Array>,
    limits?: { expectedDigest?: string; maxBytes?: number },
  ): Promise<BlobInfo>;
  /** Asking counts as use, as storing does: `removeUnused` leaves what was used lately. Who names content that it has not stored itself asks first. */
  has(digest: string): Promise<boolean>;
  /** Counts as use. @throws {DividendError} BLOB_NOT_FOUND */
  stat(digest: string): Promise<BlobInfo>;
  read(digest: string, range?: { start: number; end: number }): Promise<Readable>;
  /** Path of the content for programs that want a file; read-only. */
  pathOf(digest: string): Promise<string>;
  /** Hashes the stored content anew: false where it was altered. */
  verify(digest: string): Promise<{ intact: boolean; observed: string }>;
  /** Everything that is stored, in no order, by pages; what is stored or removed meanwhile may be among it or not. */
  list(): AsyncIterable<readonly StoredBlob[]>;
  /**
   * Removes content that was neither stored nor asked for since a time; false where it was, or is not there. Content that is
   * in use at this very moment is left, or its user is told that it is not there.
   */
  removeUnused(digest: string, since: Date): Promise<boolean>;
}

export interface StoredBlob extends BlobInfo {
  /** When it was last stored or asked for; up to `useResolutionMs` later than shown. */
  readonly usedAt: Date;
}

/** A use is noted at most this often, so that asking stays cheap. */
const useResolutionMs = 600_000;

/** Blobs in a local folder: `<folder>/sha256/ab/<64 hex>`, written beside and renamed into place. */
export async function openBlobFolder(folder: string): Promise<BlobStore> {
  const incoming = join(folder, 'incoming');
  await mkdir(incoming, { recursive: true });
  for (const left of await readdir(incoming)) await rm(join(incoming, left), { force: true });

  const pathFor = (digest: string) => {
    const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
    if (hex === undefined) {
      throw new DividendError(
        'DIGEST_INVALID',
        'invalid_argument',
        `A digest is 'sha256:' and 64 hex digits, got '${digest.slice(0, 100)}'`,
        { field: 'digest' },
      );
    }
    return join(folder, 'sha256', hex.slice(0, 2), hex);
  };
  const leaving = join(folder, 'leaving');
  await restoreLeaving(leaving, (hex) => pathFor(`sha256:${hex}`));
  /** The time of the file is the time of its last use. */
  const use = async (digest: string) => {
    const path = pathFor(digest);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || Date.now() - found.mtimeMs < useResolutionMs) return found;
    const now = new Date();
    return utimes(path, now, now).then(
      () => found,
      (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : found),
    );
  };
  const statBlob = async (digest: string): Promise<BlobInfo> => {
    const found = await use(digest);
    if (!found)
      throw new DividendError('BLOB_NOT_FOUND', 'not_found', `No content is stored under '${digest}'`);
    return { digest, bytes: found.size };
  };

  return {
    stat: statBlob,
    has: async (digest) => (await use(digest)) !== undefined,
    put: async (content, limits = {}) => {
      const temporary = join(incoming, newId('blob', new Date()));
      try {
        const info = await writeHashed(temporary, content, limits.maxBytes ?? Number.POSITIVE_INFINITY);
        if (limits.expectedDigest !== undefined && limits.expectedDigest !== info.digest) {
          throw new DividendError(
            'DIGEST_MISMATCH',
            'invalid_argument',
            `The content has digest '${info.digest}', not '${limits.expectedDigest}'; send it again`,
            { field: 'digest' },
          );
        }
        const target = pathFor(info.digest);
        const shard = dirname(target);
        const isNewShard = (await mkdir(shard, { recursive: true })) !== undefined;
        await rename(temporary, target);
        await syncFolder(shard);
        if (isNewShard) await syncFolder(dirname(shard));
        return info;
      } catch (error) {
        throw translateDiskError(error, 'The artifact', folder);
      } finally {
        await rm(temporary, { force: true });
      }
    },
    read: async (digest, range) => {
      await statBlob(digest);
      return createReadStream(pathFor(digest), { ...range, highWaterMark: pieceBytes });
    },
    pathOf: async (digest) => {
      await statBlob(digest);
      return pathFor(digest);
    },
    verify: async (digest) => {
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(pathFor(digest), { highWaterMark: pieceBytes }))
        hash.update(chunk);
      const observed = `sha256:${hash.digest('hex')}`;
      return { intact: observed === digest, observed };
    },
    list: () => listBlobs(join(folder, 'sha256')),
    removeUnused: async (digest, since) => {
      const path = pathFor(digest);
      const isUnused = (found: Stats | undefined) =>
        found !== undefined && found.mtimeMs + useResolutionMs < since.getTime();
      if (!isUnused(await stat(path).catch(() => undefined))) return false;
      await mkdir(leaving, { recursive: true });
      const aside = join(leaving, basename(path));
      // Out of reach first, then looked at again: a use that came in between has left its time on the file.
      await rename(path, aside).catch(() => {});
      const taken = await stat(aside).catch(() => undefined);
      if (taken === undefined) return false;
      if (isUnused(taken)) {
        await rm(aside, { force: true });
        return true;
      }
      await rename(aside, path);
      return false;
    },
  };
}

/** What a crash left between the two halves of a removal. */
async function restoreLeaving(leaving: string, pathFor: (hex: string) => string): Promise<void> {
  for (const hex of await readdir(leaving).catch(() => [])) {
    const target = pathFor(hex);
    await mkdir(join(target, '..'), { recursive: true });
    await rename(join(leaving, hex), target);
  }
}

/** One page a folder of two hex digits. */
async function* listBlobs(root: string): AsyncGenerator<readonly StoredBlob[]> {
  for (const shard of (await readdir(root).catch(() => [])).sort()) {
    const page: StoredBlob[] = [];
    for (const hex of (await readdir(join(root, shard)).catch(() => [])).sort()) {
      const found = await stat(join(root, shard, hex)).catch(() => undefined);
      if (found) page.push({ digest: `sha256:${hex}`, bytes: found.size, usedAt: found.mtime });
    }
    yield page;
  }
}
