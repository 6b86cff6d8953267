import type { IncidentCause } from '@dividend/contracts/ledger';
import type { Selectable } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';

export type IncidentTables = {
  incident: {
    id: string;
    key: string | null;
    endpoint: string;
    model: string;
    title: string;
    cause: IncidentCause;
    cause_rollout_id: string | null;
    status: 'open' | 'resolved';
    started_at: Date;
    detected_at: Date;
    detected_by: 'monitor' | 'person';
    resolved_at: Date | null;
    resolution: string | null;
  };
};

export interface IncidentRecord {
  readonly id: string;
  /** What it was opened for; null where a person reported it. */
  readonly key: string | null;
  readonly endpoint: string;
  readonly model: string;
  readonly title: string;
  readonly cause: IncidentCause;
  readonly causeRolloutId: string | null;
  readonly status: 'open' | 'resolved';
  readonly startedAt: Date;
  readonly detectedAt: Date;
  readonly detectedBy: 'monitor' | 'person';
  readonly resolvedAt: Date | null;
  readonly resolution: string | null;
}

export interface IncidentFilter {
  readonly model?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly status?: 'open' | 'resolved' | undefined;
  readonly beforeId?: string | undefined;
  readonly limit: number;
}

/** Undefined where the key has an incident already. */
export async function insertIncident(
  tx: Tx,
  incident: Omit<IncidentRecord, 'status' | 'resolvedAt' | 'resolution'>,
): Promise<IncidentRecord | undefined> {
  const row = await tx
    .withTables<IncidentTables>()
    .insertInto('incident')
    .values({
      id: incident.id,
      key: incident.key,
      endpoint: incident.endpoint,
      model: incident.model,
      title: incident.title,
      cause: incident.cause,
      cause_rollout_id: incident.causeRolloutId,
      status: 'open',
      started_at: incident.startedAt,
      detected_at: incident.detectedAt,
      detected_by: incident.detectedBy,
      resolved_at: null,
      resolution: null,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returningAll()
    .executeTakeFirst();
  return row && toRecord(row);
}

/** Undefined where it is not open. */
export async function closeIncident(
  tx: Tx,
  id: string,
  outcome: { readonly resolvedAt: Date; readonly resolution: string },
): Promise<IncidentRecord | undefined> {
  const row = await tx
    .withTables<IncidentTables>()
    .updateTable('incident')
    .set({ status: 'resolved', resolved_at: outcome.resolvedAt, resolution: outcome.resolution })
    .where('id', '=', id)
    .where('status', '=', 'open')
    .returningAll()
    .executeTakeFirst();
  return row && toRecord(row);
}

export async function findIncident(
  db: Db | Tx,
  by: { readonly id: string } | { readonly key: string },
): Promise<IncidentRecord | undefined> {
  const query = db.withTables<IncidentTables>().selectFrom('incident').selectAll();
  const row = await ('id' in by
    ? query.where('id', '=', by.id)
    : query.where('key', '=', by.key)
  ).executeTakeFirst();
  return row && toRecord(row);
}

/** Newest first. */
export async function listIncidents(db: Db | Tx, filter: IncidentFilter): Promise<IncidentRecord[]> {
  let query = db.withTables<IncidentTables>().selectFrom('incident').selectAll();
  if (filter.model !== undefined) query = query.where('model', '=', filter.model);
  if (filter.endpoint !== undefined) query = query.where('endpoint', '=', filter.endpoint);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  if (filter.beforeId !== undefined) query = query.where('id', '<', filter.beforeId);
  return (await query.orderBy('id', 'desc').limit(filter.limit).execute()).map(toRecord);
}

function toRecord(row: Selectable<IncidentTables['incident']>): IncidentRecord {
  return {
    id: row.id,
    key: row.key,
    endpoint: row.endpoint,
    model: row.model,
    title: row.title,
    cause: row.cause,
    causeRolloutId: row.cause_rollout_id,
    status: row.status,
    startedAt: row.started_at,
    detectedAt: row.detected_at,
    detectedBy: row.detected_by,
    resolvedAt: row.resolved_at,
    resolution: row.resolution,
  };
}
