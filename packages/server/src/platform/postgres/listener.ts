import pg from 'pg';
import type { Log } from '../log.ts';

const reconnectMs = 1_000;

/** One connection that hears notifications, made again whenever it is lost. */
export interface Listener {
  start(): Promise<void>;
  /** Idempotent. */
  stop(): Promise<void>;
}

export interface ListenerOptions {
  readonly channels: readonly string[];
  /** What is listened for, as the log names it: `ledger entries`. */
  readonly what: string;
  readonly notified: (channel: string) => void;
  /** Called at each connection: what was announced while nobody listened is unknown, so everybody should look. */
  readonly connected: () => void;
}

/** While the connection is down nothing is heard, so callers also look from time to time. */
export function createListener(databaseUrl: string, log: Log, options: ListenerOptions): Listener {
  const { channels, what, notified, connected } = options;
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let stopped = false;

  const connectLater = (why: string, error?: unknown) => {
    client = undefined;
    if (stopped) return;
    log.warn(why, error ? { error } : {});
    retry = setTimeout(connect, reconnectMs);
  };
  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: databaseUrl,
      application_name: `dividend: ${what}`,
      keepAlive: true,
    });
    client = next;
    const lost = (error?: Error) => {
      if (client === next) connectLater(`Lost the connection that listens for ${what}`, error);
    };
    next.on('error', lost);
    next.on('end', () => lost());
    next.on('notification', ({ channel }) => notified(channel));
    try {
      await next.connect();
      await next.query(channels.map((channel) => `LISTEN ${channel}`).join('; '));
      connected();
    } catch (error) {
      if (client === next) connectLater(`Cannot listen for ${what}`, error);
    }
  };

  return {
    start: connect,
    stop: async () => {
      const open = client;
      stopped = true;
      client = undefined;
      clearTimeout(retry);
      await open?.end().catch(() => {});
    },
  };
}
