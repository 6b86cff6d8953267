import type { AliasRecord } from '@dividend/contracts/imports';
import { sql } from 'kysely';
import type { EntityDoor, Placement } from './entity-door.ts';
import { findItems } from './import-store.ts';

const idOf = ({ model, alias }: AliasRecord) => `${model}@${alias}`;

export const aliasDoor: EntityDoor<AliasRecord> = {
  kind: 'alias',
  placesUpdates: true,
  locate: async (_context, records) => new Map(records.map((record) => [idOf(record), idOf(record)])),
  read: async (db, _importId, items) => {
    const keys = items.map(({ targetId }) => splitAlias(targetId));
    const { rows } = await sql<{ name: string; alias: string; version: number }>`
      SELECT a.name, a.alias, a.version
      FROM unnest(${keys.map(({ model }) => model)}::text[], ${keys.map(({ alias }) => alias)}::text[])
        AS wanted (name, alias) JOIN registered_model_alias AS a ON a.name = wanted.name AND a.alias = wanted.alias`.execute(
      db,
    );
    return new Map(
      rows.map(({ name, alias, version }) => [
        `${name}@${alias}`,
        { kind: 'alias', model: name, alias, version },
      ]),
    );
  },
  place: async ({ tx, importId, findProtectedAlias }, records) => {
    const versions = await findItems(
      tx,
      importId,
      'version',
      records.map(({ model, version }) => `${model}/${version}`),
    );
    const placed = new Map<string, Placement>();
    for (const record of records) {
      const { model, alias, version } = record;
      placed.set(idOf(record), { targetId: idOf(record) });
      if (!versions.has(`${model}/${version}`)) {
        placed.set(idOf(record), { refused: `version ${version} of '${model}' did not come over` });
        continue;
      }
      await sql`SELECT FROM registered_model WHERE name = ${model} FOR NO KEY UPDATE`.execute(tx);
      const protectedAlias = await findProtectedAlias(model, alias);
      if (protectedAlias !== undefined)
        placed.set(idOf(record), {
          refused: `'${model}' has an applied spec: its alias '${protectedAlias}' is moved by releases only`,
        });
    }
    return placed;
  },
  write: async ({ tx, ledger }, records) => {
    for (const { record } of records) {
      const { model, alias, version } = record;
      const { rows } = await sql<{ version: number }>`
        SELECT version FROM registered_model_alias WHERE name = ${model} AND alias = ${alias}`.execute(tx);
      await sql`
        INSERT INTO registered_model_alias (name, alias, version) VALUES (${model}, ${alias}, ${version})
        ON CONFLICT (name, alias) DO UPDATE SET version = excluded.version`.execute(tx);
      await ledger.append(tx, {
        type: 'alias.set',
        subject: `model/${model}`,
        data: {
          model,
          alias,
          version: String(version),
          previous: rows[0] === undefined ? null : String(rows[0].version),
        },
      });
    }
  },
};

function splitAlias(id: string): { model: string; alias: string } {
  const at = id.lastIndexOf('@');
  return { model: id.slice(0, at), alias: id.slice(at + 1) };
}
