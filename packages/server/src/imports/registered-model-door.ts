import type { RegisteredModelRecord } from '@dividend/contracts/imports';
import { sql } from 'kysely';
import { commitBeginnings } from '../registry/index.ts';
import { type EntityDoor, toJsonRows } from './entity-door.ts';

export const registeredModelDoor: EntityDoor<RegisteredModelRecord> = {
  kind: 'registeredModel',
  locate: async (_context, records) => new Map(records.map(({ name }) => [name, name])),
  read: async (db, _importId, items) => {
    const { rows } = await sql<{
      name: string;
      description: string | null;
      created_ms: number;
      updated_ms: number;
      tags: Record<string, string> | null;
    }>`
      SELECT m.name, m.description, m.created_ms, m.updated_ms,
        (SELECT jsonb_object_agg(t.key, t.value) FROM registered_model_tag AS t WHERE t.name = m.name) AS tags
      FROM registered_model AS m WHERE m.name = ANY(${items.map(({ targetId }) => targetId)}::text[])`.execute(
      db,
    );
    return new Map(
      rows.map((row) => [
        row.name,
        {
          kind: 'registeredModel',
          name: row.name,
          description: row.description,
          createdMs: row.created_ms,
          updatedMs: row.updated_ms,
          tags: row.tags ?? {},
        },
      ]),
    );
  },
  place: async (_context, records) => new Map(records.map(({ name }) => [name, { targetId: name }])),
  write: async ({ tx, ledger }, records, isNew) => {
    const rows = toJsonRows(records.map(({ record }) => record));
    await sql`
      INSERT INTO registered_model (name, description, created_ms, updated_ms, is_prompt)
      SELECT name, description, "createdMs", "updatedMs", coalesce(lower(tags ->> 'mlflow.prompt.is_prompt') = 'true', false)
      FROM jsonb_to_recordset(${rows}::jsonb)
        AS r (name text, description text, "createdMs" bigint, "updatedMs" bigint, tags jsonb)
      ON CONFLICT (name) DO UPDATE SET description = excluded.description, created_ms = excluded.created_ms,
        updated_ms = excluded.updated_ms, is_prompt = excluded.is_prompt`.execute(tx);
    await sql`DELETE FROM registered_model_tag
      WHERE name = ANY(${records.map(({ targetId }) => targetId)}::text[])`.execute(tx);
    await sql`INSERT INTO registered_model_tag (name, key, value)
      SELECT r.name, t.key, t.value
      FROM jsonb_to_recordset(${rows}::jsonb) AS r (name text, tags jsonb), jsonb_each_text(r.tags) AS t`.execute(
      tx,
    );
    if (!isNew) return;
    const said = await commitBeginnings(
      tx,
      ledger,
      records.map(({ record }) => record),
    );
    await ledger.appendAll(
      tx,
      records.map(({ record }, index) => ({
        type: 'model.registered' as const,
        subject: `model/${record.name}`,
        data: { model: record.name, ...said[index] },
      })),
    );
  },
};
