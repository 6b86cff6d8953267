import type { CheckResult } from '@dividend/contracts/api';
import { sql } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';
import type { RolloutRow, RolloutTables } from './rollout-tables.ts';

/** Shows a check as running. A check that ended keeps its result: it is not run again. */
export async function openCheck(
  db: Db,
  rollout: RolloutRow,
  check: { name: string; kind: CheckResult['kind']; position: number },
): Promise<void> {
  await db
    .withTables<RolloutTables>()
    .insertInto('rollout_check')
    .values({
      rollout_index: rollout.rollout_index,
      ...check,
      status: 'running',
      detail: '',
      evidence: '{}',
      seconds: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Ends a check. False where it had ended before: then nothing is to be recorded again. */
export async function closeCheck(
  tx: Tx,
  rollout: RolloutRow,
  result: Pick<CheckResult, 'name' | 'kind' | 'detail' | 'evidence'> & { passed: boolean; seconds: number },
): Promise<boolean> {
  const updated = await tx
    .withTables<RolloutTables>()
    .updateTable('rollout_check')
    .set({
      status: result.passed ? 'passed' : 'failed',
      detail: result.detail,
      evidence: JSON.stringify(result.evidence),
      seconds: result.seconds,
    })
    .where('rollout_index', '=', rollout.rollout_index)
    .where('kind', '=', result.kind)
    .where('name', '=', result.name)
    .where('status', '=', 'running')
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}

export async function listChecks(
  db: Db,
  rolloutIndexes: readonly number[],
): Promise<Map<number, CheckResult[]>> {
  const checks = new Map<number, CheckResult[]>(rolloutIndexes.map((index) => [index, []]));
  if (rolloutIndexes.length === 0) return checks;
  const rows = await db
    .withTables<RolloutTables>()
    .selectFrom('rollout_check')
    .selectAll()
    .where(sql<boolean>`rollout_index = ANY(${[...rolloutIndexes]}::bigint[])`)
    .orderBy('rollout_index')
    .orderBy('position')
    .execute();
  for (const { rollout_index, position: _position, ...check } of rows) checks.get(rollout_index)?.push(check);
  return checks;
}
