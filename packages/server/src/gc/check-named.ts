import { DividendError } from '@dividend/core/errors';
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/postgres/index.ts';
import type { GcOptions } from './job-store.ts';

/** Names in one message. */
const mostNamed = 10;

/**
 * What is named to be removed must have been deleted, long enough ago.
 * @throws {DividendError} GC_ITEM_NOT_DELETED
 */
export async function checkNamed(
  db: Db,
  { runs, experiments, models }: Pick<GcOptions, 'runs' | 'experiments' | 'models'>,
  cutoffMs: number,
): Promise<void> {
  const refuse = async (
    field: string,
    ids: readonly string[] | undefined,
    findDeleted: (ids: readonly string[]) => RawBuilder<{ id: string }>,
  ) => {
    if (ids === undefined) return;
    const { rows } = await findDeleted(ids).execute(db);
    const deleted = new Set(rows.map(({ id }) => id));
    const others = ids.filter((id) => !deleted.has(id));
    if (others.length === 0) return;
    const shown = others.slice(0, mostNamed).map((id) => `'${id}'`);
    throw new DividendError(
      'GC_ITEM_NOT_DELETED',
      'failed_precondition',
      `These ${field} cannot be removed for good: ${shown.join(', ')}${others.length > mostNamed ? ` and ${others.length - mostNamed} more` : ''}; each must be deleted, before ${new Date(cutoffMs).toISOString()}`,
      { field },
    );
  };
  await refuse(
    'runs',
    runs,
    (ids) => sql`SELECT run_id AS id FROM run WHERE run_id = ANY(${ids}::text[])
      AND lifecycle_stage = 'deleted' AND coalesce(deleted_ms, 0) <= ${cutoffMs}`,
  );
  await refuse(
    'experiments',
    experiments,
    (
      ids,
    ) => sql`SELECT experiment_id::text AS id FROM experiment WHERE experiment_id::text = ANY(${ids}::text[])
      AND experiment_id <> 0 AND lifecycle_stage = 'deleted' AND updated_ms <= ${cutoffMs}`,
  );
  await refuse(
    'models',
    models,
    (ids) => sql`SELECT model_id AS id FROM logged_model WHERE model_id = ANY(${ids}::text[])
      AND lifecycle_stage = 'deleted' AND updated_ms <= ${cutoffMs}`,
  );
}
