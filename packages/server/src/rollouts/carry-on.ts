import type { RolloutPhase } from '@dividend/contracts/api';
import type { LedgerEntryData } from '@dividend/contracts/ledger';
import { DividendError } from '@dividend/core/errors';
import { translateDatabaseError } from '../platform/postgres/index.ts';
import { refuseRollout } from './end-rollout.ts';
import { finishPromotion, promoteRollout } from './promote-rollout.ts';
import { seekApproval } from './record-approval.ts';
import { beginRollback, finishRollback } from './roll-back-rollout.ts';
import { type RolloutContext, waitForChange } from './rollout-context.ts';
import { getRollout, lockRollout, updateRollout } from './rollout-store.ts';
import type { RolloutRow } from './rollout-tables.ts';
import { runCanary } from './run-canary.ts';
import { runChecks } from './run-checks.ts';
import { stageRelease } from './stage-release.ts';

/** How soon an approval given through another control process is seen. */
const approvalPollMs = 1_000;
const firstRetryMs = 200;
const longestRetryMs = 5_000;

/**
 * Does what the present phase asks for, and gives the phase after it; `ended` once the rollout has. All that it knows is in
 * the database, so it may be killed at any point and begun again.
 */
export async function carryOn(context: RolloutContext, id: string): Promise<RolloutPhase | 'ended'> {
  const { db, log } = context.platform;
  for (let failures = 0; ; failures += 1) {
    try {
      const row = await getRollout(db, id);
      if (row.finished_at === null) await runPhase(context, row);
      const next = await getRollout(db, id);
      return next.finished_at === null ? next.phase : 'ended';
    } catch (thrown) {
      if (context.isStopping()) await waitForChange(context, 0);
      const error = translateDatabaseError(thrown);
      log.error('Rollout met an error', { rolloutId: id, error });
      await (isTransient(error) ? sayWhy(context, id, error) : giveUp(context, id, error)).catch(() => {});
      await waitForChange(context, Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures, 10)));
    }
  }
}

function runPhase(context: RolloutContext, row: RolloutRow): Promise<void> {
  switch (row.phase) {
    case 'checking':
      return check(context, row);
    case 'awaitingApproval':
      return awaitDecision(context, row.id);
    case 'staging':
      return stageRelease(context, row);
    case 'canary':
      return runCanary(context, row.id);
    case 'promoting':
      return promoteRollout(context, row);
    case 'promoted':
      return finishPromotion(context, row);
    case 'rolledBack':
      return finishRollback(context, row);
    case 'refused':
    case 'aborted':
      return Promise.resolve();
  }
}

async function check(context: RolloutContext, row: RolloutRow): Promise<void> {
  const outcome = await runChecks(context, row);
  await context.platform.db.transaction().execute(async (tx) => {
    const locked = await lockRollout(tx, row.id);
    if (locked.phase !== 'checking') return;
    if (outcome.passed) await seekApproval(context, tx, locked);
    else await refuseRollout(context, tx, locked, outcome.stage, outcome.reason);
  });
}

async function awaitDecision(context: RolloutContext, id: string): Promise<void> {
  while ((await getRollout(context.platform.db, id)).phase === 'awaitingApproval') {
    await waitForChange(context, approvalPollMs);
  }
}

/** The database or a neighbour is away: it will be back, and nothing about the release is known from it. */
function isTransient(error: unknown): error is DividendError {
  return error instanceof DividendError && error.retryable;
}

/** Whoever looks at the rollout should not have to look into the log to know what it waits for. */
async function sayWhy(context: RolloutContext, id: string, error: DividendError): Promise<void> {
  await context.platform.db.transaction().execute(async (tx) => {
    const row = await lockRollout(tx, id);
    if (row.phase === 'staging') await updateRollout(tx, row, { reason: `Waiting: ${error.message}` });
  });
}

const stages: Partial<Record<RolloutPhase, LedgerEntryData['release.refused']['stage']>> = {
  checking: 'trial',
  awaitingApproval: 'approval',
  staging: 'staging',
};

/** An error that will not pass must not leave a canary without anybody who watches it: it goes back, or is refused. */
async function giveUp(context: RolloutContext, id: string, error: unknown): Promise<void> {
  const reason = `The rollout could not go on: ${(error as Error).message}`;
  await context.platform.db.transaction().execute(async (tx) => {
    const row = await lockRollout(tx, id);
    const stage = stages[row.phase];
    if (stage !== undefined) return refuseRollout(context, tx, row, stage, reason);
    if (row.phase !== 'canary' && row.phase !== 'promoting') return;
    const evidence = { error: (error as Error).message };
    await beginRollback(context, tx, row, { by: 'analysis', actor: 'dividend', reason, evidence });
  });
}
