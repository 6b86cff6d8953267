import type { Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Ends a server without failing a request. */
export interface Drain {
  readonly isDraining: boolean;
  /**
   * Takes no new connection, answers what comes on the old ones with `Connection: close`, and returns when the last is closed,
   * or idle for the grace period; at the time limit what is left is cut.
   */
  run(): Promise<void>;
}

/** Time for the next request of a connection that a caller keeps open; callers under load send it at once. */
const graceMs = 1_000;
const limitMs = 8_000;

export function createDrain(server: Server): Drain {
  const connections = new Set<Socket>();
  let isDraining = false;
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.prependListener('request', (_request, response: ServerResponse) => {
    if (isDraining) response.setHeader('connection', 'close');
  });
  return {
    get isDraining() {
      return isDraining;
    },
    run: async () => {
      isDraining = true;
      /** Connections the kernel has accepted already are taken in this turn; then the door is closed. */
      await new Promise((resolve) => setImmediate(resolve));
      /** Not the `close` of HTTP servers: it would end idle connections that a request may be on its way on. */
      NetServer.prototype.close.call(server);
      const startedAt = performance.now();
      while (connections.size > 0 && performance.now() - startedAt < graceMs) await sleep(10);
      server.closeIdleConnections();
      while (connections.size > 0 && performance.now() - startedAt < limitMs) await sleep(10);
      server.closeAllConnections();
    },
  };
}
