import type { ImportedReviewItem, LabelSchemaRecord, ReviewQueueRecord } from '@dividend/contracts/imports';
import { sql } from 'kysely';
import type { Db, Tx } from '../../../platform/postgres/index.ts';
import { checkLabelInput } from './label-input.ts';
import type { LabelSchema } from './label-schema-store.ts';
import type { QueueItem } from './queue-item-store.ts';
import type { ReviewQueue } from './queue-store.ts';

/** A label schema from another server, in an experiment here. */
export type ImportedLabelSchema = Omit<LabelSchemaRecord, 'kind' | 'experimentId'> & {
  readonly experimentId: number;
};

/** A review queue from another server, in an experiment here; its label schemas by their ids here. */
export type ImportedReviewQueue = Omit<ReviewQueueRecord, 'kind' | 'experimentId'> & {
  readonly experimentId: number;
};

/** A label schema or review queue to be found here: by its id, where one is given, else by its name in the experiment. */
export interface WantedReviewThing {
  readonly key: string;
  readonly id: string | null;
  readonly experimentId: number | null;
  readonly name: string;
}

const places = {
  labelSchema: { table: 'label_schema', id: 'schema_id', name: 'name', toKey: (name: string) => name },
  reviewQueue: {
    table: 'review_queue',
    id: 'queue_id',
    name: 'name_key',
    toKey: (name: string) => name.toLowerCase(),
  },
} as const;

/** Ids here by the keys of what is wanted. */
export async function findReviewThings(
  db: Db,
  kind: keyof typeof places,
  wanted: readonly WantedReviewThing[],
): Promise<Map<string, string>> {
  const { table, id, name, toKey } = places[kind];
  const { rows } = await sql<{ key: string; here: string }>`
    SELECT wanted.key, here.${sql.ref(id)} AS here
    FROM unnest(${wanted.map((it) => it.key)}::text[], ${wanted.map((it) => it.id)}::text[],
      ${wanted.map(({ experimentId }) => experimentId)}::bigint[], ${wanted.map((it) => toKey(it.name))}::text[])
      AS wanted (key, id, experiment_id, name)
    JOIN ${sql.table(table)} AS here ON here.${sql.ref(id)} = wanted.id
      OR (here.experiment_id = wanted.experiment_id AND here.${sql.ref(name)} = wanted.name)
    ORDER BY here.${sql.ref(id)} = wanted.id`.execute(db);
  return new Map(rows.map(({ key, here }) => [key, here]));
}

/** Writes new label schemas, or those that are here anew. */
export async function writeImportedLabelSchemas(
  tx: Tx,
  schemas: readonly ImportedLabelSchema[],
  isNew: boolean,
): Promise<void> {
  for (const it of schemas) {
    const input = JSON.stringify(checkLabelInput(it.input));
    if (isNew)
      await sql`
        INSERT INTO label_schema (schema_id, experiment_id, name, type, instruction, enable_comment, input, is_default,
          created_ms, updated_ms)
        VALUES (${it.id}, ${it.experimentId}, ${it.name}, ${it.type}, ${it.instruction}, ${it.enableComment}, ${input},
          ${it.isDefault}, ${it.createdMs}, ${it.updatedMs}) ON CONFLICT DO NOTHING`.execute(tx);
    else
      await sql`
        UPDATE label_schema SET name = ${it.name}, type = ${it.type}, instruction = ${it.instruction},
          enable_comment = ${it.enableComment}, input = ${input}, created_ms = ${it.createdMs},
          updated_ms = ${it.updatedMs} WHERE schema_id = ${it.id}`.execute(tx);
  }
}

export async function readImportedLabelSchemas(
  db: Db,
  schemaIds: readonly string[],
): Promise<ImportedLabelSchema[]> {
  const { rows } = await sql<LabelSchema & { input: LabelSchemaRecord['input'] }>`
    SELECT * FROM label_schema WHERE schema_id = ANY(${schemaIds}::text[])`.execute(db);
  return rows.map((row) => ({
    id: row.schema_id,
    experimentId: row.experiment_id,
    name: row.name,
    type: row.type,
    instruction: row.instruction,
    enableComment: row.enable_comment,
    input: row.input,
    isDefault: row.is_default,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
  }));
}

/** Writes new review queues, or those that are here anew, each with all of its items. */
export async function writeImportedReviewQueues(
  tx: Tx,
  queues: readonly ImportedReviewQueue[],
  isNew: boolean,
): Promise<void> {
  for (const it of queues) {
    const [users, schemaIds] = [[...it.users].sort(), [...it.schemaIds].sort()];
    if (isNew)
      await sql`
        INSERT INTO review_queue (queue_id, experiment_id, name, name_key, type, created_by, users, schema_ids,
          created_ms, updated_ms)
        VALUES (${it.id}, ${it.experimentId}, ${it.name}, ${it.name.toLowerCase()}, ${it.type}, ${it.createdBy},
          ${users}::text[], ${schemaIds}::text[], ${it.createdMs}, ${it.updatedMs}) ON CONFLICT DO NOTHING`.execute(
        tx,
      );
    else
      await sql`
        UPDATE review_queue SET name = ${it.name}, name_key = ${it.name.toLowerCase()}, type = ${it.type},
          created_by = ${it.createdBy}, users = ${users}::text[], schema_ids = ${schemaIds}::text[],
          created_ms = ${it.createdMs}, updated_ms = ${it.updatedMs} WHERE queue_id = ${it.id}`.execute(tx);
    await writeItems(tx, it);
  }
}

async function writeItems(tx: Tx, { id, items }: ImportedReviewQueue): Promise<void> {
  await sql`DELETE FROM review_queue_item WHERE queue_id = ${id}`.execute(tx);
  const column = <Field extends keyof ImportedReviewItem>(field: Field) => items.map((item) => item[field]);
  await sql`
    INSERT INTO review_queue_item (queue_id, trace_id, status, completed_by, completed_ms, created_ms, updated_ms)
    SELECT q.queue_id, sent.* FROM review_queue AS q, unnest(
      ${column('traceId')}::text[], ${column('status')}::text[], ${column('completedBy')}::text[],
      ${column('completedMs')}::bigint[], ${column('createdMs')}::bigint[], ${column('updatedMs')}::bigint[]) AS sent
    WHERE q.queue_id = ${id} ORDER BY 2`.execute(tx);
}

export async function readImportedReviewQueues(
  db: Db,
  queueIds: readonly string[],
): Promise<ImportedReviewQueue[]> {
  const { rows } = await sql<ReviewQueue>`
    SELECT * FROM review_queue WHERE queue_id = ANY(${queueIds}::text[])`.execute(db);
  const items = await sql<QueueItem>`
    SELECT * FROM review_queue_item WHERE queue_id = ANY(${queueIds}::text[])`.execute(db);
  const byQueue = Map.groupBy(items.rows, ({ queue_id }) => queue_id);
  return rows.map((row) => ({
    id: row.queue_id,
    experimentId: row.experiment_id,
    name: row.name,
    type: row.type,
    createdBy: row.created_by,
    users: [...row.users],
    schemaIds: [...row.schema_ids],
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    items: (byQueue.get(row.queue_id) ?? []).map((item) => ({
      traceId: item.trace_id,
      status: item.status,
      completedBy: item.completed_by,
      completedMs: item.completed_ms,
      createdMs: item.created_ms,
      updatedMs: item.updated_ms,
    })),
  }));
}
