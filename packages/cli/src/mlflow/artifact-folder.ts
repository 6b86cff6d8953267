import { constants } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DividendError } from '@dividend/core/errors';
import type { ArtifactOwner, SourceEntry } from './source.ts';

/** Deeper than any tool nests; a loop of mounts would go on for ever. */
const maxDepth = 100;

/** The artifact root of an MLflow server as a folder of this machine. */
export interface ArtifactFolder {
  files(owner: ArtifactOwner): AsyncIterable<SourceEntry>;
}

/** @throws {DividendError} SOURCE_UNREADABLE where there is no such folder */
export async function openArtifactFolder(folder: string): Promise<ArtifactFolder> {
  const root = await realpath(resolve(folder)).catch(() => undefined);
  if (root === undefined || !(await stat(root)).isDirectory()) {
    throw new DividendError(
      'SOURCE_UNREADABLE',
      'not_found',
      `There is no folder '${folder}'; give the artifact root of the server (its --artifacts-destination or --default-artifact-root) as it is on this machine`,
      {
        field: '--artifacts',
      },
    );
  }
  return {
    files: async function* (owner) {
      const below = await findBelow(root, folder, owner.uri);
      if (below === undefined) {
        yield {
          path: '',
          refused: `its files are at '${owner.uri.slice(0, 300)}', which is not below --artifacts`,
        };
        return;
      }
      const start = join(root, below);
      const real = await realpath(start).catch(() => undefined);
      if (real === undefined) return;
      if (real !== start)
        yield { path: '', refused: `its folder '${below}' is reached over a symbolic link` };
      else yield* walk(start, '', 0);
    },
  };
}

/**
 * The folder of a run or logged model, relative to the root: by its `mlflow-artifacts:` path, by its place below the root, or,
 * for a root that was moved or copied from a bucket, by the layout `<experiment>/<run>/artifacts`.
 */
async function findBelow(root: string, given: string, uri: string): Promise<string | undefined> {
  const proxied = /^mlflow-artifacts:\/(?:\/[^/]*)?(?<path>.*)$/s.exec(uri)?.groups?.path;
  if (proxied !== undefined) return checkRelative(proxied.replace(/^\/+/, ''));
  const local = toLocalPath(uri);
  if (local !== undefined) {
    for (const base of [root, resolve(given)]) {
      const below = checkRelative(relative(base, resolve(local)));
      if (below !== undefined) return below;
    }
  }
  const layout = /(?<path>[^/]+\/(?:models\/)?[^/]+\/artifacts)\/?$/.exec(uri)?.groups?.path;
  const below = layout === undefined ? undefined : checkRelative(layout);
  if (below === undefined) return undefined;
  return (await stat(join(root, below)).catch(() => undefined)) === undefined ? undefined : below;
}

function toLocalPath(uri: string): string | undefined {
  try {
    if (uri.startsWith('file:')) return fileURLToPath(uri);
  } catch {
    return undefined;
  }
  return uri.startsWith('/') ? uri : undefined;
}

function checkRelative(path: string): string | undefined {
  const names = path.replace(/\/$/, '').split('/');
  return names.every((name) => name !== '' && name !== '.' && name !== '..' && !name.includes('\0'))
    ? names.join('/')
    : undefined;
}

async function* walk(folder: string, below: string, depth: number): AsyncGenerator<SourceEntry> {
  if (depth > maxDepth) {
    yield { path: below, refused: `the folder is nested more than ${maxDepth} deep` };
    return;
  }
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    const full = join(folder, entry.name);
    if (entry.isSymbolicLink()) yield { path, refused: 'it is a symbolic link' };
    else if (entry.name.includes('\ufffd')) yield { path, refused: 'its name is not UTF-8' };
    else if (entry.isDirectory()) yield* walk(full, path, depth + 1);
    else if (entry.isFile()) yield await toFile(full, path);
    else yield { path, refused: 'it is no file' };
  }
}

async function toFile(full: string, path: string): Promise<SourceEntry> {
  try {
    const { size, mtimeMs } = await stat(full);
    return {
      path,
      bytes: size,
      fingerprint: `${size} bytes of ${Math.round(mtimeMs)}`,
      open: async () => {
        // What was a file when it was listed must not have become a link to another place.
        const file = await open(full, constants.O_RDONLY | constants.O_NOFOLLOW);
        return file.createReadStream();
      },
    };
  } catch (error) {
    return { path, refused: `it cannot be read: ${(error as Error).message}` };
  }
}
