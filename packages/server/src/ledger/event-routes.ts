import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream';
import type { App } from '../platform/http/index.ts';
import type { EventStream } from './event-stream.ts';

/** Under the idle limits of common proxies. */
const heartbeatMs = 15_000;
/** A listener that does not read is cut off rather than kept in memory; it resumes where it stood. */
const maxUnreadBytes = 1_000_000;

/**
 * Server-sent events, one an entry, as it is committed. The id of an event is the place to go on from: a client that
 * sends it as `Last-Event-ID` misses nothing.
 */
export function eventRoutes(app: App, events: EventStream): void {
  const open = new Set<ServerResponse>();
  // A stream never ends by itself: it would hold the server open.
  app.addHook('preClose', async () => {
    for (const response of open) response.end();
  });
  const described = {
    schema: { summary: 'Ledger entries as they are committed, as server-sent events' },
    config: {
      notes: {
        answerType: 'text/event-stream',
        headers: { 'last-event-id': 'Id of the last event received: go on after it.' },
      },
    },
  };
  app.get('/api/v1/events', described, async (request, reply) => {
    const last = request.headers['last-event-id'];
    const cursor = typeof last === 'string' && /^[0-9]{1,15}$/.test(last) ? Number(last) : undefined;
    const { raw } = reply;
    // Before the head: whoever has the answer misses nothing that is committed from then on.
    const unlisten = await events.listen(cursor, (entry, next) => {
      if (raw.writableLength > maxUnreadBytes) raw.destroy();
      else raw.write(`id: ${next}\ndata: ${JSON.stringify(entry)}\n\n`);
    });
    reply.hijack();
    const heartbeat = setInterval(() => raw.write(': still here\n\n'), heartbeatMs);
    open.add(raw);
    finished(raw, () => {
      clearInterval(heartbeat);
      unlisten();
      open.delete(raw);
    });
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    raw.write('retry: 1000\n\n');
  });
}
