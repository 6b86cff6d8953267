import { DividendError } from '@dividend/core/errors';
import { currentActor } from '../access/index.ts';
import { refuseRollout } from './end-rollout.ts';
import { estimateHumanSeconds, saveDecision } from './record-approval.ts';
import type { RolloutContext } from './rollout-context.ts';
import { lockRollout, moveTo } from './rollout-store.ts';
import type { RolloutTables } from './rollout-tables.ts';

export interface ApproveRollout {
  readonly approve: boolean;
  readonly reason: string;
  /** Time the person worked on it, where they say. */
  readonly humanSeconds?: number;
}

/** A person lets a rollout go on, or not. @throws {DividendError} APPROVAL_NOT_AWAITED */
export async function approveRollout(
  context: RolloutContext,
  id: string,
  request: ApproveRollout,
): Promise<void> {
  await context.platform.db.transaction().execute(async (tx) => {
    const row = await lockRollout(tx, id);
    if (row.phase !== 'awaitingApproval') {
      throw new DividendError(
        'APPROVAL_NOT_AWAITED',
        'failed_precondition',
        `Rollout '${id}' does not wait for an approval; it is ${row.phase}`,
      );
    }
    const { requested_at: requestedAt } = await tx
      .withTables<RolloutTables>()
      .selectFrom('rollout_approval')
      .select('requested_at')
      .where('rollout_index', '=', row.rollout_index)
      .executeTakeFirstOrThrow();
    const actor = currentActor();
    await saveDecision(context, tx, row, {
      approved: request.approve,
      by: 'person',
      actor,
      reason: request.reason,
      requestedAt,
      humanSeconds: estimateHumanSeconds(requestedAt, context.platform.clock.now(), request.humanSeconds),
    });
    if (request.approve) {
      await moveTo(tx, row, 'staging', { reason: `Approved by ${actor}; being loaded for staging` });
    } else {
      await refuseRollout(context, tx, row, 'approval', `Not approved by ${actor}: ${request.reason}`);
    }
  });
  context.changed.wake();
}
