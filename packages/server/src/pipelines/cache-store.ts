import type { Db, Tx } from '../platform/postgres/index.ts';
import { type CacheRow, type PipelineTables, toJsonb } from './pipeline-tables.ts';

const tablesOf = (db: Db) => db.withTables<PipelineTables>();

export function findCached(db: Db, model: string, step: string, key: string): Promise<CacheRow | undefined> {
  return ofStep(db, model, step).where('key', '=', key).executeTakeFirst();
}

/** The outcome that was last given or taken: what a miss is explained against. */
export function findNewestCached(db: Db, model: string, step: string): Promise<CacheRow | undefined> {
  return ofStep(db, model, step).orderBy('used_at', 'desc').limit(1).executeTakeFirst();
}

/** Keeps an outcome; a newer one under the same key replaces it (its outputs may have been lost). */
export async function saveCached(tx: Tx, row: CacheRow): Promise<void> {
  const outcome = {
    components: toJsonb(row.components),
    outputs: toJsonb(row.outputs),
    summary: toJsonb(row.summary),
    pipeline_run_id: row.pipeline_run_id,
    origin_run_id: row.origin_run_id,
    used_at: row.used_at,
  };
  await tablesOf(tx)
    .insertInto('step_cache')
    .values({ ...row, ...outcome })
    .onConflict((conflict) => conflict.columns(['model', 'step', 'key']).doUpdateSet(outcome))
    .execute();
}

/** Notes that an outcome was taken. */
export async function touchCached(tx: Tx, { model, step, key }: CacheRow, at: Date): Promise<void> {
  await tablesOf(tx)
    .updateTable('step_cache')
    .set({ used_at: at })
    .where('model', '=', model)
    .where('step', '=', step)
    .where('key', '=', key)
    .execute();
}

function ofStep(db: Db, model: string, step: string) {
  return tablesOf(db)
    .selectFrom('step_cache')
    .selectAll()
    .where('model', '=', model)
    .where('step', '=', step);
}
