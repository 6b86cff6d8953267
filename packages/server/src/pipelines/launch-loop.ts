import type { Platform } from '../platform/platform.ts';
import { createWaitpoint } from '../routing/index.ts';
import { listUnlaunched, updateRun } from './run-store.ts';

/** Runs are launched when they begin; this only finds those whose process died in between, or began before DBOS ran. */
const lookEveryMs = 1_000;

/**
 * Gives each run that has none yet its durable workflow. It works apart from whoever began the run, because that may be
 * a step of another workflow, in which none may be started.
 */
export function createLaunchLoop(
  { db, clock, log }: Platform,
  launch: (runId: string) => Promise<void>,
): { start(): void; wake(): void; stop(): Promise<void> } {
  const changed = createWaitpoint();
  let isStopping = false;
  let running: Promise<void> | undefined;

  const launchNew = async (): Promise<void> => {
    for (const id of await listUnlaunched(db)) {
      await launch(id);
      await updateRun(db, id, { launched_at: clock.now() });
    }
  };
  const loop = async (): Promise<void> => {
    while (!isStopping) {
      const seen = changed.count;
      await launchNew().catch((error) => {
        if (!isStopping) log.warn('Pipeline runs could not be launched yet', { error });
      });
      await changed.waitAfter(seen, lookEveryMs);
    }
  };

  return {
    start: () => {
      running = loop();
    },
    wake: () => changed.wake(),
    stop: async () => {
      isStopping = true;
      changed.wake();
      await running;
    },
  };
}
