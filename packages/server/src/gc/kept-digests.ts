import { sql } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';

/**
 * Tables that name no content by digest, or are looked at by index (`artifact`). Whatever is not listed is read: a
 * table that somebody adds and forgets here keeps what it names.
 */
const notRead = [
  'artifact',
  'artifact_upload',
  'artifact_upload_part',
  'gc_job',
  // Digests of records as they came; files that came are in `artifact`.
  'import_item',
  // `data` repeats `canonical`.
  'ledger_opening',
  'ledger_node',
  'ledger_seal',
  'label',
  'label_window',
  'logged_model_metric',
  'monitoring_window',
  'run_latest_metric',
  'run_metric',
  'span',
  'telemetry_chunk',
  'webhook_delivery',
];

/**
 * Writes down every digest that the database names, in a temporary table of this connection: releases, versions, caches,
 * outputs, specs, the whole ledger.
 *
 * @param db a transaction with one snapshot, or what moves from one table to another is missed
 */
export async function collectKeptDigests(db: Db | Tx): Promise<void> {
  await sql`CREATE TEMPORARY TABLE IF NOT EXISTS gc_kept (digest text COLLATE "C" PRIMARY KEY)`.execute(db);
  await sql`TRUNCATE gc_kept`.execute(db);
  for (const { table, columns } of await listTextColumns(db)) {
    const texts = sql.join(
      columns.map((column) => sql`${sql.ref(column)}::text`),
      sql`, `,
    );
    await sql`
      INSERT INTO gc_kept SELECT DISTINCT found[1] FROM (
        SELECT concat_ws(' ', ${texts}) AS said FROM ${sql.table(table)}) AS t,
        regexp_matches(said, 'sha256:[0-9a-f]{64}', 'g') AS found
      WHERE strpos(said, 'sha256:') > 0
      ON CONFLICT DO NOTHING`.execute(db);
  }
}

async function listTextColumns(db: Db): Promise<{ table: string; columns: string[] }[]> {
  const { rows } = await sql<{ table: string; columns: string[] }>`
    SELECT c.table_name::text AS table, array_agg(c.column_name::text) AS columns
    FROM information_schema.columns AS c JOIN information_schema.tables AS t USING (table_schema, table_name)
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
      AND c.data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY')
      AND NOT (c.table_name = ANY(${notRead}::text[]))
      AND NOT (c.table_name = 'ledger_entry' AND c.column_name <> 'canonical')
    GROUP BY c.table_name ORDER BY c.table_name`.execute(db);
  return rows;
}

/** Of these digests those that nothing names: neither in the collected ones, nor a file at this moment. */
export async function filterUnreferenced(db: Db, digests: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ digest: string }>`
    SELECT d.digest FROM unnest(${digests}::text[]) AS d (digest)
    WHERE NOT EXISTS (SELECT FROM gc_kept AS k WHERE k.digest = d.digest)
      AND NOT EXISTS (SELECT FROM artifact AS a WHERE a.digest = d.digest)`.execute(db);
  return new Set(rows.map((row) => row.digest));
}
