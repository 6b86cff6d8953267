import { posix } from 'node:path';

/** Types that the console and clients show; anything else is bytes. Texts say UTF-8, as what writes them does. */
const typeByExtension: Readonly<Record<string, string>> = {
  aac: 'audio/aac',
  avif: 'image/avif',
  bmp: 'image/bmp',
  csv: 'text/csv; charset=utf-8',
  flac: 'audio/flac',
  gif: 'image/gif',
  htm: 'text/html; charset=utf-8',
  html: 'text/html; charset=utf-8',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: 'text/plain; charset=utf-8',
  json: 'application/json',
  m4a: 'audio/mp4',
  m4v: 'video/mp4',
  md: 'text/markdown; charset=utf-8',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  oga: 'audio/ogg',
  ogg: 'audio/ogg',
  ogv: 'video/ogg',
  opus: 'audio/ogg',
  pdf: 'application/pdf',
  png: 'image/png',
  py: 'text/plain; charset=utf-8',
  sql: 'text/plain; charset=utf-8',
  svg: 'image/svg+xml',
  toml: 'text/plain; charset=utf-8',
  tsv: 'text/tab-separated-values; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  wav: 'audio/wav',
  weba: 'audio/webm',
  webm: 'video/webm',
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
    'accept-ranges': 'bytes',
    'content-disposition': contentDisposition(name),
    'x-content-type-options': 'nosniff',
    // Wherever a browser shows it all the same: no script, nothing fetched, an origin of its own.
    'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    etag: `"${file.digest}"`,
  };
}

/**
 * The bytes that `Range: bytes=5-9`, `5-` or `-5` asks for, both ends among them: previews ask for beginnings, players for
 * where they go on. Undefined where there is no such range or several of them: the answer is the whole (RFC 9110 section 14.2).
 */
export function readRange(
  range: string | undefined,
  bytes: number,
): { readonly start: number; readonly end: number } | undefined {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const start = from === '' ? Math.max(0, bytes - Number(to)) : Number(from);
  const end = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  return start > end || (start === 0 && end === bytes - 1) ? undefined : { start, end };
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
