import { sql } from 'kysely';
import type { Db, Tx } from '../../platform/postgres/index.ts';
import type { LifecycleStage, TrackingTables } from '../tracking-tables.ts';

export interface Experiment {
  readonly experimentId: number;
  readonly name: string;
  readonly artifactLocation: string;
  readonly lifecycleStage: LifecycleStage;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ExperimentRow {
  experiment_id: number;
  name: string;
  artifact_location: string;
  lifecycle_stage: LifecycleStage;
  created_ms: number;
  updated_ms: number;
  tags: Record<string, string> | null;
}

/** Columns of an experiment of table alias `e`, its tags as one object. */
export const experimentColumns = sql`e.*, (SELECT json_object_agg(t.key, t.value ORDER BY t.key)
  FROM experiment_tag AS t WHERE t.experiment_id = e.experiment_id) AS tags`;

export function toExperiment(row: ExperimentRow): Experiment {
  return {
    experimentId: row.experiment_id,
    name: row.name,
    artifactLocation: row.artifact_location,
    lifecycleStage: row.lifecycle_stage,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    tags: row.tags ?? {},
  };
}

/** Undefined where the name is taken. Without a location the artifacts lie below the experiment's id. */
export async function insertExperiment(
  db: Db,
  experiment: { name: string; artifactLocation: string | undefined; nowMs: number },
): Promise<number | undefined> {
  const location = experiment.artifactLocation ?? null;
  const { rows } = await sql<{ experiment_id: number }>`
    INSERT INTO experiment (experiment_id, name, artifact_location, created_ms, updated_ms)
    SELECT id, ${experiment.name}, coalesce(${location}::text, 'mlflow-artifacts:/' || id),
           ${experiment.nowMs}::bigint, ${experiment.nowMs}::bigint
    FROM nextval(pg_get_serial_sequence('experiment', 'experiment_id')) AS id
    ON CONFLICT (name) DO NOTHING
    RETURNING experiment_id`.execute(db);
  return rows[0]?.experiment_id;
}

export async function findExperiment(
  db: Db,
  by: { experimentId: number } | { name: string },
): Promise<Experiment | undefined> {
  const condition =
    'name' in by ? sql`e.name = ${by.name}` : sql`e.experiment_id = ${by.experimentId}::bigint`;
  const { rows } = await sql<ExperimentRow>`
    SELECT ${experimentColumns} FROM experiment AS e WHERE ${condition}`.execute(db);
  return rows[0] && toExperiment(rows[0]);
}

export async function updateExperiment(
  db: Db,
  experimentId: number,
  change: { name?: string; nowMs: number },
): Promise<void> {
  await db
    .withTables<TrackingTables>()
    .updateTable('experiment')
    .set({
      updated_ms: change.nowMs,
      ...(change.name === undefined ? {} : { name: change.name }),
    })
    .where('experiment_id', '=', experimentId)
    .execute();
}

/** False where it is there already; holds the experiment until the transaction ends. */
export async function moveExperiment(
  tx: Tx,
  experimentId: number,
  lifecycleStage: LifecycleStage,
  nowMs: number,
): Promise<boolean> {
  const result = await tx
    .withTables<TrackingTables>()
    .updateTable('experiment')
    .set({ updated_ms: nowMs, lifecycle_stage: lifecycleStage })
    .where('experiment_id', '=', experimentId)
    .where('lifecycle_stage', '!=', lifecycleStage)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Runs go and come back with their experiment; how many. */
export async function moveRunsOfExperiment(
  db: Db,
  experimentId: number,
  lifecycleStage: LifecycleStage,
  nowMs: number,
): Promise<number> {
  const result = await db
    .withTables<TrackingTables>()
    .updateTable('run')
    .set({ lifecycle_stage: lifecycleStage, deleted_ms: lifecycleStage === 'deleted' ? nowMs : null })
    .where('experiment_id', '=', experimentId)
    .where('lifecycle_stage', '!=', lifecycleStage)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

export async function upsertExperimentTags(
  db: Db,
  experimentId: number,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const rows = Object.entries(tags).map(([key, value]) => ({ experiment_id: experimentId, key, value }));
  if (rows.length === 0) return;
  await db
    .withTables<TrackingTables>()
    .insertInto('experiment_tag')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['experiment_id', 'key']).doUpdateSet((set) => ({ value: set.ref('excluded.value') })),
    )
    .execute();
}

/** False where there was no such tag. */
export async function deleteExperimentTag(db: Db, experimentId: number, key: string): Promise<boolean> {
  const result = await db
    .withTables<TrackingTables>()
    .deleteFrom('experiment_tag')
    .where('experiment_id', '=', experimentId)
    .where('key', '=', key)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}
