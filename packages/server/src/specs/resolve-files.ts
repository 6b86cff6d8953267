import type { ApplyRequest } from '@dividend/contracts/api';
import { relativePathPattern } from '@dividend/contracts/spec';
import { DividendError } from '@dividend/core/errors';

export interface SpecFile {
  readonly path: string;
  readonly digest: string;
}

const pathPattern = new RegExp(relativePathPattern);

/**
 * The files of a spec by path, sorted. Each path must be relative, stay below the folder, and be there once; none may be
 * a folder of another.
 * @throws {DividendError} SPEC_FILE_INVALID
 */
export function resolveFiles(files: ApplyRequest['files']): readonly SpecFile[] {
  const paths = new Set(files.map(({ path }) => path));
  files.forEach(({ path }, index) => {
    const fail = (expected: string): never => {
      throw new DividendError(
        'SPEC_FILE_INVALID',
        'invalid_argument',
        `File ${index + 1} of the spec: expected ${expected}, got '${path}'`,
        { field: `files[${index}].path` },
      );
    };
    if (!pathPattern.test(path)) fail("a relative path with '/' between folders and no '..'");
    if (files.findIndex((file) => file.path === path) !== index) fail('each path once');
    const folders = path.split('/').slice(0, -1);
    const clash = folders
      .map((_, depth) => folders.slice(0, depth + 1).join('/'))
      .find((folder) => paths.has(folder));
    if (clash !== undefined) fail(`a path below a folder, but '${clash}' is a file`);
  });
  return files.map(({ path, digest }) => ({ path, digest })).sort((a, b) => (a.path < b.path ? -1 : 1));
}
