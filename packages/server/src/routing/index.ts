import type { EndpointRoute, Snapshot } from '@dividend/contracts/serving';
import { DividendError } from '@dividend/core/errors';
import type { Mac } from '@dividend/core/receipts';
import type { Ledger } from '../ledger/index.ts';
import type { Domain, Platform } from '../platform/platform.ts';
import type { Tx } from '../platform/postgres/index.ts';
import type { Releases } from '../releases/index.ts';
import { waitUntilRouted, waitUntilServed } from './await-serving.ts';
import { createChangeSignal } from './change-signal.ts';
import { internalRoutes } from './internal-routes.ts';
import { createReceiptMac, openReceiptKey } from './receipt-key.ts';
import { findRoute, type NewRoute, preload, removeRoute, setArms, unload } from './routing-store.ts';
import type { Environment } from './routing-tables.ts';
import { listProcesses, type ProcessRecord } from './serving-processes.ts';
import { servingRoutes } from './serving-routes.ts';
import { createSnapshots } from './snapshots.ts';

export type { NewRoute } from './routing-store.ts';
export type { Environment } from './routing-tables.ts';
export type { ProcessRecord } from './serving-processes.ts';
export { requireServingToken } from './serving-token.ts';
export { createWaitpoint, type Waitpoint } from './waitpoint.ts';

/** Which release answers where, and the processes that serve it. Changes take effect when their transaction commits. */
export interface Routing extends Domain {
  snapshot(): Promise<Snapshot>;
  /** @throws {DividendError} ARMS_INVALID unless the arms cover all buckets once */
  setArms(tx: Tx, route: NewRoute): Promise<void>;
  removeRoute(tx: Tx, endpoint: string, environment: Environment): Promise<void>;
  /** Keeps a release loaded although no arm points at it. Idempotent. */
  preload(tx: Tx, releaseIndex: number): Promise<void>;
  unload(tx: Tx, releaseIndex: number): Promise<void>;
  /** @throws {DividendError} ROUTE_NOT_FOUND */
  getRoute(endpoint: string, environment: Environment): Promise<EndpointRoute>;
  findRoute(endpoint: string, environment: Environment, tx?: Tx): Promise<EndpointRoute | undefined>;
  /** @throws {DividendError} RELEASE_LOAD_FAILED, RELEASE_NOT_SERVED, NO_SERVING_PROCESS */
  waitUntilServed(releaseDigest: string, timeoutMs: number): Promise<void>;
  /** @throws {DividendError} SNAPSHOT_NOT_TAKEN */
  waitUntilRouted(timeoutMs: number): Promise<void>;
  processes(): Promise<ProcessRecord[]>;
  /** Signs and checks receipts. */
  receiptMac(): Mac;
}

export function createRouting(
  platform: Platform,
  { releases }: { ledger: Ledger; releases: Pick<Releases, 'getByIndex' | 'isWeights'> },
): Routing {
  const { db, clock, config, log } = platform;
  const receiptKey = openReceiptKey(config.home);
  const mac = createReceiptMac(receiptKey);
  const changes = createChangeSignal(config.databaseUrl, log);
  const snapshots = createSnapshots(db, changes, releases, receiptKey);
  return {
    routes: (app) => {
      internalRoutes(app, platform, { snapshots, releases });
      servingRoutes(app, platform, snapshots);
      // Requests that wait for a change would hold the server open; they are answered first.
      app.addHook('preClose', () => changes.stop());
    },
    start: () => changes.start(),
    stop: () => changes.stop(),
    snapshot: () => snapshots.current(),
    setArms: (tx, route) => setArms(tx, clock.now(), route),
    removeRoute,
    preload,
    unload,
    getRoute: async (endpoint, environment) => {
      const route = await findRoute(db, endpoint, environment);
      if (route) return route;
      throw new DividendError(
        'ROUTE_NOT_FOUND',
        'not_found',
        `Nothing answers on '${endpoint}' in ${environment} yet; roll a release out to it first`,
      );
    },
    findRoute: (endpoint, environment, tx) => findRoute(tx ?? db, endpoint, environment),
    waitUntilServed: (digest, timeoutMs) => waitUntilServed(db, changes, digest, timeoutMs),
    waitUntilRouted: (timeoutMs) => waitUntilRouted(db, changes, snapshots, timeoutMs),
    processes: () => listProcesses(db),
    receiptMac: () => mac,
  };
}
