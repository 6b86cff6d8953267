import type { DatasetUse, RunRecord } from '@dividend/contracts/imports';
import { type RawBuilder, sql } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';
import { type EntityDoor, groupBy, type Placement, toJsonRows } from './entity-door.ts';
import { findItems, findSourceIds } from './import-store.ts';

/** Runs keep their ids, so that links and `runs:/` URIs hold. */
export const runDoor: EntityDoor<RunRecord> = {
  kind: 'run',
  locate: async (_context, records) => new Map(records.map(({ id }) => [id, id])),
  read: async (db, importId, items) => {
    const ids = items.map(({ targetId }) => targetId);
    const runs = await readRuns(db, ids);
    const [datasets, models] = [await readDatasets(db, ids), await readModels(db, ids)];
    const experiments = await findSourceIds(
      db,
      importId,
      'experiment',
      runs.map((row) => String(row.experiment_id)),
    );
    return new Map(
      runs.map((row) => {
        const links = models.get(row.run_id) ?? [];
        const record: RunRecord = {
          kind: 'run',
          id: row.run_id,
          experimentId: experiments.get(String(row.experiment_id)) ?? '',
          name: row.name,
          userId: row.user_id,
          status: row.status,
          startedMs: row.started_ms,
          endedMs: row.ended_ms,
          lifecycle: row.lifecycle_stage,
          tags: row.tags ?? {},
          params: row.params ?? {},
          datasets: datasets.get(row.run_id) ?? [],
          modelInputs: links.filter(({ direction }) => direction === 'input').map(({ use }) => use),
          modelOutputs: links.filter(({ direction }) => direction === 'output').map(({ use }) => use),
        };
        return [row.run_id, record] as const;
      }),
    );
  },
  place: ({ tx, importId }, records) => placeInExperiment(tx, importId, records),
  write: async ({ tx, importId, now }, records) => {
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
    await writeRuns(tx, rows, now.getTime());
    const ids = records.map(({ targetId }) => targetId);
    await sql`DELETE FROM run_tag WHERE run_id = ANY(${ids}::text[])`.execute(tx);
    await sql`DELETE FROM run_param WHERE run_id = ANY(${ids}::text[])`.execute(tx);
    await sql`DELETE FROM run_dataset WHERE run_id = ANY(${ids}::text[])`.execute(tx);
    await sql`DELETE FROM run_model WHERE run_id = ANY(${ids}::text[])`.execute(tx);
    await sql`INSERT INTO run_tag (run_id, key, value)
      SELECT r.id, t.key, t.value FROM ${recordset(rows, sql`tags jsonb`)}, jsonb_each_text(r.tags) AS t`.execute(
      tx,
    );
    await sql`INSERT INTO run_param (run_id, key, value)
      SELECT r.id, p.key, p.value FROM ${recordset(rows, sql`params jsonb`)}, jsonb_each_text(r.params) AS p`.execute(
      tx,
    );
    await writeDatasets(tx, rows);
    await writeModels(tx, rows);
  },
};

/** A run or logged model can only come where its experiment came; it keeps its id. */
export async function placeInExperiment(
  tx: Tx,
  importId: string,
  records: readonly { id: string; experimentId: string }[],
): Promise<Map<string, Placement>> {
  const experiments = await findItems(
    tx,
    importId,
    'experiment',
    records.map(({ experimentId }) => experimentId),
  );
  return new Map(
    records.map(({ id, experimentId }) => [
      id,
      experiments.has(experimentId)
        ? { targetId: id }
        : { refused: `its experiment '${experimentId}' did not come over` },
    ]),
  );
}

interface RunRow {
  run_id: string;
  experiment_id: number;
  name: string;
  user_id: string;
  status: RunRecord['status'];
  started_ms: number;
  ended_ms: number | null;
  lifecycle_stage: 'active' | 'deleted';
  tags: Record<string, string> | null;
  params: Record<string, string> | null;
}

async function readRuns(db: Db, ids: readonly string[]): Promise<RunRow[]> {
  const { rows } = await sql<RunRow>`
    SELECT r.run_id, r.experiment_id, r.name, r.user_id, r.status, r.started_ms, r.ended_ms, r.lifecycle_stage,
      (SELECT jsonb_object_agg(t.key, t.value) FROM run_tag AS t WHERE t.run_id = r.run_id) AS tags,
      (SELECT jsonb_object_agg(p.key, p.value) FROM run_param AS p WHERE p.run_id = r.run_id) AS params
    FROM run AS r WHERE r.run_id = ANY(${ids}::text[])`.execute(db);
  return rows;
}

