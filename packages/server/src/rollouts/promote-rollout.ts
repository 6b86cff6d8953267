import { DividendError } from '@dividend/core/errors';
import type { Tx } from '../platform/postgres/index.ts';
import { recordStep } from './canary-steps.ts';
import { awaitRoutes, beginRollback, recordRollback, secondsBetween } from './roll-back-rollout.ts';
import type { RolloutContext } from './rollout-context.ts';
import { findPromotion, lockRollout, moveTo, updateRollout } from './rollout-store.ts';
import type { RolloutRow } from './rollout-tables.ts';
import { routeAllTo, settleServing } from './serving-state.ts';

const loadTimeoutMs = 60_000;
/** The new routes stand whether or not a process that hangs has taken them; after this it is no longer waited for. */
const routeLimitMs = 30_000;

/** Makes the release the one that answers all traffic: routes, alias and entry in one transaction. */
export async function promoteRollout(context: RolloutContext, row: RolloutRow): Promise<void> {
  const problem = await findProblem(context, row);
  await context.platform.db.transaction().execute(async (tx) => {
    const locked = await lockRollout(tx, row.id);
    if (locked.phase !== 'promoting') return;
    if (problem === undefined) return promote(context, tx, locked);
    await beginRollback(context, tx, locked, {
      by: 'analysis',
      actor: 'dividend',
      reason: problem,
      evidence: { problem },
    });
  });
}

/** A process that joined during the canary must have it too before it gets everything. */
async function findProblem(context: RolloutContext, row: RolloutRow): Promise<string | undefined> {
  try {
    await context.routing.waitUntilServed(row.release_digest, loadTimeoutMs);
    return undefined;
  } catch (error) {
    const codes = ['RELEASE_LOAD_FAILED', 'RELEASE_NOT_SERVED'];
    if (error instanceof DividendError && codes.includes(error.code)) return error.message;
    throw error;
  }
}

async function promote(context: RolloutContext, tx: Tx, row: RolloutRow): Promise<void> {
  const now = context.platform.clock.now();
  const { reason } = row;
  await moveTo(tx, row, 'promoted', { reason, weight_percent: 100, promoted_at: now });
  await routeAllTo(context, tx, row, 'production', row.release_index);
  await context.registry.setAlias(tx, row.model, 'champion', row.version, { byRelease: true });
  await recordStep(context, tx, row, { step: 'promotion', weightPercent: 100, reason });
  await context.ledger.append(tx, {
    type: 'rollout.promoted',
    subject: `rollout/${row.id}`,
    ...(row.is_hop ? { actor: row.started_by } : {}),
    data: {
      rolloutId: row.id,
      endpoint: row.endpoint,
      model: row.model,
      releaseDigest: row.release_digest,
      version: row.version,
      replaced: row.replaces_digest,
      seconds: secondsBetween(row.started_at, now),
    },
  });
  if (row.is_hop) await markReplaced(tx, row);
  await settleServing(context, tx, row, row.release_index);
}

/** The rollout whose release the hop takes out of production is rolled back by it. */
async function markReplaced(tx: Tx, hop: RolloutRow): Promise<void> {
  const replaced = await lockReplaced(tx, hop);
  if (replaced?.phase !== 'promoted' || hop.going_back === null) return;
  const { going_back: goingBack } = hop;
  await moveTo(tx, replaced, 'rolledBack', {
    reason: goingBack.reason,
    weight_percent: 0,
    detected_at: hop.started_at,
    going_back: JSON.stringify({ ...goingBack, evidence: { ...goingBack.evidence, rolloutId: hop.id } }),
  });
}

/** Ends a promotion once the serving processes have it; a hop back then also knows when production was restored. */
export async function finishPromotion(context: RolloutContext, row: RolloutRow): Promise<void> {
  const { db, clock, log } = context.platform;
  const unconfirmed = await awaitRoutes(context, routeLimitMs);
  if (unconfirmed !== undefined)
    log.warn('Promotion is not yet everywhere', { rolloutId: row.id, unconfirmed });
  const now = clock.now();
  await db.transaction().execute(async (tx) => {
    const locked = await lockRollout(tx, row.id);
    if (locked.finished_at !== null) return;
    await updateRollout(tx, locked, { finished_at: now });
    if (!locked.is_hop) return;
    const replaced = await lockReplaced(tx, locked);
    if (replaced?.phase !== 'rolledBack' || replaced.restored_at !== null) return;
    await updateRollout(tx, replaced, { restored_at: now });
    await recordRollback(context, tx, replaced, {
      restoredAt: now,
      restored: locked.release_digest,
      ...(unconfirmed === undefined ? {} : { unconfirmed }),
    });
  });
}

async function lockReplaced(tx: Tx, hop: RolloutRow): Promise<RolloutRow | undefined> {
  if (hop.replaces_index === null) return undefined;
  const found = await findPromotion(tx, hop.endpoint, hop.replaces_index);
  return found && lockRollout(tx, found.id);
}
