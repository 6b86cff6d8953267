import type { RolloutPhase } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import { moveRollout } from '@dividend/core/rollouts';
import { type Insertable, sql, type Updateable } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';
import type { RolloutRow, RolloutTables } from './rollout-tables.ts';

export async function insertRollout(
  tx: Tx,
  values: Insertable<RolloutTables['rollout']>,
): Promise<RolloutRow> {
  return tx
    .withTables<RolloutTables>()
    .insertInto('rollout')
    .values(values)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findRollout(
  db: Db | Tx,
  by: { id: string } | { idempotencyKey: string } | { activeOn: string },
): Promise<RolloutRow | undefined> {
  const query = db.withTables<RolloutTables>().selectFrom('rollout').selectAll();
  if ('id' in by) return query.where('id', '=', by.id).executeTakeFirst();
  if ('idempotencyKey' in by) {
    return query.where('idempotency_key', '=', by.idempotencyKey).executeTakeFirst();
  }
  return query.where('endpoint', '=', by.activeOn).where('finished_at', 'is', null).executeTakeFirst();
}

/** @throws {DividendError} ROLLOUT_NOT_FOUND */
export async function getRollout(db: Db | Tx, id: string): Promise<RolloutRow> {
  return (await findRollout(db, { id })) ?? notFound(id);
}

/** The row, kept from others until the transaction ends: whoever decides on a rollout decides alone. */
export async function lockRollout(tx: Tx, id: string): Promise<RolloutRow> {
  const row = await tx
    .withTables<RolloutTables>()
    .selectFrom('rollout')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row ?? notFound(id);
}

/** Starts and hops of one endpoint one after the other, until the transaction ends. */
export async function lockEndpoint(tx: Tx, endpoint: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`rollout/${endpoint}`}, 0))`.execute(tx);
}

export async function updateRollout(
  tx: Tx,
  row: Pick<RolloutRow, 'rollout_index'>,
  change: Updateable<RolloutTables['rollout']>,
): Promise<void> {
  await tx
    .withTables<RolloutTables>()
    .updateTable('rollout')
    .set(change)
    .where('rollout_index', '=', row.rollout_index)
    .execute();
}

/** Moves a locked rollout to another phase, with whatever else changes. @throws where the phases do not follow each other */
export async function moveTo(
  tx: Tx,
  row: RolloutRow,
  phase: RolloutPhase,
  change: Updateable<RolloutTables['rollout']> & { reason: string },
): Promise<void> {
  const move = moveRollout({ phase: row.phase }, phase);
  if (move.kind === 'refused') {
    throw new DividendError(
      'ROLLOUT_PHASE_INVALID',
      'failed_precondition',
      `${move.reason} (rollout '${row.id}')`,
    );
  }
  await updateRollout(tx, row, { ...change, phase });
}

/** The rollout that brought the release into production: the newest one, hops back left out. */
export async function findPromotion(
  db: Db | Tx,
  endpoint: string,
  releaseIndex: number,
): Promise<RolloutRow | undefined> {
  return db
    .withTables<RolloutTables>()
    .selectFrom('rollout')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .where('release_index', '=', releaseIndex)
    .where('is_hop', '=', false)
    .where('promoted_at', 'is not', null)
    .orderBy('rollout_index', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Rollouts that have begun and have no workflow yet. */
export async function listUnlaunched(db: Db): Promise<string[]> {
  const rows = await db
    .withTables<RolloutTables>()
    .selectFrom('rollout')
    .select('id')
    .where('finished_at', 'is', null)
    .where('launched_at', 'is', null)
    .orderBy('rollout_index')
    .execute();
  return rows.map((row) => row.id);
}

function notFound(id: string): never {
  throw new DividendError(
    'ROLLOUT_NOT_FOUND',
    'not_found',
    `No rollout has id '${id}'; list them with GET /api/v1/rollouts`,
  );
}
