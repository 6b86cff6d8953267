import { DividendError } from '@dividend/core/errors';
import type { Tx } from '../platform/postgres/index.ts';
import { leaveStep, recordStep } from './canary-steps.ts';
import { type RolloutContext, waitForChange } from './rollout-context.ts';
import { lockRollout, moveTo, updateRollout } from './rollout-store.ts';
import type { GoingBack, RolloutRow } from './rollout-tables.ts';
import { routeAllTo, settleServing } from './serving-state.ts';

/**
 * Sends all production traffic back to the release before, in the caller's transaction: one hop, no question asked. The
 * rollback is finished, and recorded with its times, once the serving processes are back.
 */
export async function beginRollback(
  context: RolloutContext,
  tx: Tx,
  row: RolloutRow,
  why: GoingBack,
): Promise<void> {
  const { reason } = why;
  const now = context.platform.clock.now();
  await moveTo(tx, row, 'rolledBack', {
    reason,
    weight_percent: 0,
    steps: JSON.stringify(leaveStep(row, now)),
    detected_at: now,
    going_back: JSON.stringify(why),
  });
  if (row.replaces_index !== null) {
    await routeAllTo(context, tx, row, 'production', row.replaces_index);
  }
  await recordStep(context, tx, row, { step: 'rollback', weightPercent: 0, reason });
}

/** Beyond it the rollback is recorded as it stands: a process that hangs must not hide that the others are back. */
const restoreLimitMs = 60_000;

/** Waits until every live serving process is back, then records the rollback. */
export async function finishRollback(context: RolloutContext, row: RolloutRow): Promise<void> {
  const { db, clock } = context.platform;
  const unconfirmed = await awaitRoutes(context, restoreLimitMs);
  const restoredAt = clock.now();
  await db.transaction().execute(async (tx) => {
    const locked = await lockRollout(tx, row.id);
    if (locked.finished_at !== null) return;
    await updateRollout(tx, locked, { restored_at: restoredAt, finished_at: restoredAt });
    await settleServing(context, tx, locked, locked.replaces_index);
    await recordRollback(context, tx, locked, {
      restoredAt,
      restored: locked.replaces_digest,
      ...(unconfirmed === undefined ? {} : { unconfirmed }),
    });
  });
}

/** What is still missing at the limit; undefined once all processes route by the newest snapshot. */
export async function awaitRoutes(context: RolloutContext, limitMs: number): Promise<string | undefined> {
  try {
    await context.routing.waitUntilRouted(limitMs);
  } catch (error) {
    if (!(error instanceof DividendError) || error.code !== 'SNAPSHOT_NOT_TAKEN') throw error;
    await waitForChange(context, 0);
    return error.message;
  }
  await waitForChange(context, 0);
  return undefined;
}

/** The entry of a rollback: from the first traffic of the release to its verdict, from there to everybody back. */
export async function recordRollback(
  context: RolloutContext,
  tx: Tx,
  row: RolloutRow,
  restore: { restoredAt: Date; restored: string | null; unconfirmed?: string },
): Promise<void> {
  const { going_back: goingBack, detected_at: detectedAt } = row;
  if (goingBack === null || detectedAt === null) throw new Error(`Rollout '${row.id}' is not going back`);
  const firstTrafficAt = firstTrafficOf(row) ?? detectedAt;
  await context.ledger.append(tx, {
    type: 'rollout.rolledBack',
    subject: `rollout/${row.id}`,
    actor: goingBack.actor,
    data: {
      rolloutId: row.id,
      endpoint: row.endpoint,
      model: row.model,
      releaseDigest: row.release_digest,
      version: row.version,
      restored: restore.restored,
      by: goingBack.by,
      reason: goingBack.reason,
      evidence: {
        ...goingBack.evidence,
        ...(restore.unconfirmed === undefined ? {} : { unconfirmed: restore.unconfirmed }),
      },
      firstTrafficAt: firstTrafficAt.toISOString(),
      detectedAt: detectedAt.toISOString(),
      restoredAt: restore.restoredAt.toISOString(),
      detectedSeconds: secondsBetween(firstTrafficAt, detectedAt),
      restoredSeconds: secondsBetween(detectedAt, restore.restoredAt),
    },
  });
}

/** When the release first answered in production: as seen, else when it was given all traffic or its first share. */
export function firstTrafficOf(row: RolloutRow): Date | undefined {
  const entered = row.steps[0]?.enteredAt;
  return row.first_traffic_at ?? row.promoted_at ?? (entered ? new Date(entered) : undefined);
}

export function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, (to.getTime() - from.getTime()) / 1000);
}
