import type { Log } from '../platform/log.ts';
import { createListener } from '../platform/postgres/index.ts';
import { createWaitpoint, type Waitpoint } from './waitpoint.ts';

/** PostgreSQL channel on which a change of routes or preloads is announced. */
export const routesChannel = 'dividend_routes';
/** Channel on which a serving process that changed its state is announced. */
export const processesChannel = 'dividend_serving';

/** Wakes whoever waits for a change, also one made by another control process. One connection, however many wait. */
export interface ChangeSignal {
  readonly routes: Waitpoint;
  readonly processes: Waitpoint;
  readonly stopped: boolean;
  start(): Promise<void>;
  /** Wakes everybody and closes the connection. Idempotent. */
  stop(): Promise<void>;
}

/** While the connection is down, waits end by their time alone, so callers keep them short. */
export function createChangeSignal(databaseUrl: string, log: Log): ChangeSignal {
  const routes = createWaitpoint();
  const processes = createWaitpoint();
  let stopped = false;
  const wakeAll = () => {
    routes.wake();
    processes.wake();
  };
  const listener = createListener(databaseUrl, log, {
    channels: [routesChannel, processesChannel],
    what: 'routing changes',
    notified: (channel) => (channel === routesChannel ? routes : processes).wake(),
    connected: wakeAll,
  });
  return {
    routes,
    processes,
    get stopped() {
      return stopped;
    },
    start: () => listener.start(),
    stop: () => {
      stopped = true;
      wakeAll();
      return listener.stop();
    },
  };
}
