import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { cloneTestDatabase } from '@dividend/testkit/test-database';
import { sql } from 'kysely';
import { createGroupWriter } from './group-writer.ts';

const { db } = await cloneTestDatabase();
await sql`CREATE TABLE written (value int PRIMARY KEY, transaction bigint NOT NULL DEFAULT txid_current())`.execute(
  db,
);
beforeEach(() => sql`TRUNCATE written`.execute(db));

const groups: number[][] = [];
const write = createGroupWriter<number, string>(db, {
  write: async (tx, values) => {
    groups.push([...values]);
    await sql`INSERT INTO written (value) SELECT unnest(${values}::int[])`.execute(tx);
    return values.map((value) => `wrote ${value}`);
  },
  weigh: (value) => (value >= 1000 ? 1500 : 1),
});

async function readWritten(): Promise<{ value: number; transaction: number }[]> {
  const { rows } = await sql<{
    value: number;
    transaction: number;
  }>`SELECT * FROM written ORDER BY value`.execute(db);
  return rows;
}

test('createGroupWriter commits what comes together in one transaction, each caller with its own result', async () => {
  const results = await Promise.all([1, 2, 3].map(write));
  assert.deepEqual(results, ['wrote 1', 'wrote 2', 'wrote 3']);
  const rows = await readWritten();
  assert.deepEqual(
    rows.map(({ value }) => value),
    [1, 2, 3],
  );
  assert.equal(new Set(rows.map(({ transaction }) => transaction)).size, 1);
});

test('createGroupWriter refuses a bad item alone', async () => {
  await write(7);
  const results = await Promise.allSettled([6, 7, 8].map(write));
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.match(String((results[1] as PromiseRejectedResult).reason), /duplicate key/);
  const rows = await readWritten();
  assert.deepEqual(
    rows.map(({ value }) => value),
    [6, 7, 8],
  );
});

test('createGroupWriter keeps items of many rows apart', async () => {
  groups.length = 0;
  await Promise.all([1, 1000, 1001, 1002].map(write));
  assert.deepEqual(
    groups.toSorted(([one = 0], [other = 0]) => one - other),
    [[1, 1000], [1001], [1002]],
  );
});

test('createGroupWriter does not write again where the connection was lost', async () => {
  let attempts = 0;
  const cut = createGroupWriter<number, void>(db, {
    write: async (tx) => {
      attempts += 1;
      await sql`SELECT pg_terminate_backend(pg_backend_pid())`.execute(tx);
      return [];
    },
  });
  const results = await Promise.allSettled([cut(1), cut(2)]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(attempts, 1);
  assert.deepEqual(await write(9), 'wrote 9');
});
