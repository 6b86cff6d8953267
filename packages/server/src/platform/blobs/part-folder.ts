import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { translateDiskError } from '../disk.ts';
import { newId } from '../ids.ts';
import { pieceBytes } from './piece-writer.ts';
import { type BlobInfo, writeHashed } from './write-hashed.ts';

/** Parts of uploads on their way, one folder an upload, named by their digest: sent twice, a part is there once. */
export interface PartFolder {
  /** Durable when it returns. @throws {DividendError} DISK_FULL; BLOB_TOO_LARGE past `maxBytes` */
  write(upload: string, content: AsyncIterable<Uint8Array>, maxBytes: number): Promise<BlobInfo>;
  /** The parts with these digests, one after another. */
  read(upload: string, digests: readonly string[]): AsyncGenerator<Uint8Array>;
  remove(upload: string): Promise<void>;
  /** Uploads that have a folder. */
  list(): Promise<string[]>;
}

/** @param folder made with the first part */
export function createPartFolder(folder: string): PartFolder {
  const folderOf = (upload: string) => join(folder, upload);
  const fileOf = (upload: string, digest: string) => join(folderOf(upload), digest.replace('sha256:', ''));
  return {
    write: async (upload, content, maxBytes) => {
      await mkdir(folderOf(upload), { recursive: true });
      const draft = join(folderOf(upload), newId('part', new Date()));
      try {
        const info = await writeHashed(draft, content, maxBytes);
        await rename(draft, fileOf(upload, info.digest));
        return info;
      } catch (error) {
        throw translateDiskError(error, 'The part', folder);
      } finally {
        await rm(draft, { force: true });
      }
    },
    read: async function* (upload, digests) {
      for (const digest of digests)
        yield* createReadStream(fileOf(upload, digest), { highWaterMark: pieceBytes });
    },
    remove: (upload) => rm(folderOf(upload), { recursive: true, force: true }),
    list: () => readdir(folder).catch(() => []),
  };
}
