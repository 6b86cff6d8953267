import { DividendError } from '@dividend/core/errors';
import type { Db, Tx } from '../platform/postgres/index.ts';
import {
  type PipelineTables,
  type RunRow,
  type RunStatus,
  type StepRow,
  toJsonb,
} from './pipeline-tables.ts';

const tablesOf = (db: Db) => db.withTables<PipelineTables>();

export type NewStep = Pick<StepRow, 'name' | 'uses' | 'needs'>;

/** A run with its steps, all waiting. */
export async function insertRun(tx: Tx, run: RunRow, steps: readonly NewStep[]): Promise<void> {
  await tablesOf(tx)
    .insertInto('pipeline_run')
    .values({ ...run, params: toJsonb(run.params), asked_params: toJsonb(run.asked_params) })
    .execute();
  await tablesOf(tx)
    .insertInto('pipeline_step')
    .values(
      steps.map(({ name, uses, needs }, position) => ({
        pipeline_run_id: run.id,
        position,
        name,
        uses,
        needs: toJsonb(needs),
        status: 'waiting' as const,
        cache_hit: false,
        cache_reason: '',
        attempts: 0,
        outputs: toJsonb({}),
        summary: toJsonb({}),
      })),
    )
    .execute();
}

export function findRunByKey(db: Db, model: string, key: string): Promise<RunRow | undefined> {
  return tablesOf(db)
    .selectFrom('pipeline_run')
    .selectAll()
    .where('model', '=', model)
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
}

/** @throws {DividendError} PIPELINE_RUN_NOT_FOUND */
export async function getRun(db: Db, id: string): Promise<RunRow> {
  const run = await tablesOf(db)
    .selectFrom('pipeline_run')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  if (run) return run;
  throw new DividendError('PIPELINE_RUN_NOT_FOUND', 'not_found', `No pipeline run '${id}'`);
}

/** Newest first, from before `beforeId`. */
export function listRuns(
  db: Db,
  { model, beforeId, limit }: { model?: string | undefined; beforeId?: string | undefined; limit: number },
): Promise<RunRow[]> {
  let query = tablesOf(db).selectFrom('pipeline_run').selectAll().orderBy('id', 'desc').limit(limit);
  if (model !== undefined) query = query.where('model', '=', model);
  if (beforeId !== undefined) query = query.where('id', '<', beforeId);
  return query.execute();
}

export async function listUnlaunched(db: Db): Promise<string[]> {
  const rows = await tablesOf(db)
    .selectFrom('pipeline_run')
    .select('id')
    .where('launched_at', 'is', null)
    .orderBy('id')
    .execute();
  return rows.map((row) => row.id);
}

export async function updateRun(db: Db, id: string, change: Partial<RunRow>): Promise<void> {
  await tablesOf(db).updateTable('pipeline_run').set(change).where('id', '=', id).execute();
}

/** Ends a run; false where it had ended. */
export async function endRun(
  tx: Tx,
  id: string,
  end: { status: RunStatus; finished_at: Date; error: string | null },
): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(tx)
    .updateTable('pipeline_run')
    .set(end)
    .where('id', '=', id)
    .where('status', '=', 'running')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Notes that a run is to be cancelled; nothing where it has ended. */
export async function askCancel(db: Db, id: string, at: Date): Promise<void> {
  await tablesOf(db)
    .updateTable('pipeline_run')
    .set({ cancel_asked_at: at })
    .where('id', '=', id)
    .where('status', '=', 'running')
    .where('cancel_asked_at', 'is', null)
    .execute();
}
