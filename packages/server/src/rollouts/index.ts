import { durableStep, registerDurable } from '../platform/dbos/index.ts';
import type { Platform } from '../platform/platform.ts';
import { createWaitpoint } from '../routing/index.ts';
import { approveRollout } from './approve-rollout.ts';
import { carryOn } from './carry-on.ts';
import { rollBackEndpoint, rollBackRollout } from './roll-back-endpoint.ts';
import type { RolloutContext, RolloutServices } from './rollout-context.ts';
import { createRolloutLauncher } from './rollout-launcher.ts';
import { readAnalyses, readRollout, readRollouts } from './rollout-read-model.ts';
import { rolloutRoutes } from './rollout-routes.ts';
import { findRollout } from './rollout-store.ts';
import type { Rollouts } from './rollouts.ts';
import { startRollout } from './start-rollout.ts';

export type { ApproveRollout } from './approve-rollout.ts';
export type { RollBack } from './roll-back-endpoint.ts';
export type { RolloutServices } from './rollout-context.ts';
export type { Rollouts } from './rollouts.ts';
export type { StartRollout } from './start-rollout.ts';

/** How soon the end of a rollout that another control process runs is seen. */
const resultPollMs = 500;
const defaultLimit = 50;

export function createRollouts(platform: Platform, services: RolloutServices): Rollouts {
  const { db } = platform;
  const changed = createWaitpoint();
  let isStopping = false;
  const context: RolloutContext = { ...services, platform, changed, isStopping: () => isStopping };

  const workflow = registerDurable('rollout', async (id: string): Promise<void> => {
    let phase: string = 'begin';
    while (phase !== 'ended') {
      phase = await durableStep({ name: phase }, async () => {
        const next = await carryOn(context, id);
        changed.wake();
        return next;
      });
    }
  });
  const launcher = createRolloutLauncher(platform, changed, (id) => workflow.start(id, id));

  const rollouts: Rollouts = {
    routes: (app) => rolloutRoutes(app, rollouts),
    begin: async (request) => {
      const row = await startRollout(context, request);
      changed.wake();
      return { rolloutId: row.id };
    },
    start: async () => launcher.start(),
    stop: async () => {
      isStopping = true;
      await launcher.stop();
    },
    approve: async (id, request) => {
      await approveRollout(context, id, request);
      return readRollout(db, id);
    },
    rollBack: async (id, request) => readRollout(db, (await rollBackRollout(context, id, request)).id),
    rollBackEndpoint: async (endpoint, reason, by = 'person', evidence = {}) => {
      const row = await rollBackEndpoint(context, endpoint, { reason, by, evidence });
      return { rolloutId: row.id };
    },
    get: (id) => readRollout(db, id),
    list: async ({ model, limit = defaultLimit } = {}) => (await readRollouts(db, { model, limit })).items,
    page: ({ model, cursor, limit = defaultLimit }) =>
      readRollouts(db, { model, beforeIndex: cursor, limit }),
    analyses: (id, { cursor = 0, limit = defaultLimit } = {}) =>
      readAnalyses(db, id, { afterIndex: cursor, limit }),
    result: async (id) => {
      for (;;) {
        const seen = changed.count;
        const rollout = await readRollout(db, id);
        if (rollout.finishedAt !== null) return rollout;
        await changed.waitAfter(seen, resultPollMs);
      }
    },
    activeFor: async (endpoint) => {
      const row = await findRollout(db, { activeOn: endpoint });
      return row && readRollout(db, row.id);
    },
  };
  return rollouts;
}
