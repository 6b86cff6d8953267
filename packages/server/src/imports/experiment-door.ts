import type { ExperimentRecord } from '@dividend/contracts/imports';
import { sql } from 'kysely';
import type { Tx } from '../platform/postgres/index.ts';
import { type EntityDoor, type ImportContext, type Placement, toJsonRows } from './entity-door.ts';
import { findItems, type StoredItem } from './import-store.ts';

/** Experiments meet by name. A new one keeps its number where no experiment here has or had it. */
export const experimentDoor: EntityDoor<ExperimentRecord> = {
  kind: 'experiment',
  placesUpdates: true,
  locate: async ({ tx }, records) => {
    const { rows } = await sql<{ experiment_id: number; name: string }>`
      SELECT experiment_id, name FROM experiment WHERE name = ANY(${records.map(({ name }) => name)}::text[])`.execute(
      tx,
    );
    const byName = new Map(rows.map((row) => [row.name, String(row.experiment_id)]));
    return new Map(
      records.flatMap(({ id, name }) => {
        const targetId = byName.get(name);
        return targetId === undefined ? [] : [[id, targetId] as const];
      }),
    );
  },
  read: async (db, _importId, items) => {
    const { rows } = await sql<{
      experiment_id: number;
      name: string;
      lifecycle_stage: 'active' | 'deleted';
      created_ms: number;
      updated_ms: number;
      tags: Record<string, string> | null;
    }>`
      SELECT e.experiment_id, e.name, e.lifecycle_stage, e.created_ms, e.updated_ms,
        (SELECT jsonb_object_agg(t.key, t.value) FROM experiment_tag AS t WHERE t.experiment_id = e.experiment_id) AS tags
      FROM experiment AS e WHERE e.experiment_id = ANY(${items.map(({ targetId }) => targetId)}::bigint[])`.execute(
      db,
    );
    const byTarget = new Map(rows.map((row) => [String(row.experiment_id), row]));
    return new Map(
      items.flatMap(({ id, targetId }) => {
        const row = byTarget.get(targetId);
        if (row === undefined) return [];
        const record: ExperimentRecord = {
          kind: 'experiment',
          id,
          name: row.name,
          lifecycle: row.lifecycle_stage,
          createdMs: row.created_ms,
          updatedMs: row.updated_ms,
          tags: row.tags ?? {},
        };
        return [[id, record] as const];
      }),
    );
  },
  covers: (here, record) =>
    here.lifecycle === record.lifecycle &&
    Object.entries(record.tags).every(([key, value]) => here.tags[key] === value),
  place: async ({ tx, importId }, records) => {
    const ids = records.map(({ id }) => id);
    const known = await findItems(tx, importId, 'experiment', ids);
    const placed = await placeKnown(tx, records, known);
    const added = records.filter(({ id }) => !known.has(id));
    if (added.length === 0) return placed;
    // Nobody can take a number from here to the end of the transaction: who inserts waits before the number is drawn.
    await sql`LOCK TABLE experiment IN SHARE ROW EXCLUSIVE MODE`.execute(tx);
    const { rows } = await sql<{ taken: number }>`
      SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS taken FROM experiment_experiment_id_seq`.execute(
      tx,
    );
    const taken = rows[0]?.taken ?? 0;
    const free = added.filter(({ id }) => isFree(id, taken));
    for (const { id } of free) placed.set(id, { targetId: id });
    let last = Math.max(taken, ...free.map(({ id }) => Number(id)));
    for (const { id } of added) if (!placed.has(id)) placed.set(id, { targetId: String(++last) });
    await sql`SELECT setval('experiment_experiment_id_seq', ${last})`.execute(tx);
    return placed;
  },
  write: async ({ tx }: ImportContext, records) => {
    const rows = toJsonRows(records.map(({ record, targetId }) => ({ ...record, target: Number(targetId) })));
    const targets = records.map(({ targetId }) => targetId);
    await sql`
      INSERT INTO experiment (experiment_id, name, artifact_location, lifecycle_stage, created_ms, updated_ms)
      SELECT target, name, 'mlflow-artifacts:/' || target, lifecycle, "createdMs", "updatedMs"
      FROM jsonb_to_recordset(${rows}::jsonb)
        AS r (target bigint, name text, lifecycle text, "createdMs" bigint, "updatedMs" bigint)
      ON CONFLICT (experiment_id) DO UPDATE SET name = excluded.name, lifecycle_stage = excluded.lifecycle_stage,
        created_ms = excluded.created_ms, updated_ms = excluded.updated_ms`.execute(tx);
    await sql`DELETE FROM experiment_tag WHERE experiment_id = ANY(${targets}::bigint[])`.execute(tx);
    await sql`
      INSERT INTO experiment_tag (experiment_id, key, value)
      SELECT r.target, t.key, t.value
      FROM jsonb_to_recordset(${rows}::jsonb) AS r (target bigint, tags jsonb), jsonb_each_text(r.tags) AS t`.execute(
      tx,
    );
  },
};

/** One that was renamed in the source can follow unless another one here has its new name. */
async function placeKnown(
  tx: Tx,
  records: readonly ExperimentRecord[],
  known: ReadonlyMap<string, StoredItem>,
): Promise<Map<string, Placement>> {
  const names = records.map(({ name }) => name);
  const { rows } = await sql<{ experiment_id: number; name: string }>`
    SELECT experiment_id, name FROM experiment WHERE name = ANY(${names}::text[])`.execute(tx);
  const byName = new Map(rows.map((row) => [row.name, String(row.experiment_id)]));
  return new Map(
    records.flatMap(({ id, name }): [string, Placement][] => {
      const targetId = known.get(id)?.targetId;
      if (targetId === undefined) return [];
      return (byName.get(name) ?? targetId) === targetId
        ? [[id, { targetId }]]
        : [[id, { refused: `another experiment here has its name '${name}'` }]];
    }),
  );
}

/** A number far beyond any that is counted up to would leave no room after it. */
const maxKeptNumber = 2 ** 40;

function isFree(id: string, taken: number): boolean {
  const number = Number(id);
  return /^[1-9]\d*$/.test(id) && number > taken && number < maxKeptNumber;
}
