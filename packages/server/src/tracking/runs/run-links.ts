import { sql } from 'kysely';
import type { Db, Tx } from '../../platform/postgres/index.ts';

/** A dataset that a run read, with tags of this use (`mlflow.data.context`: training, eval, …). */
export interface DatasetInput {
  readonly name: string;
  readonly digest: string;
  readonly sourceType: string;
  readonly source: string;
  readonly schema: string | undefined;
  readonly profile: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** A logged model that a run read or made. */
export interface ModelLink {
  readonly modelId: string;
  readonly step: number;
  readonly direction: 'input' | 'output';
}

/** Links datasets to a run, each with the tags that it came with first; one of the same name and digest is kept once an experiment. Idempotent. */
export async function insertDatasetInputs(
  tx: Tx,
  run: { runId: string; experimentId: number },
  inputs: readonly DatasetInput[],
): Promise<void> {
  const byDataset = Map.groupBy(inputs, ({ name, digest }) => `${name}\n${digest}`);
  for (const [input] of byDataset.values()) {
    if (input === undefined) continue;
    await sql`
      WITH made AS (
        INSERT INTO dataset (experiment_id, name, digest, source_type, source, schema, profile)
        VALUES (${run.experimentId}, ${input.name}, ${input.digest}, ${input.sourceType}, ${input.source},
                ${input.schema ?? null}, ${input.profile ?? null})
        ON CONFLICT (experiment_id, name, digest) DO UPDATE SET name = excluded.name
        RETURNING dataset_id
      )
      INSERT INTO run_dataset (run_id, dataset_id, tags)
      SELECT ${run.runId}, dataset_id, ${JSON.stringify(input.tags)}::jsonb FROM made
      ON CONFLICT DO NOTHING`.execute(tx);
  }
}

export async function insertModelLinks(tx: Tx, runId: string, links: readonly ModelLink[]): Promise<void> {
  if (links.length === 0) return;
  await sql`
    INSERT INTO run_model (run_id, model_id, step, direction)
    SELECT ${runId}::text, * FROM unnest(
      ${links.map(({ modelId }) => modelId)}::text[],
      ${links.map(({ step }) => step)}::bigint[],
      ${links.map(({ direction }) => direction)}::text[]
    ) ON CONFLICT DO NOTHING`.execute(tx);
}

export async function loadDatasetInputs(
  db: Db,
  runIds: readonly string[],
): Promise<Map<string, DatasetInput[]>> {
  const { rows } = await sql<{
    run_id: string;
    name: string;
    digest: string;
    source_type: string;
    source: string;
    schema: string | null;
    profile: string | null;
    tags: Record<string, string>;
  }>`
    SELECT link.run_id, d.name, d.digest, d.source_type, d.source, d.schema, d.profile, link.tags
    FROM run_dataset AS link JOIN dataset AS d USING (dataset_id)
    WHERE link.run_id = ANY(${runIds}::text[]) ORDER BY link.run_id, d.dataset_id`.execute(db);
  return groupByRun(rows, (row) => ({
    name: row.name,
    digest: row.digest,
    sourceType: row.source_type,
    source: row.source,
    schema: row.schema ?? undefined,
    profile: row.profile ?? undefined,
    tags: row.tags,
  }));
}

export async function loadModelLinks(db: Db, runIds: readonly string[]): Promise<Map<string, ModelLink[]>> {
  const { rows } = await sql<{
    run_id: string;
    model_id: string;
    step: number;
    direction: 'input' | 'output';
  }>`
    SELECT run_id, model_id, step, direction FROM run_model
    WHERE run_id = ANY(${runIds}::text[]) ORDER BY run_id, direction, step, model_id`.execute(db);
  return groupByRun(rows, ({ model_id, step, direction }) => ({ modelId: model_id, step, direction }));
}

function groupByRun<Row extends { run_id: string }, Item>(
  rows: readonly Row[],
  toItem: (row: Row) => Item,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const row of rows) {
    const group = groups.get(row.run_id);
    if (group === undefined) groups.set(row.run_id, [toItem(row)]);
    else group.push(toItem(row));
  }
  return groups;
}
