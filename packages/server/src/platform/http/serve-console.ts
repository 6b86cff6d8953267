import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import type { FastifyReply } from 'fastify';
import type { App } from './http-app.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** The console runs only its own files; inline styles are what React and charts set on elements. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Serves the built console: files by their name, every other path below `/` the page itself (deep links). */
export function serveConsole(app: App, folder: string): void {
  const page = join(folder, 'index.html');
  app.get('/', { schema: { hide: true } }, (_request, reply) => sendFile(reply, page, false));
  app.get('/*', { schema: { hide: true } }, async (request, reply) => {
    const path = normalize(join(folder, decodeURIComponent(request.url.split('?')[0] ?? '/')));
    const inside = path.startsWith(normalize(folder) + sep);
    const found = inside && !path.includes('\0') ? await stat(path).catch(() => undefined) : undefined;
    if (found?.isFile()) return sendFile(reply, path, path.includes(`${sep}assets${sep}`));
    if (isApiPath(request.url)) return reply.callNotFound();
    return sendFile(reply, page, false);
  });
}

function isApiPath(url: string): boolean {
  return /^\/(api|ajax-api|internal|v1|v2)(\/|$)/.test(url);
}

function sendFile(reply: FastifyReply, path: string, hashedName: boolean): FastifyReply {
  return reply
    .header('content-type', mediaTypes[extname(path)] ?? 'application/octet-stream')
    .header('cache-control', hashedName ? 'public, max-age=31536000, immutable' : 'no-cache')
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', contentSecurityPolicy)
    .send(createReadStream(path));
}
