import { sql } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';
import {
  type PipelineTables,
  type StepOutputs,
  type StepRow,
  type StepSummary,
  toJsonb,
} from './pipeline-tables.ts';

const tablesOf = (db: Db) => db.withTables<PipelineTables>();

/** Steps of the runs, in the order of their specs. */
export async function listSteps(db: Db, runIds: readonly string[]): Promise<StepRow[]> {
  if (runIds.length === 0) return [];
  return tablesOf(db)
    .selectFrom('pipeline_step')
    .selectAll()
    .where('pipeline_run_id', 'in', runIds)
    .orderBy('pipeline_run_id')
    .orderBy('position')
    .execute();
}

/** A step that now runs for the first time. */
export async function startStep(
  db: Db,
  step: Pick<StepRow, 'pipeline_run_id' | 'name'>,
  start: { started_at: Date; cache_reason: string; origin_run_id: string | null },
): Promise<void> {
  await ofStep(db, step)
    .set({ ...start, status: 'running', attempts: 1 })
    .where('status', '=', 'waiting')
    .execute();
}

/** Counts one more attempt, and what the one before took. */
export async function countAttempt(
  db: Db,
  step: Pick<StepRow, 'pipeline_run_id' | 'name'>,
  cpuSeconds: number | null,
): Promise<void> {
  await ofStep(db, step)
    .set({
      attempts: sql`attempts + 1`,
      cpu_seconds: sql`coalesce(cpu_seconds, 0) + ${cpuSeconds}`,
    })
    .execute();
}

export interface StepEnd {
  readonly status: 'succeeded' | 'failed' | 'skipped';
  readonly finishedAt: Date;
  readonly outputs: StepOutputs;
  readonly summary: StepSummary;
  readonly error: string | null;
  /** Of the last attempt; those before it were counted. */
  readonly cpuSeconds: number | null;
  /** Set where the outcome comes from the cache: the step never ran. */
  readonly cached?: { readonly reason: string; readonly originRunId: string | null };
}

/** Ends a step; undefined where it had ended. */
export async function endStep(
  tx: Tx,
  step: Pick<StepRow, 'pipeline_run_id' | 'name'>,
  end: StepEnd,
): Promise<StepRow | undefined> {
  const started =
    end.status === 'skipped'
      ? sql<Date | null>`started_at`
      : sql<Date>`coalesce(started_at, ${end.finishedAt})`;
  return ofStep(tx, step)
    .set({
      status: end.status,
      started_at: started,
      finished_at: end.finishedAt,
      outputs: toJsonb(end.outputs),
      summary: toJsonb(end.summary),
      error: end.error,
      cpu_seconds:
        end.status === 'skipped' ? null : sql`coalesce(cpu_seconds, 0) + ${end.cpuSeconds}::float8`,
      ...(end.cached
        ? { cache_hit: true, cache_reason: end.cached.reason, origin_run_id: end.cached.originRunId }
        : {}),
    })
    .where('status', 'in', ['waiting', 'running'])
    .returningAll()
    .executeTakeFirst();
}

function ofStep(db: Db, step: Pick<StepRow, 'pipeline_run_id' | 'name'>) {
  return tablesOf(db)
    .updateTable('pipeline_step')
    .where('pipeline_run_id', '=', step.pipeline_run_id)
    .where('name', '=', step.name);
}