async function readDatasets(db: Db, ids: readonly string[]): Promise<Map<string, DatasetUse[]>> {
  const { rows } = await sql<DatasetUse & { run_id: string; source_type: string }>`
    SELECT link.run_id, d.name, d.digest, d.source_type, d.source, d.schema, d.profile, link.tags
    FROM run_dataset AS link JOIN dataset AS d USING (dataset_id) WHERE link.run_id = ANY(${ids}::text[])`.execute(
    db,
  );
  return groupBy(
    rows,
    (row) => row.run_id,
    ({ name, digest, source_type, source, schema, profile, tags }) => ({
      name,
      digest,
      sourceType: source_type,
      source,
      schema,
      profile,
      tags,
    }),
  );
}

async function readModels(db: Db, ids: readonly string[]) {
  const { rows } = await sql<{
    run_id: string;
    direction: 'input' | 'output';
    model_id: string;
    step: number;
  }>`SELECT run_id, direction, model_id, step FROM run_model WHERE run_id = ANY(${ids}::text[])`.execute(db);
  return groupBy(
    rows,
    (row) => row.run_id,
    ({ direction, model_id, step }) => ({ direction, use: { modelId: model_id, step } }),
  );
}

async function writeRuns(tx: Tx, rows: string, nowMs: number): Promise<void> {
  await sql`
    INSERT INTO run (run_id, experiment_id, name, user_id, status, started_ms, ended_ms, artifact_uri, lifecycle_stage,
      deleted_ms)
    SELECT r.id, r.experiment, r.name, r."userId", r.status, r."startedMs", r."endedMs",
      e.artifact_location || '/' || r.id || '/artifacts', r.lifecycle,
      CASE r.lifecycle WHEN 'deleted' THEN ${nowMs}::bigint END
    FROM ${recordset(
      rows,
      sql`experiment bigint, name text, "userId" text, status text, "startedMs" bigint, "endedMs" bigint, lifecycle text`,
    )} JOIN experiment AS e ON e.experiment_id = r.experiment
    ON CONFLICT (run_id) DO UPDATE SET name = excluded.name, user_id = excluded.user_id, status = excluded.status,
      started_ms = excluded.started_ms, ended_ms = excluded.ended_ms, lifecycle_stage = excluded.lifecycle_stage,
      deleted_ms = excluded.deleted_ms`.execute(tx);
}

/** A dataset of the same name and digest is kept once an experiment. */
async function writeDatasets(tx: Tx, rows: string): Promise<void> {
  const uses = sql`${recordset(rows, sql`experiment bigint, datasets jsonb`)} CROSS JOIN LATERAL jsonb_to_recordset(r.datasets)
    AS d (name text, digest text, "sourceType" text, source text, schema text, profile text, tags jsonb)`;
  await sql`
    INSERT INTO dataset (experiment_id, name, digest, source_type, source, schema, profile)
    SELECT DISTINCT ON (r.experiment, d.name COLLATE "C", d.digest COLLATE "C")
      r.experiment, d.name, d.digest, d."sourceType", d.source, d.schema, d.profile FROM ${uses}
    ON CONFLICT (experiment_id, name, digest) DO NOTHING`.execute(tx);
  await sql`
    INSERT INTO run_dataset (run_id, dataset_id, tags)
    SELECT r.id, known.dataset_id, d.tags FROM ${uses} JOIN dataset AS known
      ON known.experiment_id = r.experiment AND known.name = d.name AND known.digest = d.digest
    ON CONFLICT DO NOTHING`.execute(tx);
}

async function writeModels(tx: Tx, rows: string): Promise<void> {
  await sql`
    INSERT INTO run_model (run_id, direction, model_id, step)
    SELECT r.id, 'input', m."modelId", m.step FROM ${recordset(rows, sql`"modelInputs" jsonb`)},
      jsonb_to_recordset(r."modelInputs") AS m ("modelId" text, step bigint)
    UNION ALL
    SELECT r.id, 'output', m."modelId", m.step FROM ${recordset(rows, sql`"modelOutputs" jsonb`)},
      jsonb_to_recordset(r."modelOutputs") AS m ("modelId" text, step bigint)
    ON CONFLICT DO NOTHING`.execute(tx);
}

function recordset(rows: string, columns: RawBuilder<unknown>) {
  return sql`jsonb_to_recordset(${rows}::jsonb) AS r (id text, ${columns})`;
}
