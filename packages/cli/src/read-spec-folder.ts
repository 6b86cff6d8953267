import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { DividendError } from '@dividend/core/errors';
import { readTextFile } from './read-text-file.ts';

export interface SpecFolder {
  readonly specText: string;
  readonly baseDir: string;
  readonly files: readonly {
    readonly path: string;
    readonly digest: string;
    readonly content: Uint8Array<ArrayBuffer>;
  }[];
  /** Files that do not go along, for their size. */
  readonly tooLarge: readonly string[];
}

/** Enough for code and small tables; data belongs in a source that `ingest` reads. */
const maxFiles = 500;
const maxFileBytes = 5_000_000;
/** What control takes. */
const maxSpecBytes = 1_000_000;
const leftOut = /^(\.|node_modules$|__pycache__$|dist$)|\.(parquet|pyc|onnx)$/;

/** Reads a spec file and the files beside and below it that its steps may use. */
export async function readSpecFolder(file: string): Promise<SpecFolder> {
  const path = resolve(file);
  const specText = await readTextFile(file, 'file', maxSpecBytes);
  const baseDir = dirname(path);
  const { paths, tooLarge } = await listFiles(baseDir);
  if (paths.length > maxFiles + 1) {
    throw new DividendError(
      'SPEC_FOLDER_TOO_LARGE',
      'too_large',
      `The folder '${baseDir}' holds more than the ${maxFiles} files that go with a spec; give the spec a folder of its own`,
    );
  }
  const files = await Promise.all(
    paths
      .filter((candidate) => candidate !== path)
      .map(async (candidate) => {
        const content = new Uint8Array(await readFile(candidate));
        return {
          path: relative(baseDir, candidate).split(sep).join('/'),
          digest: `sha256:${createHash('sha256').update(content).digest('hex')}`,
          content,
        };
      }),
  );
  return { specText, baseDir, files, tooLarge: tooLarge.map((candidate) => relative(baseDir, candidate)) };
}

/** Stops early in a folder of too many files, such as a home folder. */
async function listFiles(folder: string): Promise<{ paths: string[]; tooLarge: string[] }> {
  const paths: string[] = [];
  const tooLarge: string[] = [];
  const visit = async (below: string): Promise<void> => {
    const entries = await readdir(below, { withFileTypes: true });
    for (const entry of entries.sort((left, right) => left.name.localeCompare(right.name))) {
      if (leftOut.test(entry.name)) continue;
      const path = join(below, entry.name);
      if (entry.isDirectory()) await visit(path);
      else if (entry.isFile()) ((await stat(path)).size <= maxFileBytes ? paths : tooLarge).push(path);
      // The spec itself is one of them.
      if (paths.length > maxFiles + 1) return;
    }
  };
  await visit(folder);
  return { paths, tooLarge };
}
