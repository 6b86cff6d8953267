import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, resolve } from 'node:path';
import { DividendError } from '@dividend/core/errors';

/**
 * The file that an ingest step reads: absolute, relative to the spec's folder, or `npm:<package>/<path>` in the
 * node_modules of that folder or one above it.
 * @throws {DividendError} SOURCE_NOT_FOUND, SOURCE_INVALID
 */
export async function resolveSource(source: string, baseDir: string): Promise<string> {
  if (source.startsWith('npm:')) return resolveInPackage(source, baseDir);
  const path = isAbsolute(source) ? source : resolve(baseDir, source);
  if (await isFile(path)) return path;
  throw notFound(source, `looked for '${path}'; put the file there or correct \`source\``);
}

async function resolveInPackage(source: string, baseDir: string): Promise<string> {
  const [, name, path] = /^npm:((?:@[\w.-]+\/)?[\w.-]+)\/(.+)$/.exec(source) ?? [];
  if (name === undefined || path === undefined || normalize(path).startsWith('..')) {
    throw new DividendError(
      'SOURCE_INVALID',
      'invalid_argument',
      `Source '${source}' must be 'npm:<package>/<path inside it>'`,
      { field: 'source' },
    );
  }
  for (let folder = resolve(baseDir); ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name, path);
    if (await isFile(candidate)) return candidate;
    if (folder === dirname(folder)) break;
  }
  const place = `looked for it in node_modules of '${baseDir}' and the folders above`;
  throw notFound(source, `${place}; install the package '${name}' there or correct \`source\``);
}

function notFound(source: string, detail: string): DividendError {
  return new DividendError(
    'SOURCE_NOT_FOUND',
    'failed_precondition',
    `Source '${source}' was not found: ${detail}`,
    {
      field: 'source',
    },
  );
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
