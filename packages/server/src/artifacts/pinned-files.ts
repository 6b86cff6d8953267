import { createHash, randomBytes } from 'node:crypto';
import { DividendError } from '@dividend/core/errors';
import { canonicalJson } from '@dividend/core/ledger';
import { sql } from 'kysely';
import type { BlobStore } from '../platform/blobs/index.ts';
import type { Db, Tx } from '../platform/postgres/index.ts';
import { toStorePath } from './artifact-path.ts';
import { deleteTree, listTree } from './artifact-store.ts';

/** Folder of the store that only pinning writes to. */
const pinnedFolder = '.versions';

/** Files as they were at one moment, under paths of their own. */
export interface PinnedFiles {
  /** Artifact URI of what was pinned: a folder, or a file. */
  readonly location: string;
  /** SHA-256 over the canonical list of `{path, digest, bytes}`, by path. */
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
}

/**
 * Keeps the files at a location as they are now: whatever happens there later, they stay what they are at the location
 * returned. Only names are written, their content is there already. Undefined where there are no files.
 * @throws {DividendError} ARTIFACT_LOST where content was removed while its name was read
 */
export async function pinFiles(tx: Tx, blobs: BlobStore, root: string): Promise<PinnedFiles | undefined> {
  const from = toStorePath(root);
  const files = await listTree(tx, from);
  if (from === '' || files.length === 0) return undefined;
  const target = `${pinnedFolder}/${randomBytes(16).toString('hex')}/${from.slice(from.lastIndexOf('/') + 1)}`;
  await sql`
    INSERT INTO artifact (path, digest, bytes, updated_at)
    SELECT ${target}::text || rest, digest, bytes, now()
    FROM unnest(${files.map(({ path }) => path.slice(from.length))}::text[], ${files.map(({ digest }) => digest)}::text[],
      ${files.map(({ bytes }) => bytes)}::bigint[]) AS f (rest, digest, bytes)`.execute(tx);
  // Asking for content keeps a removal of unused content away from it (see `BlobStore.has`).
  for (const { path, digest } of files) if (!(await blobs.has(digest))) throw lost(path);
  const listed = files.map(({ path, digest, bytes }) => ({
    path: path.slice(from.length + 1),
    digest,
    bytes,
  }));
  return {
    location: `mlflow-artifacts:/${target}`,
    digest: `sha256:${createHash('sha256').update(canonicalJson(listed)).digest('hex')}`,
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Pinned files by path, relative to their location; empty for a file that was pinned alone. They never change, so a place in the list is a number. */
export async function listPinnedFiles(
  db: Db,
  location: string,
  page: { limit: number; offset: number },
): Promise<{ path: string; digest: string; bytes: number }[]> {
  const root = toStorePath(location);
  const { rows } = await sql<{ path: string; digest: string; bytes: number }>`
    SELECT substr(path, length(${root}::text) + 2) AS path, digest, bytes FROM artifact
    WHERE path = ${root} OR (path >= ${`${root}/`} AND path < ${`${root}0`})
    ORDER BY path LIMIT ${page.limit} OFFSET ${page.offset}`.execute(db);
  return rows;
}

/** Takes the names of pinned files away. */
export async function unpinFiles(tx: Tx, locations: readonly string[]): Promise<void> {
  for (const location of locations) await deleteTree(tx, toStorePath(location));
}

/** @throws {DividendError} ARTIFACT_PINNED for a path at which files are pinned */
export function refusePinned(path: string): string {
  if (path !== pinnedFolder && !path.startsWith(`${pinnedFolder}/`)) return path;
  throw new DividendError(
    'ARTIFACT_PINNED',
    'permission_denied',
    `Artifact '${path.slice(0, 200)}' belongs to a registered version, whose files never change; log new files and register another version`,
    { field: 'path' },
  );
}

function lost(path: string): DividendError {
  return new DividendError(
    'ARTIFACT_LOST',
    'failed_precondition',
    `The content of '${path}' was removed just now; log the file again`,
    { field: 'path' },
  );
}
