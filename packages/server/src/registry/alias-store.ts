import type { Db, Tx } from '../platform/postgres/index.ts';
import type { RegistryTables } from './registry-tables.ts';

/** The version an alias points at. */
export async function findAliasedVersion(db: Db, model: string, alias: string): Promise<string | undefined> {
  const row = await db
    .withTables<RegistryTables>()
    .selectFrom('registered_model_alias')
    .select('version')
    .where('name', '=', model)
    .where('alias', '=', alias)
    .executeTakeFirst();
  return row && String(row.version);
}

export async function upsertAlias(tx: Tx, model: string, alias: string, version: string): Promise<void> {
  await tx
    .withTables<RegistryTables>()
    .insertInto('registered_model_alias')
    .values({ name: model, alias, version: Number(version) })
    .onConflict((conflict) => conflict.columns(['name', 'alias']).doUpdateSet({ version: Number(version) }))
    .execute();
}

export async function deleteAlias(tx: Tx, model: string, alias: string): Promise<void> {
  await tx
    .withTables<RegistryTables>()
    .deleteFrom('registered_model_alias')
    .where('name', '=', model)
    .where('alias', '=', alias)
    .execute();
}
