import type { LedgerEntry } from '@dividend/contracts/api';
import type { Log } from '../platform/log.ts';
import type { Db } from '../platform/postgres/index.ts';
import { listSealedFrom, listUnsealed } from './ledger-read-model.ts';

/**
 * Receives an entry. `cursor` is where to go on from after a break: all sealed entries before it were delivered. What
 * was delivered unsealed just before a break may come a second time, nothing is left out.
 */
export type Deliver = (entry: LedgerEntry, cursor: number) => void;

/** Tells listeners of entries as they are committed. */
export interface EventStream {
  /** Delivers entries from `cursor` on (undefined: only new ones) until the returned function is called. */
  listen(cursor: number | undefined, deliver: Deliver): Promise<() => void>;
  /** Something was committed. */
  wake(): void;
  stop(): void;
}

interface Listener {
  /** The next sealed entry that it has not had. */
  next: number;
  /** Ids of entries after `next` that it has had already, unsealed. */
  readonly early: Set<string>;
  readonly deliver: Deliver;
}

const wakeDelayMs = 25;
/** For announcements that were missed. */
const lookAgainMs = 5_000;
const pageSize = 500;

/** One reader for all listeners, and none while there are none: no listener holds a connection of the database. */
export function createEventStream(db: Db, log: Log, readSize: () => Promise<number>): EventStream {
  const listeners = new Set<Listener>();
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let isLooking = false;
  let stopped = false;

  const look = async () => {
    const from = Math.min(...[...listeners].map(({ next }) => next));
    // In this order: what is sealed between the two reads is in both, not in neither.
    const unsealed = await listUnsealed(db, pageSize);
    const sealed = await listSealedFrom(db, from, pageSize);
    for (const listener of listeners) {
      for (const entry of sealed) takeSealed(listener, entry);
    }
    if (sealed.length === pageSize) return 0;
    const isSealed = new Set(sealed.map(({ id }) => id));
    const rest = unsealed.filter(({ id }) => !isSealed.has(id));
    for (const listener of listeners) {
      for (const entry of rest) takeUnsealed(listener, entry);
    }
    return lookAgainMs;
  };
  const run = async () => {
    dueAt = Number.POSITIVE_INFINITY;
    if (stopped || listeners.size === 0) return;
    // One look at a time: two would deliver in each other's way.
    if (isLooking) return schedule(wakeDelayMs);
    isLooking = true;
    const nextMs = await look().catch((error) => {
      log.warn('Reading the ledger for listeners failed; it is tried again', { error });
      return 1_000;
    });
    isLooking = false;
    schedule(nextMs);
  };
  const schedule = (delayMs: number) => {
    const at = Date.now() + delayMs;
    if (stopped || listeners.size === 0 || at >= dueAt) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(run, delayMs);
  };

  return {
    listen: async (cursor, deliver) => {
      const size = await readSize();
      // A cursor beyond the end is of another ledger.
      const listener = { next: Math.min(cursor ?? size, size), early: new Set<string>(), deliver };
      listeners.add(listener);
      schedule(0);
      return () => listeners.delete(listener);
    },
    wake: () => schedule(wakeDelayMs),
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      listeners.clear();
    },
  };
}

function takeSealed(listener: Listener, entry: LedgerEntry): void {
  if (entry.seq !== listener.next) return;
  listener.next++;
  if (!listener.early.delete(entry.id)) listener.deliver(entry, listener.next);
}

function takeUnsealed(listener: Listener, entry: LedgerEntry): void {
  if (listener.early.has(entry.id)) return;
  listener.early.add(entry.id);
  listener.deliver(entry, listener.next);
}
