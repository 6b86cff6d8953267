import type { LedgerEntryData } from '@dividend/contracts/ledger';
import type { Tx } from '../platform/postgres/index.ts';
import type { RolloutContext } from './rollout-context.ts';
import { moveTo } from './rollout-store.ts';
import type { RolloutRow } from './rollout-tables.ts';
import { settleServing } from './serving-state.ts';

/** A check, a gate or a person said no: it never gets production traffic. */
export async function refuseRollout(
  context: RolloutContext,
  tx: Tx,
  row: RolloutRow,
  stage: LedgerEntryData['release.refused']['stage'],
  reason: string,
): Promise<void> {
  await moveTo(tx, row, 'refused', { reason, finished_at: context.platform.clock.now() });
  await settleServing(context, tx, row, row.replaces_index);
  await context.ledger.append(tx, {
    type: 'release.refused',
    subject: `model/${row.model}`,
    data: { releaseDigest: row.release_digest, rolloutId: row.id, model: row.model, reason, stage },
  });
}

/** Called off before it got production traffic. */
export async function abortRollout(
  context: RolloutContext,
  tx: Tx,
  row: RolloutRow,
  reason: string,
): Promise<void> {
  await moveTo(tx, row, 'aborted', { reason, finished_at: context.platform.clock.now() });
  await settleServing(context, tx, row, row.replaces_index);
  await context.ledger.append(tx, {
    type: 'rollout.aborted',
    subject: `rollout/${row.id}`,
    data: { rolloutId: row.id, endpoint: row.endpoint, model: row.model, reason },
  });
}
