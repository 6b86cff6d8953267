import { sql } from 'kysely';
import type { Platform } from '../platform/platform.ts';
import { evaluateTriggers } from './evaluate-triggers.ts';
import type { TriggerServices } from './trigger-services.ts';

/** While something is being counted: what breaks shows within a second of its window's close. */
const newsIntervalMs = 500;
/** Else: another process may have counted, a cooldown or a run may have ended. */
const quietIntervalMs = 5_000;
/** Windows settle for seconds after their last count; so long there is still something to find. */
const newsLastsMs = 10_000;

/** Evaluates again and again; one control process at a time, whoever has the lock. */
export function createTriggerLoop(
  platform: Platform,
  services: TriggerServices,
): { start(): void; stop(): Promise<void> } {
  const { log, db } = platform;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  let seenChanges = -1;
  let newsUntil = 0;

  const tick = async (): Promise<void> => {
    try {
      await db.transaction().execute(async (lock) => {
        const { rows } = await sql<{ held: boolean }>`
          SELECT pg_try_advisory_xact_lock(hashtext('triggers'), 0) AS held`.execute(lock);
        if (rows[0]?.held) await evaluateTriggers(platform, services);
      });
    } catch (error) {
      log.warn('Evaluation of triggers failed', { error });
    }
    schedule();
  };
  const schedule = () => {
    if (stopped) return;
    const changes = services.monitoring.changes();
    if (changes !== seenChanges) newsUntil = performance.now() + newsLastsMs;
    seenChanges = changes;
    timer = setTimeout(
      () => {
        running = tick();
      },
      performance.now() < newsUntil ? newsIntervalMs : quietIntervalMs,
    );
  };

  return {
    start: schedule,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
