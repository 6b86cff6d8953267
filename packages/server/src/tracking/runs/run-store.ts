import { DividendError } from '@dividend/core/errors';
import { sql } from 'kysely';
import type { Db, Tx } from '../../platform/postgres/index.ts';
import type { LifecycleStage, TrackingTables } from '../tracking-tables.ts';

export const runStatuses = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'] as const;
export type RunStatus = (typeof runStatuses)[number];

/** The tag that holds a run's name. */
export const runNameTag = 'mlflow.runName';

export interface RunInfo {
  readonly runId: string;
  readonly experimentId: number;
  readonly name: string;
  readonly userId: string;
  readonly status: RunStatus;
  readonly startedMs: number;
  readonly endedMs: number | null;
  readonly artifactUri: string;
  readonly lifecycleStage: LifecycleStage;
}

export interface RunRow {
  run_id: string;
  experiment_id: number;
  name: string;
  user_id: string;
  status: string;
  started_ms: number;
  ended_ms: number | null;
  artifact_uri: string;
  lifecycle_stage: LifecycleStage;
}

export function toRunInfo(row: RunRow): RunInfo {
  return {
    runId: row.run_id,
    experimentId: row.experiment_id,
    name: row.name,
    userId: row.user_id,
    status: row.status as RunStatus,
    startedMs: row.started_ms,
    endedMs: row.ended_ms,
    artifactUri: row.artifact_uri,
    lifecycleStage: row.lifecycle_stage,
  };
}

export async function insertRuns(db: Db, runs: readonly RunInfo[]): Promise<void> {
  const rows = runs.map((run) => ({
    run_id: run.runId,
    experiment_id: run.experimentId,
    name: run.name,
    user_id: run.userId,
    status: run.status,
    started_ms: run.startedMs,
    ended_ms: run.endedMs,
    artifact_uri: run.artifactUri,
    deleted_ms: null,
  }));
  await db.withTables<TrackingTables>().insertInto('run').values(rows).execute();
}

/** @throws {DividendError} RUN_NOT_FOUND */
export async function getRunInfo(db: Db, runId: string, lock?: 'forUpdate'): Promise<RunInfo> {
  const query = db.withTables<TrackingTables>().selectFrom('run').selectAll().where('run_id', '=', runId);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  if (row !== undefined) return toRunInfo(row);
  throw runNotFound(runId);
}

/** @throws {DividendError} RUN_NOT_FOUND, RUN_NOT_ACTIVE */
export async function getActiveRun(db: Db, runId: string, lock?: 'forUpdate'): Promise<RunInfo> {
  const run = await getRunInfo(db, runId, lock);
  checkActive(runId, run.lifecycleStage);
  return run;
}

/** @throws {DividendError} RUN_NOT_FOUND, RUN_NOT_ACTIVE */
export async function checkActiveRuns(db: Db, runIds: readonly string[]): Promise<void> {
  const { rows } = await sql<{ run_id: string; lifecycle_stage: LifecycleStage }>`
    SELECT run_id, lifecycle_stage FROM run WHERE run_id = ANY(${runIds}::text[])`.execute(db);
  const stages = new Map(rows.map((row) => [row.run_id, row.lifecycle_stage]));
  for (const runId of runIds) checkActive(runId, stages.get(runId));
}

function checkActive(runId: string, stage: LifecycleStage | undefined): void {
  if (stage === 'active') return;
  if (stage === undefined) throw runNotFound(runId);
  throw new DividendError(
    'RUN_NOT_ACTIVE',
    'invalid_argument',
    `The run ${runId} must be in the 'active' state. Current state is ${stage}.`,
    { field: 'run_id' },
  );
}

function runNotFound(runId: string): DividendError {
  return new DividendError('RUN_NOT_FOUND', 'not_found', `Run with id=${runId} not found`, {
    field: 'run_id',
  });
}

export async function updateRun(
  db: Db,
  runId: string,
  change: { status?: RunStatus | undefined; endedMs?: number | undefined; name?: string | undefined },
): Promise<void> {
  const columns = {
    ...(change.status === undefined ? {} : { status: change.status }),
    ...(change.endedMs === undefined ? {} : { ended_ms: change.endedMs }),
    ...(change.name === undefined ? {} : { name: change.name }),
  };
  if (Object.keys(columns).length === 0) return;
  await db.withTables<TrackingTables>().updateTable('run').set(columns).where('run_id', '=', runId).execute();
}

/** False where it was there already. */
export async function moveRun(tx: Tx, runId: string, to: LifecycleStage, nowMs: number): Promise<boolean> {
  const result = await tx
    .withTables<TrackingTables>()
    .updateTable('run')
    .set({ lifecycle_stage: to, deleted_ms: to === 'deleted' ? nowMs : null })
    .where('run_id', '=', runId)
    .where('lifecycle_stage', '!=', to)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export interface RunTag {
  readonly runId: string;
  readonly key: string;
  readonly value: string;
}

/** Sets tags, of one that comes twice to its last value; a run's name follows its tag, and stays when that is emptied. */
export async function upsertRunTags(db: Db, tags: readonly RunTag[]): Promise<void> {
  const last = [...new Map(tags.map((tag) => [`${tag.runId}\n${tag.key}`, tag])).values()];
  if (last.length === 0) return;
  await writeRunTags(db, last);
  const names = last.filter(({ key, value }) => key === runNameTag && value !== '');
  for (const { runId, value } of names) await updateRun(db, runId, { name: value });
}

/** Tags without a doublet. Rows in key order, so that two writers never wait for each other. */
export async function writeRunTags(db: Db, tags: readonly RunTag[]): Promise<void> {
  await sql`
    INSERT INTO run_tag (run_id, key, value)
    SELECT * FROM unnest(
      ${tags.map(({ runId }) => runId)}::text[],
      ${tags.map(({ key }) => key)}::text[],
      ${tags.map(({ value }) => value)}::text[]
    ) AS tag (run_id, key, value)
    ORDER BY run_id COLLATE "C", key COLLATE "C"
    ON CONFLICT (run_id, key) DO UPDATE SET value = excluded.value`.execute(db);
}

/** False where there was no such tag. */
export async function deleteRunTag(db: Db, runId: string, key: string): Promise<boolean> {
  const result = await db
    .withTables<TrackingTables>()
    .deleteFrom('run_tag')
    .where('run_id', '=', runId)
    .where('key', '=', key)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}
