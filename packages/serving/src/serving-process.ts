import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DividendError } from '@dividend/core/errors';
import type { Config } from './config.ts';
import { createControlClient } from './control-client.ts';
import { createServingServer } from './http/create-server.ts';
import { createDrain } from './http/drain.ts';
import { createPredictor } from './infer/predictor.ts';
import { openBacklog } from './journal/backlog.ts';
import { claimJournal } from './journal/claim-journal.ts';
import { openJournal } from './journal/journal.ts';
import { startShipper } from './journal/shipper.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics/metrics.ts';
import { openModelCache } from './models/model-cache.ts';
import { createWorkerLane } from './models/worker-lane.ts';
import { type Following, followSnapshot } from './routing/follow-snapshot.ts';
import { openSnapshotStore } from './routing/snapshot-store.ts';

export interface ServingProcess {
  readonly port: number;
  /** Unready, then the requests under way, then telemetry, each within its bound. */
  stop(): Promise<void>;
}

/** What telemetry gets to reach control before the process ends; the rest stays on disk for the next one. */
const flushMs = 3_000;
const farewellMs = 1_000;
/** Wait for a first snapshot, and for the releases of one, before the port is opened. */
const firstSnapshotMs = 1_500;
const loadMs = 15_000;

/** Composes and starts a serving process. @throws {DividendError} PORT_IN_USE, PROCESS_NAME_IN_USE, HOME_UNUSABLE */
export async function startServing(config: Config, log: Log): Promise<ServingProcess> {
  const { home, processName, limits } = config;
  const folder = join(home, 'journal', processName);
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch(unusable(home));
  const disclaim = await claimJournal(folder, processName);

  const control = createControlClient(config.controlUrl, config.servingToken);
  const lane = createWorkerLane();
  const metrics = createMetrics(processName);
  const backlog = await openBacklog(folder, processName, log).catch(unusable(home));
  const shipper = startShipper({ control, backlog, maxBytes: limits.maxJournalBytes, log });
  const journal = openJournal(folder, processName, shipper, log);
  const store = await openSnapshotStore(home, log);
  const cache = await openModelCache(home, control, log);
  const following = await followSnapshot({ processName, control, store, cache, lane, log });
  const { routes } = following;
  const predictor = createPredictor({ routes, receipts: () => following.receipts, journal, metrics, limits });

  const { server } = createServingServer({
    routes,
    predictor,
    metrics,
    limits,
    log,
    hasSnapshot: () => following.receipts !== undefined,
    isReady: () => following.isReady && !drain.isDraining,
    writeMetrics: (inFlight) =>
      metrics.write({
        inFlight,
        isReady: following.isReady,
        releases: following.releases,
        ...shipper.state,
      }),
  });
  const drain = createDrain(server);
  await untilReady(following);
  const port = await listen(server, config);

  return {
    port,
    stop: async () => {
      await drain.run();
      journal.close();
      const isFlushed = await shipper.drain(flushMs);
      if (!isFlushed) log.warn('Telemetry stays on disk for the next start', { ...shipper.state });
      shipper.stop();
      await following.stop();
      await sayFarewell();
      await lane.close();
      control.close();
      disclaim();
    },
  };

  /** So that control does not wait for this process; without it, it notices by the silence. */
  async function sayFarewell(): Promise<void> {
    const path = `/internal/v1/serving/${encodeURIComponent(processName)}`;
    const response = await control
      .send({ method: 'DELETE', path, timeoutMs: farewellMs })
      .catch(() => undefined);
    response?.resume();
  }
}

/**
 * Siblings share the port: a process that listens gets its share of the traffic, so it listens when it can answer. A process
 * that has nothing to answer with, or a long way to it, listens all the same in the end, to say so.
 */
async function untilReady(following: Following): Promise<void> {
  const startedAt = performance.now();
  const limitMs = () => (following.receipts === undefined ? firstSnapshotMs : loadMs);
  while (!following.isReady && performance.now() - startedAt < limitMs()) await sleep(10);
}

function listen(server: Server, { host, port }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new DividendError(
          'PORT_IN_USE',
          'unavailable',
          `Serving could not listen on '${host}:${port}' (${error.message}); free it or set DIVIDEND_SERVING_PORT`,
          { field: 'DIVIDEND_SERVING_PORT', cause: error },
        ),
      ),
    );
    server.listen({ host, port, reusePort: port !== 0, backlog: 1024 }, () =>
      resolve((server.address() as AddressInfo).port),
    );
  });
}

function unusable(home: string): (error: unknown) => never {
  return (error) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DividendError(
      'HOME_UNUSABLE',
      'unavailable',
      `Folder '${home}' cannot be used (${reason}); check DIVIDEND_SERVING_HOME`,
      { field: 'DIVIDEND_SERVING_HOME', cause: error },
    );
  };
}
