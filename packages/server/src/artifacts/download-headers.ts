import { posix } from 'node:path';

/** Types that the console and clients show; anything else is bytes. Texts say UTF-8, as what writes them does. */
const typeByExtension: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8',
  gif: 'image/gif',
  htm: 'text/html; charset=utf-8',
  html: 'text/html; charset=utf-8',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: 'text/plain; charset=utf-8',
  json: 'application/json',
  md: 'text/markdown; charset=utf-8',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  png: 'image/png',
  py: 'text/plain; charset=utf-8',
  sql: 'text/plain; charset=utf-8',
  svg: 'image/svg+xml',
  toml: 'text/plain; charset=utf-8',
  tsv: 'text/tab-separated-values; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  wav: 'audio/wav',
  webp: 'image/webp',
  xml: 'application/xml',
  yaml: 'text/plain; charset=utf-8',
  yml: 'text/plain; charset=utf-8',
};

/** Files without an extension that are text all the same. */
const textNames = new Set(['MLmodel', 'MLproject', 'README', 'LICENSE', 'Dockerfile']);

/**
 * Headers of a downloaded artifact. Always an attachment with sniffing off: an artifact is a user's content and must not
 * run as a page of this server.
 */
export function downloadHeaders(
  path: string,
  file: { digest: string; bytes: number },
): Record<string, string> {
  const name = posix.basename(path);
  return {
    'content-type': guessMimeType(name),
    'content-length': String(file.bytes),
    'content-disposition': contentDisposition(name),
    'x-content-type-options': 'nosniff',
    // Wherever a browser shows it all the same: no script, nothing fetched, an origin of its own.
    'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    etag: `"${file.digest}"`,
  };
}

/** Of `Range: bytes=0-99` the 99: the beginning of a file is what previews ask for. Undefined for all else, which is answered whole. */
export function readPrefixEnd(range: string | undefined, bytes: number): number | undefined {
  const end = /^bytes=0-(\d{1,15})$/.exec(range ?? '')?.[1];
  return end === undefined || Number(end) >= bytes - 1 ? undefined : Number(end);
}

export function guessMimeType(name: string): string {
  if (textNames.has(name)) return 'text/plain; charset=utf-8';
  return typeByExtension[posix.extname(name).slice(1).toLowerCase()] ?? 'application/octet-stream';
}

/** RFC 6266, with the exact name of RFC 8187 beside an ASCII one where the name needs it. */
function contentDisposition(name: string): string {
  const ascii =
    name
      .normalize('NFKD')
      .replace(/[^\x20-\x7e]/g, '')
      .replace(/["\\]/g, '_') || 'download';
  const plain = `attachment; filename="${ascii}"`;
  if (ascii === name) return plain;
  const exact = encodeURIComponent(name).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${plain}; filename*=UTF-8''${exact}`;
}
