import { DividendError } from '@dividend/core/errors';
import type { App } from '../platform/http/index.ts';
import { localActor, runAs } from './actor.ts';

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Loopback needs no login, but a web page elsewhere must not act through the browser of the person: the Host header
 * must name loopback (DNS rebinding), and a request with an Origin must come from loopback too.
 */
export function guardLoopback(app: App): void {
  const actor = localActor();
  app.addHook('onRequest', (request, _reply, done) => {
    if (!loopbackHosts.has(hostName(request.headers.host ?? ''))) {
      throw new DividendError(
        'HOST_NOT_ALLOWED',
        'permission_denied',
        `Host '${request.headers.host}' is not this machine; use http://127.0.0.1`,
      );
    }
    const { origin } = request.headers;
    if (origin !== undefined && !isLoopbackOrigin(origin)) {
      throw new DividendError(
        'ORIGIN_NOT_ALLOWED',
        'permission_denied',
        `Origin '${origin}' may not use this server`,
      );
    }
    runAs(actor, done);
  });
}

/** @throws {DividendError} BIND_NEEDS_LOGIN for any address but loopback: there is no login yet */
export function assertLoopback(host: string): void {
  if (host === '127.0.0.1' || host === '::1' || host === 'localhost') return;
  throw new DividendError(
    'BIND_NEEDS_LOGIN',
    'failed_precondition',
    `Dividend listens on '${host}' only with a login configured, which this version lacks; use 127.0.0.1`,
    { field: 'host' },
  );
}

function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && loopbackHosts.has(new URL(origin).hostname);
}

function hostName(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}
