import { createHash } from 'node:crypto';
import type { ServedRelease, Snapshot } from '@dividend/contracts/serving';
import type { Db } from '../platform/postgres/index.ts';
import type { ReleaseRecord, Releases } from '../releases/index.ts';
import type { ChangeSignal } from './change-signal.ts';
import type { ReceiptKey } from './receipt-key.ts';
import { type RoutingRows, readRevision, readRouting } from './routing-store.ts';

export interface Snapshots {
  current(): Promise<Snapshot>;
  /** The first snapshot of another version than `known`; undefined when none came in time. */
  awaitNewer(known: string | undefined, waitMs: number, signal: AbortSignal): Promise<Snapshot | undefined>;
}

/** A change is announced; this only bounds the delay while the connection that listens is down. */
const fallbackPollMs = 1_000;

export function createSnapshots(
  db: Db,
  changes: ChangeSignal,
  releases: Pick<Releases, 'getByIndex'>,
  receiptKey: ReceiptKey,
): Snapshots {
  let latest: { revision: number; snapshot: Snapshot } | undefined;

  const current = async (): Promise<Snapshot> => {
    const revision = await readRevision(db);
    if (latest?.revision === revision) return latest.snapshot;
    const rows = await readRouting(db);
    const served = await Promise.all(listServed(rows).map((index) => releases.getByIndex(index)));
    const snapshot = buildSnapshot(rows, served, receiptKey);
    // A slower reader must not put an older snapshot back.
    if (latest === undefined || rows.revision > latest.revision) {
      latest = { revision: rows.revision, snapshot };
    }
    return snapshot;
  };

  return {
    current,
    awaitNewer: async (known, waitMs, signal) => {
      const end = Date.now() + waitMs;
      for (;;) {
        const seen = changes.routes.count;
        const snapshot = await current();
        if (snapshot.version !== known) return snapshot;
        const leftMs = end - Date.now();
        if (leftMs <= 0 || signal.aborted || changes.stopped) return undefined;
        await changes.routes.waitAfter(seen, Math.min(leftMs, fallbackPollMs));
      }
    },
  };
}

/**
 * The version holds the revision, so that two can be put in order, and a hash of the content, so that a serving process
 * does not take the snapshot of another database for this one.
 */
export function buildSnapshot(
  rows: RoutingRows,
  releases: readonly ReleaseRecord[],
  receiptKey: ReceiptKey,
): Snapshot {
  const content = { receiptKey, endpoints: rows.routes, releases: releases.map(toServed) };
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
  return { version: `${rows.revision}-${hash}`, ...content };
}

/** Order of two versions of one database; 0 for text that is no version. */
export function revisionOf(version: string | null): number {
  return Number(/^(\d{1,15})-/.exec(version ?? '')?.[1] ?? 0);
}

function listServed(rows: RoutingRows): number[] {
  const indexes = rows.routes.flatMap((route) => route.arms.map((arm) => arm.releaseIndex));
  return [...new Set([...indexes, ...rows.preloaded])].sort((a, b) => a - b);
}

function toServed(release: ReleaseRecord): ServedRelease {
  const { index, digest, model, version, weights, signature, reference, warmup } = release;
  return { index, digest, model, version, weights, signature, reference, warmup };
}
