import type { JSONColumnType, Selectable } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';

export type TriggerAction = 'retrain' | 'rollBack' | 'incident';

export type TriggerTables = {
  trigger_firing: {
    id: string;
    model: string;
    endpoint: string;
    trigger_name: string;
    action: TriggerAction;
    reason: string;
    alarm_id: string;
    window_end: Date;
    version: string;
    params: JSONColumnType<Record<string, string>>;
    status: 'pending' | 'done' | 'failed';
    decided_at: Date;
    pipeline_run_id: string | null;
    rollout_id: string | null;
    incident_id: string | null;
    error: string | null;
  };
};

/** One time that a trigger acted, or is about to. */
export interface Firing {
  readonly id: string;
  readonly model: string;
  readonly endpoint: string;
  readonly trigger: string;
  readonly action: TriggerAction;
  readonly reason: string;
  readonly alarmId: string;
  /** Event time at which it fired. */
  readonly windowEnd: Date;
  /** Version in production when it was decided. */
  readonly version: string;
  /** Of the pipeline run, for a retraining. */
  readonly params: Readonly<Record<string, string>>;
  readonly status: 'pending' | 'done' | 'failed';
  readonly decidedAt: Date;
  readonly outcome: Outcome;
}

export interface Outcome {
  readonly pipelineRunId: string | null;
  readonly rolloutId: string | null;
  readonly incidentId: string | null;
  readonly error: string | null;
}

export const noOutcome: Outcome = { pipelineRunId: null, rolloutId: null, incidentId: null, error: null };

/** A decision under an id that is known changes nothing. */
export async function insertFiring(tx: Tx, firing: Omit<Firing, 'status' | 'outcome'>): Promise<void> {
  await tx
    .withTables<TriggerTables>()
    .insertInto('trigger_firing')
    .values({
      id: firing.id,
      model: firing.model,
      endpoint: firing.endpoint,
      trigger_name: firing.trigger,
      action: firing.action,
      reason: firing.reason,
      alarm_id: firing.alarmId,
      window_end: firing.windowEnd,
      version: firing.version,
      params: JSON.stringify(firing.params),
      status: 'pending',
      decided_at: firing.decidedAt,
      pipeline_run_id: null,
      rollout_id: null,
      incident_id: null,
      error: null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** False where its outcome was written before. */
export async function finishFiring(
  tx: Tx,
  id: string,
  status: 'done' | 'failed',
  outcome: Outcome,
): Promise<boolean> {
  const updated = await tx
    .withTables<TriggerTables>()
    .updateTable('trigger_firing')
    .set({
      status,
      pipeline_run_id: outcome.pipelineRunId,
      rollout_id: outcome.rolloutId,
      incident_id: outcome.incidentId,
      error: outcome.error,
    })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .executeTakeFirst();
  return updated.numUpdatedRows > 0n;
}

/** Oldest first. */
export async function listPendingFirings(db: Db): Promise<Firing[]> {
  const rows = await db
    .withTables<TriggerTables>()
    .selectFrom('trigger_firing')
    .selectAll()
    .where('status', '=', 'pending')
    .orderBy('decided_at')
    .execute();
  return rows.map(toFiring);
}

/** Newest first. */
export async function listFirings(db: Db | Tx, model: string, limit: number): Promise<Firing[]> {
  const rows = await db
    .withTables<TriggerTables>()
    .selectFrom('trigger_firing')
    .selectAll()
    .where('model', '=', model)
    .orderBy('decided_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toFiring);
}

function toFiring(row: Selectable<TriggerTables['trigger_firing']>): Firing {
  return {
    id: row.id,
    model: row.model,
    endpoint: row.endpoint,
    trigger: row.trigger_name,
    action: row.action,
    reason: row.reason,
    alarmId: row.alarm_id,
    windowEnd: row.window_end,
    version: row.version,
    params: row.params,
    status: row.status,
    decidedAt: row.decided_at,
    outcome: {
      pipelineRunId: row.pipeline_run_id,
      rolloutId: row.rollout_id,
      incidentId: row.incident_id,
      error: row.error,
    },
  };
}
