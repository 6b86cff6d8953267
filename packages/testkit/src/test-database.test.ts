import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { cloneTestDatabase } from './test-database.ts';

test('cloneTestDatabase gives databases that do not see each other', async () => {
  const [one, other] = [await cloneTestDatabase(), await cloneTestDatabase()];
  await sql`CREATE TABLE only_here (id int)`.execute(one.db);
  await assert.rejects(sql`SELECT * FROM only_here`.execute(other.db), /does not exist/);
  const { rows } = await sql<{ name: string }>`SELECT name FROM schema_migration`.execute(other.db);
  assert.ok(Array.isArray(rows));
});
