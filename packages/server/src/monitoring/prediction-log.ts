import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ledger } from '../ledger/index.ts';
import type { Platform } from '../platform/platform.ts';
import { listPending, type PredictionSegment } from './prediction-store.ts';
import { sealPredictions, sweepPredictions } from './seal-predictions.ts';

/** Segments of this size compress well and open fast; under load there is one every few minutes. */
const sealRows = 50_000;
/** Without load: how long a prediction may wait for its digest in the ledger. */
const sealAfterMs = 300_000;
const checkEveryMs = 5_000;

/** The log of every prediction: waiting files become sealed Parquet segments. */
export interface PredictionLog {
  /** Seals what is due; with `all`, everything that waits. */
  seal(all?: boolean): Promise<PredictionSegment[]>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createPredictionLog(platform: Platform, ledger: Pick<Ledger, 'append'>): PredictionLog {
  const { db, clock, config, log } = platform;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;

  const seal = async (all = false): Promise<PredictionSegment[]> => {
    const segments: PredictionSegment[] = [];
    for (const { endpoint, rows, oldestAt } of await listPending(db)) {
      const isDue = rows >= sealRows || clock.now().getTime() - oldestAt.getTime() >= sealAfterMs;
      if (!all && !isDue) continue;
      for (let left = rows; left > 0; ) {
        const segment = await sealPredictions(platform, ledger, endpoint);
        if (!segment) break;
        segments.push(segment);
        left = all || segment.rows >= sealRows ? left - segment.rows : 0;
      }
    }
    return segments;
  };
  const check = async () => {
    await seal().catch((error) => log.warn('Sealing predictions failed', { error }));
    if (!stopped) schedule();
  };
  const schedule = () => {
    timer = setTimeout(() => {
      running = check();
    }, checkEveryMs);
  };

  return {
    seal,
    start: async () => {
      const folders = await readdir(join(config.home, 'predictions')).catch(() => []);
      for (const endpoint of folders) await sweepPredictions(platform, endpoint);
      schedule();
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
      await seal(true).catch((error) => log.warn('Sealing predictions failed', { error }));
    },
  };
}
