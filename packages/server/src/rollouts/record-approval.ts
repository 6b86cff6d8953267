import type { Tx } from '../platform/postgres/index.ts';
import type { RolloutContext } from './rollout-context.ts';
import { moveTo } from './rollout-store.ts';
import type { RolloutRow, RolloutTables } from './rollout-tables.ts';

/** Lets a rollout that passed its checks go on: at once where policy decides, else once a person has. */
export async function seekApproval(context: RolloutContext, tx: Tx, row: RolloutRow): Promise<void> {
  const now = context.platform.clock.now();
  if (row.plan.approval === 'policy') {
    await saveDecision(context, tx, row, {
      approved: true,
      by: 'policy',
      actor: 'dividend',
      reason: `Approved by policy: risk class '${row.plan.riskClass}', all checks passed`,
      requestedAt: now,
      humanSeconds: 0,
    });
    await moveTo(tx, row, 'staging', { reason: 'All checks passed; being loaded for staging' });
    return;
  }
  await tx
    .withTables<RolloutTables>()
    .insertInto('rollout_approval')
    .values({
      rollout_index: row.rollout_index,
      requested_at: now,
      approved: null,
      decided_by: null,
      actor: null,
      reason: null,
      decided_at: null,
    })
    .execute();
  await context.ledger.append(tx, {
    type: 'approval.requested',
    subject: `rollout/${row.id}`,
    data: {
      rolloutId: row.id,
      releaseDigest: row.release_digest,
      model: row.model,
      riskClass: row.plan.riskClass,
    },
  });
  await moveTo(tx, row, 'awaitingApproval', {
    reason: `All checks passed; a person must approve (risk class '${row.plan.riskClass}')`,
  });
}

export interface Decision {
  readonly approved: boolean;
  readonly by: 'policy' | 'person';
  readonly actor: string;
  readonly reason: string;
  readonly requestedAt: Date;
  readonly humanSeconds: number;
}

/** Records who approved or not. What follows from it is the caller's. */
export async function saveDecision(
  context: RolloutContext,
  tx: Tx,
  row: RolloutRow,
  decision: Decision,
): Promise<void> {
  const values = {
    rollout_index: row.rollout_index,
    requested_at: decision.requestedAt,
    approved: decision.approved,
    decided_by: decision.by,
    actor: decision.actor,
    reason: decision.reason,
    decided_at: context.platform.clock.now(),
  };
  await tx
    .withTables<RolloutTables>()
    .insertInto('rollout_approval')
    .values(values)
    .onConflict((conflict) => conflict.column('rollout_index').doUpdateSet(values))
    .execute();
  await context.ledger.append(tx, {
    type: 'approval.given',
    subject: `rollout/${row.id}`,
    actor: decision.actor,
    data: {
      rolloutId: row.id,
      releaseDigest: row.release_digest,
      model: row.model,
      approved: decision.approved,
      by: decision.by,
      reason: decision.reason,
      humanSeconds: decision.humanSeconds,
    },
  });
}

/** A review takes minutes; a decision that comes the next morning was not a night of work. */
const maxAssumedHumanSeconds = 900;

/** Time the person worked on it: as they say, else the time since it was asked, up to a quarter of an hour. */
export function estimateHumanSeconds(requestedAt: Date, now: Date, stated: number | undefined): number {
  const waited = Math.max(0, (now.getTime() - requestedAt.getTime()) / 1000);
  return stated ?? Math.min(waited, maxAssumedHumanSeconds);
}
