import type { Platform } from '../platform/platform.ts';
import { appendEntries } from './append-entry.ts';
import { proveEntry } from './entry-proof.ts';
import { eventRoutes } from './event-routes.ts';
import { createEventStream } from './event-stream.ts';
import { exportLedger } from './export-ledger.ts';
import { type LedgerIdentity, openLedgerIdentity } from './ledger-identity.ts';
import { findEntry, listEntries, listFacts, readStatus } from './ledger-read-model.ts';
import { ledgerRoutes } from './ledger-routes.ts';
import type { Ledger } from './ledger-service.ts';
import { createLedgerSignal } from './ledger-signal.ts';
import { commitTexts, findOpening } from './open-commitment.ts';
import { type Sealer, startSealer } from './sealer.ts';
import { listCheckpoints } from './sign-checkpoint.ts';
import { verifyStoredLedger } from './verify-ledger.ts';

export type { NewEntry } from './append-entry.ts';
export type { EntryFilter, FactFilter, LedgerFact } from './ledger-read-model.ts';
export type { Ledger } from './ledger-service.ts';

export function createLedger(platform: Platform): Ledger {
  const { db, clock, log, config } = platform;
  let opening: Promise<LedgerIdentity> | undefined;
  const identity = () => {
    opening ??= openLedgerIdentity(platform).catch((error) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const status = async () => readStatus(db, await identity());
  const events = createEventStream(db, log, async () => (await status()).sealed);
  let sealer: Sealer | undefined;
  const signal = createLedgerSignal(config.databaseUrl, log, () => {
    sealer?.wake();
    events.wake();
  });

  /** Seals and signs what is there. Where that fails, what was sealed and signed before is still read. */
  const settle = async () => {
    try {
      await sealer?.seal();
      await sealer?.sign();
    } catch (error) {
      log.warn('The ledger could not be sealed and signed up to now', { error });
    }
  };

  const ledger: Ledger = {
    append: async (tx, entry) => (await ledger.appendAll(tx, [entry]))[0] as string,
    appendAll: async (tx, entries) => appendEntries(tx, clock, (await identity()).ledger, entries),
    commitTexts,
    findOpening: (commitment) => findOpening(db, commitment),
    list: (filter) => listEntries(db, filter),
    find: (id) => findEntry(db, id),
    facts: async (types, filter) => (await listFacts(db, types, filter)) as never,
    status,
    verify: async () => {
      await settle();
      return verifyStoredLedger(db, config.home, await identity());
    },
    export: async function* () {
      await settle();
      yield* exportLedger(db, await identity());
    },
    prove: async (id) => proveEntry(db, await identity(), id),
    checkpoints: async ({ limit = 50, before }) => {
      const found = await listCheckpoints(db, { limit: limit + 1, before });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return { items, ...(found.length > limit && last ? { next: String(last.size) } : {}) };
    },
    routes: (app) => {
      ledgerRoutes(app, ledger);
      eventRoutes(app, events);
    },
    start: async () => {
      await identity();
      sealer = startSealer(platform, identity);
      await signal.start();
    },
    stop: async () => {
      events.stop();
      await signal.stop();
      await sealer?.stop();
    },
  };
  return ledger;
}
