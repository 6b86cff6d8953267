import type { Platform } from '../platform/platform.ts';
import type { Waitpoint } from '../routing/index.ts';
import { listUnlaunched } from './rollout-store.ts';
import type { RolloutTables } from './rollout-tables.ts';

/** Rollouts are launched when they begin; this only finds those whose process died in between, or began before DBOS ran. */
const lookEveryMs = 1_000;

/**
 * Gives each rollout that has none yet its durable workflow. It runs apart from whoever began the rollout, because that may
 * be a step of another workflow, in which none may be started.
 */
export function createRolloutLauncher(
  platform: Platform,
  changed: Waitpoint,
  launch: (rolloutId: string) => Promise<void>,
): { start(): void; stop(): Promise<void> } {
  const { db, clock, log } = platform;
  let isStopping = false;
  let running: Promise<void> | undefined;

  const launchNew = async (): Promise<void> => {
    for (const id of await listUnlaunched(db)) {
      await launch(id);
      await db
        .withTables<RolloutTables>()
        .updateTable('rollout')
        .set({ launched_at: clock.now() })
        .where('id', '=', id)
        .execute();
    }
  };
  const run = async (): Promise<void> => {
    while (!isStopping) {
      const seen = changed.count;
      await launchNew().catch((error) => {
        if (!isStopping) log.warn('Rollouts could not be launched yet', { error });
      });
      await changed.waitAfter(seen, lookEveryMs);
    }
  };

  return {
    start: () => {
      running = run();
    },
    stop: async () => {
      isStopping = true;
      changed.wake();
      await running;
    },
  };
}
