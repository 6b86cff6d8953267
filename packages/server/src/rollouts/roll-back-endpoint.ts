import { DividendError } from '@dividend/core/errors';
import { currentActor } from '../access/index.ts';
import type { Tx } from '../platform/postgres/index.ts';
import { abortRollout } from './end-rollout.ts';
import { beginRollback } from './roll-back-rollout.ts';
import type { RolloutContext } from './rollout-context.ts';
import { hopPlan } from './rollout-plan.ts';
import { findRollout, getRollout, lockEndpoint, lockRollout, updateRollout } from './rollout-store.ts';
import type { GoingBack, RolloutRow } from './rollout-tables.ts';
import { findHopTarget } from './serving-state.ts';
import { findProduction, insertNew } from './start-rollout.ts';

export interface RollBack {
  readonly reason: string;
  readonly by: 'person' | 'trigger';
  readonly evidence?: Readonly<Record<string, unknown>>;
}

/**
 * Takes a rollout back, wherever it stands: before production traffic it is called off, in the canary all traffic returns at
 * once, and once promoted the endpoint hops back. Repeating it changes nothing.
 * @returns the rollout that goes back: this one, or the hop
 */
export async function rollBackRollout(
  context: RolloutContext,
  id: string,
  request: RollBack,
): Promise<RolloutRow> {
  const { db } = context.platform;
  const { endpoint } = await getRollout(db, id);
  const back = await db.transaction().execute(async (tx) => {
    await lockEndpoint(tx, endpoint);
    const row = await lockRollout(tx, id);
    if (row.phase === 'promoted') return hopBack(context, tx, row, request);
    if (row.phase === 'refused') throw ended(row);
    await takeBack(context, tx, row, request);
    return row;
  });
  context.changed.wake();
  return getRollout(db, back.id);
}

/** Takes the endpoint back: a canary under way, else the release in production to the one before it. */
export async function rollBackEndpoint(
  context: RolloutContext,
  endpoint: string,
  request: RollBack,
): Promise<RolloutRow> {
  const { db } = context.platform;
  const back = await db.transaction().execute(async (tx) => {
    await lockEndpoint(tx, endpoint);
    const found = await findRollout(tx, { activeOn: endpoint });
    const active = found && (await lockRollout(tx, found.id));
    if (active && isInProduction(active)) {
      await takeBack(context, tx, active, request);
      return active;
    }
    return hopBack(context, tx, { endpoint }, request);
  });
  context.changed.wake();
  return getRollout(db, back.id);
}

/** Has part of production, or is already giving it back. */
function isInProduction({ phase, replaces_index }: RolloutRow): boolean {
  return phase === 'canary' || phase === 'rolledBack' || (phase === 'promoting' && replaces_index !== null);
}

async function takeBack(context: RolloutContext, tx: Tx, row: RolloutRow, request: RollBack): Promise<void> {
  const { phase } = row;
  if (phase === 'rolledBack' || phase === 'aborted') return;
  if (phase === 'canary' || phase === 'promoting') {
    await beginRollback(context, tx, row, toGoingBack(request));
  } else await abortRollout(context, tx, row, request.reason);
}

/** One hop to the release before: no checks, no canary, only loaded everywhere, which it is kept to be. */
async function hopBack(
  context: RolloutContext,
  tx: Tx,
  from: { endpoint: string; release_index?: number },
  request: RollBack,
): Promise<RolloutRow> {
  const { endpoint } = from;
  const production = await findProduction(context, tx, endpoint);
  if (production === undefined || (from.release_index ?? production.index) !== production.index) {
    throw new DividendError(
      'RELEASE_NOT_IN_PRODUCTION',
      'failed_precondition',
      `Rolling back '${endpoint}' failed: ${production ? `version ${production.version} is in production now` : 'nothing is in production'}`,
    );
  }
  await clearTheWay(context, tx, endpoint, request);
  const targetIndex = await findHopTarget(tx, endpoint, production.index);
  if (targetIndex === null) {
    throw new DividendError(
      'NO_FORMER_RELEASE',
      'failed_precondition',
      `Rolling back '${endpoint}' failed: version ${production.version} is the first release it ever had`,
    );
  }
  return insertNew(context, tx, {
    endpoint,
    release: await context.releases.getByIndex(targetIndex),
    replaced: production,
    plan: hopPlan,
    changeKind: 'rollback',
    trigger: request.by === 'person' ? 'human' : 'performance',
    idempotencyKey: null,
    hop: toGoingBack(request),
    reason: request.reason,
  });
}

/** A rollout that has no traffic yet is called off; one that is promoted and only waits for the last process is closed. */
async function clearTheWay(
  context: RolloutContext,
  tx: Tx,
  endpoint: string,
  request: RollBack,
): Promise<void> {
  const active = await findRollout(tx, { activeOn: endpoint });
  if (active === undefined) return;
  const locked = await lockRollout(tx, active.id);
  if (locked.finished_at !== null) return;
  if (locked.phase === 'promoted' && !locked.is_hop) {
    return updateRollout(tx, locked, { finished_at: context.platform.clock.now() });
  }
  if (locked.is_hop) {
    throw new DividendError(
      'ROLLOUT_ACTIVE',
      'failed_precondition',
      `Endpoint '${endpoint}' is already going back to version ${locked.version} (rollout '${locked.id}')`,
    );
  }
  await abortRollout(context, tx, locked, `Called off by a rollback of the endpoint: ${request.reason}`);
}

function toGoingBack({ by, reason, evidence }: RollBack): GoingBack {
  return { by, actor: currentActor(), reason, evidence: evidence ?? {} };
}

function ended(row: RolloutRow): DividendError {
  return new DividendError(
    'ROLLOUT_ENDED',
    'failed_precondition',
    `Rollout '${row.id}' has ended (${row.phase}) without production traffic; there is nothing to take back`,
  );
}
