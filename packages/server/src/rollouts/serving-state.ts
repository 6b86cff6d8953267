import { type Arm, createArms } from '@dividend/core/rollouts';
import type { Tx } from '../platform/postgres/index.ts';
import type { RolloutContext } from './rollout-context.ts';
import { findPromotion } from './rollout-store.ts';
import type { RolloutRow } from './rollout-tables.ts';

/** All buckets to one release. */
function allTo(releaseIndex: number): readonly Arm[] {
  return createArms(0, { stable: releaseIndex, canary: releaseIndex });
}

/** Production answers with one release again; no rollout is counted. */
export async function routeAllTo(
  { routing }: RolloutContext,
  tx: Tx,
  row: RolloutRow,
  environment: 'production' | 'staging',
  releaseIndex: number,
): Promise<void> {
  const { endpoint, salt } = row;
  await routing.setArms(tx, { endpoint, environment, rolloutIndex: 0, salt, arms: allTo(releaseIndex) });
}

/** A share of production to the canary, as much to its control, under the salt of this rollout. */
export async function routeCanary(
  { routing }: RolloutContext,
  tx: Tx,
  row: RolloutRow,
  weightPercent: number,
): Promise<void> {
  if (row.replaces_index === null) throw new Error(`Rollout '${row.id}' has nothing to be compared with`);
  await routing.setArms(tx, {
    endpoint: row.endpoint,
    environment: 'production',
    rolloutIndex: row.rollout_index,
    salt: row.salt,
    arms: createArms(weightPercent, { stable: row.replaces_index, canary: row.release_index }),
  });
}

/** The release that a rollback of the endpoint would go to, given the one in production. */
export async function findHopTarget(
  tx: Tx,
  endpoint: string,
  stableIndex: number | null,
): Promise<number | null> {
  if (stableIndex === null) return null;
  return (await findPromotion(tx, endpoint, stableIndex))?.replaces_index ?? null;
}

/**
 * At the end of a rollout: staging shows what production has, the release to fall back to stays loaded, and what neither
 * needs is let go.
 */
export async function settleServing(
  context: RolloutContext,
  tx: Tx,
  row: RolloutRow,
  stableIndex: number | null,
): Promise<void> {
  const { routing } = context;
  if (stableIndex === null) await routing.removeRoute(tx, row.endpoint, 'staging');
  else await routeAllTo(context, tx, row, 'staging', stableIndex);
  const target = await findHopTarget(tx, row.endpoint, stableIndex);
  const formerTarget = await findHopTarget(tx, row.endpoint, row.replaces_index);
  for (const index of new Set([row.release_index, row.replaces_index, formerTarget])) {
    if (index !== null && index !== target) await routing.unload(tx, index);
  }
  if (target !== null) await routing.preload(tx, target);
}
