import { DividendError } from '@dividend/core/errors';
import type { BlobInfo } from '../platform/blobs/index.ts';
import type { Platform } from '../platform/platform.ts';
import { checkArtifactPath, toStorePath } from './artifact-path.ts';
import {
  deleteTree,
  type FolderPage,
  findArtifact,
  findInTheWay,
  listFolder,
  listTree,
  upsertArtifact,
} from './artifact-store.ts';
import { refusePinned } from './pinned-files.ts';
import { createUploadService, type UploadService } from './upload-service.ts';

/** A file or folder; `path` is relative to the root it was listed from, `bytes` 0 for a folder. */
export interface ArtifactEntry {
  readonly path: string;
  readonly isDir: boolean;
  readonly bytes: number;
}

/** Files by path over content by digest. A root is an artifact URI (`mlflow-artifacts:/1/…/artifacts`) or a plain path. */
export interface ArtifactService {
  /** Stores a stream under a path, in place of what was there. @throws {DividendError} ARTIFACT_PATH_INVALID, ARTIFACT_PATH_TAKEN, ARTIFACT_PINNED */
  put(root: string, path: string, content: AsyncIterable<Uint8Array>): Promise<BlobInfo>;
  /** Names content that is stored already, in place of what was there. @throws {DividendError} as `put`; BLOB_NOT_FOUND */
  link(root: string, path: string, blob: BlobInfo): Promise<void>;
  /** The entries directly in a folder, sorted; none where there is no such folder. */
  list(root: string, prefix?: string, page?: FolderPage): Promise<ArtifactEntry[]>;
  /** Every file below a folder, in all depths. */
  listFiles(root: string, prefix?: string): Promise<{ path: string; digest: string; bytes: number }[]>;
  find(root: string, path: string): Promise<BlobInfo | undefined>;
  /** Of one artifact in parts. */
  readonly uploads: UploadService;
  /** Takes a file or a whole folder out; the number of files. The content stays under its digest. */
  remove(root: string, path: string): Promise<number>;
}

export function createArtifactService(platform: Platform): ArtifactService {
  const { db, blobs, clock } = platform;

  /** A path that can name a file. */
  async function findFree(root: string, path: string): Promise<string> {
    const target = refusePinned(toStorePath(root, path));
    if (target === '') throw pathTaken(path, '/');
    const obstacle = await findInTheWay(db, target);
    if (obstacle !== undefined) throw pathTaken(target, obstacle);
    return target;
  }

  return {
    uploads: createUploadService(platform, (path) => findFree('', path)),
    link: async (root, path, blob) => {
      const target = await findFree(root, path);
      // Asking keeps a removal of unused content away from it.
      await blobs.stat(blob.digest);
      await upsertArtifact(db, target, blob, clock.now());
    },
    put: async (root, path, content) => {
      const target = await findFree(root, path);
      const blob = await blobs.put(content);
      await upsertArtifact(db, target, blob, clock.now());
      return blob;
    },
    list: async (root, prefix = '', page = {}) => {
      const relative = checkArtifactPath(prefix);
      const entries = await listFolder(db, toStorePath(root, prefix), page);
      return entries.map(({ name, isDir, bytes }) => ({
        path: relative === '' ? name : `${relative}/${name}`,
        isDir,
        bytes,
      }));
    },
    listFiles: async (root, prefix = '') => {
      const base = toStorePath(root);
      const files = await listTree(db, toStorePath(root, prefix));
      return files.map((file) => ({
        ...file,
        path: base === '' ? file.path : file.path.slice(base.length + 1),
      }));
    },
    find: async (root, path) => findArtifact(db, toStorePath(root, path)),
    remove: async (root, path) => {
      const target = refusePinned(toStorePath(root, path));
      if (target === '') throw wholeStore();
      return deleteTree(db, target);
    },
  };
}

function wholeStore(): DividendError {
  return new DividendError(
    'ARTIFACT_PATH_INVALID',
    'invalid_argument',
    'Invalid path: without a name it is the whole store, which is not deleted',
    { field: 'path' },
  );
}

function pathTaken(path: string, obstacle: string): DividendError {
  return new DividendError(
    'ARTIFACT_PATH_TAKEN',
    'invalid_argument',
    `Artifact '${path}' cannot be stored: '${obstacle}' is there, and a name is either a file or a folder`,
    { field: 'path' },
  );
}
