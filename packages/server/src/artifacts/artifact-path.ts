import { DividendError } from '@dividend/core/errors';

/** A key of the index holds at most about 2700 bytes. */
const maxPathBytes = 2000;
const maxNameBytes = 255;
const scheme = 'mlflow-artifacts:';

/**
 * A path inside the artifact store from what a caller sent: relative, `/` between names, no name that leads elsewhere
 * (`..`, `.`, empty), also not after percent-decoding it any number of times, nor where its characters are taken for their
 * plain forms (NFKC), as some file systems and tools do. The empty path is the root.
 * @throws {DividendError} ARTIFACT_PATH_INVALID
 */
export function checkArtifactPath(path: string): string {
  const trimmed = path.endsWith('/') ? path.slice(0, -1) : path;
  if (trimmed === '') {
    if (path === '') return '';
    throw invalidPath(path);
  }
  for (let form = trimmed; ; ) {
    if (!isPlainPath(form)) throw invalidPath(path);
    const decoded = decodeOnce(form);
    if (decoded === form) break;
    form = decoded;
  }
  if (Buffer.byteLength(trimmed) > maxPathBytes) throw invalidPath(path);
  return trimmed;
}

/**
 * The path of `root` (an artifact URI such as `mlflow-artifacts:/1/…/artifacts`, or a plain path) and of what is below it.
 * @throws {DividendError} ARTIFACT_PATH_INVALID
 */
export function toStorePath(root: string, path = ''): string {
  const base = root.startsWith(scheme) ? root.slice(scheme.length).replace(/^\/(?!\/)/, '') : root;
  return [checkArtifactPath(base), checkArtifactPath(path)].filter((part) => part !== '').join('/');
}

/** True for a URI of this store without an authority: `mlflow-artifacts:/…`. */
export function isArtifactUri(uri: string): boolean {
  return /^mlflow-artifacts:\/(?!\/)/.test(uri);
}

function isPlainPath(path: string): boolean {
  if (/[\\#\p{Cc}]/u.test(path) || /^([a-z]:|file:)/i.test(path)) return false;
  return (
    path.split('/').every((name) => isPlainName(name) && Buffer.byteLength(name) <= maxNameBytes) &&
    path.normalize('NFKC').split(/[/\\]/).every(isPlainName)
  );
}

function isPlainName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..';
}

/** Decodes what can be decoded: a stray `%` stands for itself, as it does in a file name. */
function decodeOnce(path: string): string {
  return path.replace(/(%[0-9a-f]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return Buffer.from(escaped.replaceAll('%', ''), 'hex').toString('latin1');
    }
  });
}

function invalidPath(path: string): DividendError {
  return new DividendError(
    'ARTIFACT_PATH_INVALID',
    'invalid_argument',
    `Invalid path: '${path.slice(0, 200)}' must be relative, with '/' between names, without '..', '#' or control characters`,
    { field: 'path' },
  );
}
