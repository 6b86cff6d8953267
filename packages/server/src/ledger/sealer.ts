import type { Platform } from '../platform/platform.ts';
import { findCheckpointOf, keepHomeCheckpoint } from './home-checkpoint.ts';
import type { LedgerIdentity } from './ledger-identity.ts';
import { sealBatch } from './seal-entries.ts';
import { signHead } from './sign-checkpoint.ts';

/** Seals in the background. Of several control processes whichever holds the head at the moment does it. */
export interface Sealer {
  /** Entries may wait. Cheap, may be called at any rate. */
  wake(): void;
  /** Seals what is committed now. @throws what the database throws */
  seal(): Promise<void>;
  /** Signs what is sealed. @throws {DividendError} LEDGER_INCONSISTENT */
  sign(): Promise<void>;
  /** Seals and signs what is left, then ends. A failure is logged: what waits stays waiting. */
  stop(): Promise<void>;
}

/** Entries of one burst share a batch; a reader sees an entry unsealed for about this long. */
const batchDelayMs = 100;
/** For announcements that were missed, and entries of a process that died before they were sealed. */
const lookAgainMs = 5_000;
/** A stretch this long is chained, but not yet signed. */
const checkpointIntervalMs = 10_000;
/** After a failure: seals are promised within about a second of the database's return. */
const retryMs = 1_000;
/** Another process may hold the head; its batch takes some milliseconds. */
const headWaitMs = 20;
const maxSealRounds = 2_000;

export function startSealer(platform: Platform, identity: () => Promise<LedgerIdentity>): Sealer {
  const { db, clock, log, config } = platform;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  /** What an earlier process sealed may not be signed yet. */
  let signAt: number | undefined = Date.now() + checkpointIntervalMs;
  let stopped = false;

  const seal = async () => {
    for (let round = 0; round < maxSealRounds; round++) {
      const sealed = await sealBatch(db);
      if (sealed === 'nothingWaits') return;
      if (sealed === 'headTaken') await new Promise((resolve) => setTimeout(resolve, headWaitMs));
      else signAt ??= Date.now() + checkpointIntervalMs;
    }
  };
  const sign = async () => {
    const who = await identity();
    const note = await signHead(db, clock, who, await findCheckpointOf(config.home, who.ledger));
    signAt = undefined;
    if (note !== undefined) await keepHomeCheckpoint(config.home, note);
  };
  /** One at a time within a process. */
  const enqueue = (action: () => Promise<void>): Promise<void> => {
    const done = running.then(action);
    running = done.catch(() => {});
    return done;
  };
  const work = async () => {
    try {
      await seal();
      if (signAt !== undefined && Date.now() >= signAt) await sign();
      schedule(Math.min(lookAgainMs, Math.max(0, (signAt ?? Number.POSITIVE_INFINITY) - Date.now())));
    } catch (error) {
      log.warn('Sealing the ledger failed; it is tried again', { error });
      schedule(retryMs);
    }
  };
  const schedule = (delayMs: number) => {
    const at = Date.now() + delayMs;
    if (stopped || at >= dueAt) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(() => {
      dueAt = Number.POSITIVE_INFINITY;
      void enqueue(work);
    }, delayMs);
  };
  schedule(0);
  return {
    wake: () => schedule(batchDelayMs),
    seal: () => enqueue(seal),
    sign: () => enqueue(sign),
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await enqueue(seal)
        .then(() => enqueue(sign))
        .catch((error) => log.warn('The last entries of the ledger are sealed at the next start', { error }));
    },
  };
}
