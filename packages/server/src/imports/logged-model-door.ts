import type { LoggedModelRecord } from '@dividend/contracts/imports';
import { sql } from 'kysely';
import { type EntityDoor, toJsonRows } from './entity-door.ts';
import { findItems, findSourceIds } from './import-store.ts';
import { placeInExperiment } from './run-door.ts';

interface LoggedModelRow {
  model_id: string;
  experiment_id: number;
  name: string;
  status: LoggedModelRecord['status'];
  status_message: string | null;
  model_type: string | null;
  source_run_id: string | null;
  lifecycle_stage: 'active' | 'deleted';
  created_ms: number;
  updated_ms: number;
  tags: Record<string, string> | null;
  params: Record<string, string> | null;
  metrics: LoggedModelRecord['metrics'] | null;
}

/** Logged models keep their ids, so that `models:/m-…` URIs hold. */
export const loggedModelDoor: EntityDoor<LoggedModelRecord> = {
  kind: 'loggedModel',
  locate: async (_context, records) => new Map(records.map(({ id }) => [id, id])),
  read: async (db, importId, items) => {
    const { rows } = await sql<LoggedModelRow>`
      SELECT m.*,
        (SELECT jsonb_object_agg(t.key, t.value) FROM logged_model_tag AS t WHERE t.model_id = m.model_id) AS tags,
        (SELECT jsonb_object_agg(p.key, p.value) FROM logged_model_param AS p WHERE p.model_id = m.model_id) AS params,
        (SELECT json_agg(json_build_object('key', x.key, 'value', CASE WHEN x.is_nan THEN '"NaN"' ELSE to_json(x.value) END,
          'timestamp', x.timestamp, 'step', x.step, 'runId', x.run_id, 'datasetName', x.dataset_name,
          'datasetDigest', x.dataset_digest)) FROM logged_model_metric AS x WHERE x.model_id = m.model_id) AS metrics
      FROM logged_model AS m WHERE m.model_id = ANY(${items.map(({ targetId }) => targetId)}::text[])`.execute(
      db,
    );
    const experiments = await findSourceIds(
      db,
      importId,
      'experiment',
      rows.map((row) => String(row.experiment_id)),
    );
    return new Map(
      rows.map((row) => {
        const record: LoggedModelRecord = {
          kind: 'loggedModel',
          id: row.model_id,
          experimentId: experiments.get(String(row.experiment_id)) ?? '',
          name: row.name,
          status: row.status,
          statusMessage: row.status_message,
          modelType: row.model_type,
          sourceRunId: row.source_run_id,
          lifecycle: row.lifecycle_stage,
          createdMs: row.created_ms,
          updatedMs: row.updated_ms,
          tags: row.tags ?? {},
          params: row.params ?? {},
          metrics: row.metrics ?? [],
        };
        return [row.model_id, record] as const;
      }),
    );
  },
  place: ({ tx, importId }, records) => placeInExperiment(tx, importId, records),
  write: async ({ tx, importId }, records) => {
    const experiments = await findItems(
      tx,
      importId,
      'experiment',
      records.map(({ record }) => record.experimentId),
    );
    const rows = toJsonRows(
      records.map(({ record }) => ({
        ...record,
        experiment: Number(experiments.get(record.experimentId)?.targetId),
      })),
    );
    const ids = records.map(({ targetId }) => targetId);
    await sql`
      INSERT INTO logged_model (model_id, experiment_id, name, artifact_uri, status, status_message, model_type,
        source_run_id, lifecycle_stage, created_ms, updated_ms)
      SELECT r.id, r.experiment, r.name, e.artifact_location || '/models/' || r.id || '/artifacts', r.status,
        r."statusMessage", r."modelType", r."sourceRunId", r.lifecycle, r."createdMs", r."updatedMs"
      FROM jsonb_to_recordset(${rows}::jsonb) AS r (id text, experiment bigint, name text, status text,
        "statusMessage" text, "modelType" text, "sourceRunId" text, lifecycle text, "createdMs" bigint, "updatedMs" bigint)
      JOIN experiment AS e ON e.experiment_id = r.experiment
      ON CONFLICT (model_id) DO UPDATE SET name = excluded.name, status = excluded.status,
        status_message = excluded.status_message, model_type = excluded.model_type,
        source_run_id = excluded.source_run_id, lifecycle_stage = excluded.lifecycle_stage,
        created_ms = excluded.created_ms, updated_ms = excluded.updated_ms`.execute(tx);
    for (const part of ['tag', 'param'] as const) {
      const table = sql.table(`logged_model_${part}`);
      await sql`DELETE FROM ${table} WHERE model_id = ANY(${ids}::text[])`.execute(tx);
      await sql`INSERT INTO ${table} (model_id, key, value)
        SELECT r.id, t.key, t.value FROM jsonb_to_recordset(${rows}::jsonb) AS r (id text, ${sql.ref(`${part}s`)} jsonb),
        jsonb_each_text(r.${sql.ref(`${part}s`)}) AS t`.execute(tx);
    }
    await sql`DELETE FROM logged_model_metric WHERE model_id = ANY(${ids}::text[])`.execute(tx);
    await sql`
      INSERT INTO logged_model_metric (model_id, key, timestamp, step, run_id, value, is_nan, dataset_name, dataset_digest)
      SELECT r.id, x.key, x.timestamp, x.step, x."runId",
        CASE x.value WHEN '"NaN"'::jsonb THEN 0 ELSE x.value::float8 END, x.value = '"NaN"'::jsonb,
        x."datasetName", x."datasetDigest"
      FROM jsonb_to_recordset(${rows}::jsonb) AS r (id text, metrics jsonb), jsonb_to_recordset(r.metrics) AS x
        (key text, timestamp bigint, step bigint, "runId" text, value jsonb, "datasetName" text, "datasetDigest" text)
      ON CONFLICT DO NOTHING`.execute(tx);
  },
};
