import { DividendError } from '@dividend/core/errors';
import { sql } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';
import type { RegistryTables } from './registry-tables.ts';

export interface RegisteredModel {
  readonly name: string;
  readonly description: string | null;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly isPrompt: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** Alias → version. */
  readonly aliases: Readonly<Record<string, string>>;
}

export interface ModelRow {
  name: string;
  description: string | null;
  created_ms: number;
  updated_ms: number;
  is_prompt: boolean;
  tags: Record<string, string> | null;
  aliases: Record<string, string> | null;
}

/** Columns of a registered model of table alias `m`, its tags and aliases as one object each. */
export const modelColumns = sql`m.*,
  (SELECT json_object_agg(t.key, t.value ORDER BY t.key) FROM registered_model_tag AS t WHERE t.name = m.name) AS tags,
  (SELECT json_object_agg(a.alias, a.version::text ORDER BY a.alias) FROM registered_model_alias AS a WHERE a.name = m.name) AS aliases`;

export function toModel(row: ModelRow): RegisteredModel {
  return {
    name: row.name,
    description: row.description,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    isPrompt: row.is_prompt,
    tags: row.tags ?? {},
    aliases: row.aliases ?? {},
  };
}

/** @throws {DividendError} MODEL_NOT_FOUND */
export async function getModel(db: Db, name: string): Promise<RegisteredModel> {
  const { rows } = await sql<ModelRow>`
    SELECT ${modelColumns} FROM registered_model AS m WHERE m.name = ${name}`.execute(db);
  if (rows[0] !== undefined) return toModel(rows[0]);
  throw modelNotFound(name);
}

/** Lets one change of a model, its versions or aliases happen at a time, until the transaction ends; nothing where there is no such model. */
export async function lockModel(tx: Tx, name: string): Promise<void> {
  await sql`SELECT FROM registered_model WHERE name = ${name} FOR NO KEY UPDATE`.execute(tx);
}

/** False where the name is taken. */
export async function insertModel(
  tx: Tx,
  model: { name: string; description: string | null; isPrompt: boolean; nowMs: number },
): Promise<boolean> {
  const result = await tx
    .withTables<RegistryTables>()
    .insertInto('registered_model')
    .values({
      name: model.name,
      description: model.description,
      is_prompt: model.isPrompt,
      created_ms: model.nowMs,
      updated_ms: model.nowMs,
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export interface ModelChange {
  readonly name?: string;
  readonly description?: string | null;
  readonly nowMs: number;
}

/** @throws {DividendError} MODEL_NOT_FOUND */
export async function updateModel(db: Db, name: string, change: ModelChange): Promise<void> {
  const result = await db
    .withTables<RegistryTables>()
    .updateTable('registered_model')
    .set({
      updated_ms: change.nowMs,
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.description === undefined ? {} : { description: change.description }),
    })
    .where('name', '=', name)
    .executeTakeFirst();
  if (result.numUpdatedRows === 0n) throw modelNotFound(name);
}

export async function markPrompt(tx: Tx, name: string, isPrompt: boolean): Promise<void> {
  await tx
    .withTables<RegistryTables>()
    .updateTable('registered_model')
    .set({ is_prompt: isPrompt })
    .where('name', '=', name)
    .execute();
}

/** The next version number of a model; holds the model until the transaction ends. @throws {DividendError} MODEL_NOT_FOUND */
export async function takeNextVersion(tx: Tx, name: string, nowMs: number): Promise<number> {
  const row = await tx
    .withTables<RegistryTables>()
    .updateTable('registered_model')
    .set((set) => ({ last_version: set('last_version', '+', 1), updated_ms: nowMs }))
    .where('name', '=', name)
    .returning('last_version')
    .executeTakeFirst();
  if (row === undefined) throw modelNotFound(name);
  return row.last_version;
}

/** With its versions, tags and aliases. @throws {DividendError} MODEL_NOT_FOUND */
export async function deleteModel(tx: Tx, name: string): Promise<void> {
  const result = await tx
    .withTables<RegistryTables>()
    .deleteFrom('registered_model')
    .where('name', '=', name)
    .executeTakeFirst();
  if (result.numDeletedRows === 0n) throw modelNotFound(name);
}

export async function upsertModelTags(
  tx: Tx,
  name: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const keys = Object.keys(tags).sort();
  if (keys.length === 0) return;
  await sql`
    INSERT INTO registered_model_tag (name, key, value)
    SELECT ${name}::text, * FROM unnest(${keys}::text[], ${keys.map((key) => tags[key])}::text[])
    ON CONFLICT (name, key) DO UPDATE SET value = excluded.value`.execute(tx);
}

export async function deleteModelTag(tx: Tx, name: string, key: string): Promise<void> {
  await tx
    .withTables<RegistryTables>()
    .deleteFrom('registered_model_tag')
    .where('name', '=', name)
    .where('key', '=', key)
    .execute();
}

function modelNotFound(name: string): DividendError {
  return new DividendError('MODEL_NOT_FOUND', 'not_found', `Registered Model with name=${name} not found`, {
    field: 'name',
  });
}
