import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { sql } from 'kysely';
import { withSearchLimit } from './search-limit.ts';

const { db } = await createTestPlatform();

test('withSearchLimit stops a search that takes too long, as a mistake of the caller', async () => {
  const slow = withSearchLimit(db, (limited) => sql`SELECT pg_sleep(60)`.execute(limited), 50);
  await assert.rejects(slow, { code: 'SEARCH_TOO_SLOW', kind: 'failed_precondition' });
  const after = await withSearchLimit(db, (limited) =>
    sql<{ one: number }>`SELECT 1 AS one`.execute(limited),
  );
  assert.equal(after.rows[0]?.one, 1);
});
