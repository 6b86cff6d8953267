import type { FastifyRequest } from 'fastify';

/**
 * Where the caller reaches this server, without a slash at the end: as it said, or as the proxy before this server says
 * (`X-Forwarded-Proto`, `-Host`, `-Prefix`). Only for links in an answer to that same caller: anybody can send these.
 */
export function publicBaseUrl(request: FastifyRequest): string {
  const told = (name: string) =>
    String(request.headers[name] ?? '')
      .split(',')[0]
      ?.trim() ?? '';
  const scheme = /^https?$/.exec(told('x-forwarded-proto'))?.[0] ?? request.protocol;
  const host = /^[\w.-]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i.exec(told('x-forwarded-host'))?.[0] ?? request.host;
  const prefix = /^(\/[\w.~-]+)+$/.exec(told('x-forwarded-prefix'))?.[0] ?? '';
  return `${scheme}://${host}${prefix}`;
}
