import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { DividendError } from '@dividend/core/errors';
import { translateDiskError } from './disk.ts';

export interface KeyFile<Key> {
  /** `<home>/keys/<name>.json` */
  readonly path: string;
  make(): Key;
  /** Undefined, or any throw, where the content is no such key. */
  parse(content: unknown): Key | undefined;
  /** What to say of a file without a key; it is never replaced. */
  damaged(): DividendError;
}

/**
 * Reads a key, made at first use and readable by its owner only.
 * @throws {DividendError} as `damaged` says; DISK_FULL
 */
export function openKeyFile<Key>(file: KeyFile<Key>): Key {
  try {
    mkdirSync(dirname(file.path), { recursive: true, mode: 0o700 });
    return readKey(file) ?? makeKey(file);
  } catch (error) {
    throw translateDiskError(error, 'A key', dirname(file.path));
  }
}

function readKey<Key>(file: KeyFile<Key>): Key | undefined {
  let text: string;
  try {
    text = readFileSync(file.path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const key = parseKey(file, text);
  if (key === undefined) throw file.damaged();
  return key;
}

function parseKey<Key>(file: KeyFile<Key>, text: string): Key | undefined {
  try {
    return file.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Written beside, flushed and linked into place: of two processes that start at once one key stands, whole. */
function makeKey<Key>(file: KeyFile<Key>): Key {
  const key = file.make();
  const draft = `${file.path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFlushed(draft, `${JSON.stringify(key)}\n`);
    linkSync(draft, file.path);
    return key;
  } catch (error) {
    const other = readKey(file);
    if (other === undefined) throw error;
    return other;
  } finally {
    rmSync(draft, { force: true });
  }
}

function writeFlushed(path: string, text: string): void {
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
