import type { ServingStatus, Snapshot } from '@dividend/contracts/serving';
import type { ControlClient } from '../control-client.ts';
import { createReceiptIssuer, type ReceiptIssuer } from '../infer/receipt-issuer.ts';
import type { Log } from '../log.ts';
import { loadRelease } from '../models/loaded-release.ts';
import type { ModelCache } from '../models/model-cache.ts';
import { createReleaseSet } from '../models/release-set.ts';
import type { WorkerLane } from '../models/worker-lane.ts';
import { startStatusReporter } from './report-status.ts';
import { createRouteTable, type RouteTable } from './route-table.ts';
import type { SnapshotStore } from './snapshot-store.ts';
import { watchSnapshot } from './watch-snapshot.ts';

/** The state that requests are answered from, kept at the newest snapshot. */
export interface Following {
  readonly routes: RouteTable;
  /** Undefined until there is a snapshot. */
  readonly receipts: ReceiptIssuer | undefined;
  /** A snapshot is here and each of its endpoints has arms. */
  readonly isReady: boolean;
  readonly snapshotVersion: string | null;
  readonly releases: ServingStatus['releases'];
  stop(): Promise<void>;
}

export interface FollowOptions {
  readonly processName: string;
  readonly control: ControlClient;
  readonly store: SnapshotStore;
  readonly cache: ModelCache;
  readonly lane: WorkerLane;
  readonly log: Log;
}

/** Serves from the snapshot on disk at once and follows control from then on. */
export async function followSnapshot(options: FollowOptions): Promise<Following> {
  const { control, store, cache, lane, log } = options;
  const startedAt = new Date(Date.now() - performance.now()).toISOString();
  const routes = createRouteTable();
  const watching = new AbortController();
  let newest: Snapshot | undefined;
  let held: Snapshot | undefined;
  let receipts: ReceiptIssuer | undefined;

  const releases = createReleaseSet(
    (release) => loadRelease(release, cache, lane),
    () => advance(),
    log,
  );
  const describe = (): ServingStatus => ({
    processId: options.processName,
    pid: process.pid,
    startedAt,
    snapshotVersion: held?.version ?? null,
    releases: releases.report(),
    residentBytes: process.memoryUsage.rss(),
  });
  const reporter = startStatusReporter(control, describe);

  function advance(): void {
    if (newest === undefined) return;
    routes.advance(newest, releases.stateOf);
    releases.assign(newest.releases, routes.digestsInUse());
    if (routes.isCurrent() && held !== newest) {
      held = newest;
      log.info('Snapshot is in use', { version: held.version, endpoints: routes.names() });
      void keep(held);
    }
    reporter.report();
  }

  /** On disk only once it is in use: a process that starts without control must find one that works. */
  async function keep(snapshot: Snapshot): Promise<void> {
    try {
      await store.save(snapshot);
      await cache.sweep(new Set(snapshot.releases.map((release) => release.weights.digest)));
    } catch (error) {
      log.warn('Snapshot could not be kept on disk', { error });
    }
  }

  function take(snapshot: Snapshot): void {
    if (snapshot.version === newest?.version) return;
    if (receipts?.secret !== snapshot.receiptKey.secret)
      receipts = createReceiptIssuer(snapshot.receiptKey.secret);
    newest = snapshot;
    releases.assign(snapshot.releases, routes.digestsInUse());
    advance();
  }

  const stored = await store.load();
  if (stored !== undefined) take(stored);
  const watcher = watchSnapshot(control, take, log, watching.signal);

  return {
    routes,
    get receipts() {
      return receipts;
    },
    get isReady() {
      return held !== undefined && routes.names().every((name) => routes.find(name) !== undefined);
    },
    get snapshotVersion() {
      return held?.version ?? null;
    },
    get releases() {
      return releases.report();
    },
    stop: async () => {
      watching.abort();
      reporter.stop();
      releases.close();
      await watcher;
    },
  };
}
