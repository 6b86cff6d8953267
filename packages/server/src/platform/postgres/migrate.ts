import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DividendError } from '@dividend/core/errors';
import { sql } from 'kysely';
import type { Db } from './database.ts';

const migrationsDir = join(import.meta.dirname, '../../../migrations');

/** Any constant: two control processes that start at once must not migrate side by side. */
const lockKey = 7_400_001;

/**
 * Brings the schema up to date: each `migrations/NNNN_name.sql` once, in order, all in one transaction. Idempotent.
 * @throws {DividendError} DATABASE_NEWER when the database was migrated by a later version of Dividend
 */
export async function migrate(db: Db): Promise<string[]> {
  const files = (await readdir(migrationsDir)).filter((name) => name.endsWith('.sql')).sort();
  return db.transaction().execute(async (tx) => {
    await sql`SELECT pg_advisory_xact_lock(${lockKey})`.execute(tx);
    await sql`CREATE TABLE IF NOT EXISTS schema_migration (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`.execute(
      tx,
    );
    const { rows } = await sql<{ name: string }>`SELECT name FROM schema_migration`.execute(tx);
    const applied = new Set(rows.map((row) => row.name));
    const unknown = [...applied].filter((name) => !files.includes(name));
    if (unknown.length > 0) {
      throw new DividendError(
        'DATABASE_NEWER',
        'failed_precondition',
        `The database holds migration '${unknown[0]}', which this version does not know; start a version at least as new`,
      );
    }
    const missing = files.filter((name) => !applied.has(name));
    for (const name of missing) {
      await sql.raw(await readFile(join(migrationsDir, name), 'utf8')).execute(tx);
      await sql`INSERT INTO schema_migration (name) VALUES (${name})`.execute(tx);
    }
    return missing;
  });
}
