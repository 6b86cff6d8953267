import assert from 'node:assert/strict';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { DividendError } from '@dividend/core/errors';
import { eventually } from '@dividend/testkit/eventually';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { sql } from 'kysely';
import pg from 'pg';
import type { Platform } from '../platform/platform.ts';
import { createLedger, type Ledger } from './index.ts';
import { ledgerKeyPath } from './ledger-key.ts';
import { sealBatch } from './seal-entries.ts';

const append = (ledger: Ledger, platform: Platform, model: string) =>
  platform.db
    .transaction()
    .execute((tx) =>
      ledger.append(tx, { type: 'model.registered', subject: `model/${model}`, data: { model } }),
    );

async function tamper({ db }: Platform, ...statements: string[]): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`SET LOCAL session_replication_role = replica`.execute(tx);
    for (const statement of statements) await sql.raw(statement).execute(tx);
  });
}

test('append before start opens the ledger once, also by many processes and with the pool used up', async () => {
  const platform = await createTestPlatform();
  const ledgers = Array.from({ length: 4 }, () => createLedger(platform));
  await Promise.all(
    ledgers.flatMap((ledger) => Array.from({ length: 10 }, (_, n) => append(ledger, platform, `m${n}`))),
  );
  const [ledger] = ledgers as [Ledger, ...Ledger[]];
  await ledger.start?.();
  const { verified, entries } = await ledger.verify();
  assert.deepEqual([verified, entries], [true, 41]);
  const opened = await ledger.list({ type: 'ledger.opened' });
  assert.deepEqual(
    opened.items.map(({ seq }) => seq),
    [0],
  );
  await ledger.stop?.();
});

test('append that rolls back leaves the ledger open and without its entry', async () => {
  const platform = await createTestPlatform();
  const ledger = createLedger(platform);
  await assert.rejects(
    platform.db.transaction().execute(async (tx) => {
      await ledger.append(tx, { type: 'model.registered', subject: 'model/m', data: { model: 'm' } });
      throw new Error('no');
    }),
  );
  await append(ledger, platform, 'n');
  const { items } = await ledger.list({});
  assert.deepEqual(
    items.map(({ type }) => type),
    ['model.registered', 'ledger.opened'],
  );
});

test('append refuses what is too large, has U+0000 or is no entry, and the transaction fails with it', async () => {
  const platform = await createTestPlatform();
  const ledger = createLedger(platform);
  const attempt = (subject: string, model: string) =>
    platform.db
      .transaction()
      .execute((tx) => ledger.append(tx, { type: 'model.registered', subject, data: { model } }));
  const code = (expected: string) => (error: unknown) =>
    error instanceof DividendError && error.code === expected;
  await assert.rejects(attempt('model/m', 'x'.repeat(300_000)), code('LEDGER_ENTRY_TOO_LARGE'));
  await assert.rejects(attempt('model/m', 'a\u0000b'), code('LEDGER_ENTRY_INVALID'));
  await assert.rejects(attempt('two\nlines', 'm'), code('LEDGER_ENTRY_INVALID'));
  // A backslash before the letters is no such character.
  await attempt('model/m', '\\u0000');
  assert.equal((await ledger.list({ type: 'model.registered' })).items.length, 1);
});

test('several processes seal one chain without gap or fork', async () => {
  const platform = await createTestPlatform();
  const ledgers = Array.from({ length: 3 }, () => createLedger(platform));
  for (const ledger of ledgers) await ledger.start?.();
  await Promise.all(
    ledgers.flatMap((ledger) =>
      Array.from({ length: 60 }, (_, index) => append(ledger, platform, `m${index}`)),
    ),
  );
  const results = await Promise.all(ledgers.map((ledger) => ledger.verify()));
  for (const result of results) assert.deepEqual([result.verified, result.entries], [true, 181]);
  for (const ledger of ledgers) await ledger.stop?.();
});

test('a sealer whose connections are killed goes on where it was', async () => {
  const platform = await createTestPlatform();
  const ledger = createLedger(platform);
  await ledger.start?.();
  const ids = [];
  const killer = new pg.Client({ connectionString: platform.config.databaseUrl });
  await killer.connect();
  for (let round = 0; round < 5; round++) {
    for (let index = 0; index < 20; index++) ids.push(await append(ledger, platform, `m${round}-${index}`));
    // Whatever it is at: waiting, in the middle of a batch, listening.
    await killer.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await eventually('the pool is back', async () => (await ledger.status()).sealed > 0);
  }
  await killer.end();
  await eventually('all sealed by itself', async () => (await ledger.status()).sealed === ids.length + 1);
  const { verified, entries } = await ledger.verify();
  assert.deepEqual([verified, entries], [true, ids.length + 1]);
  await ledger.stop?.();
});

test('a transaction that seals and dies before its commit leaves nothing sealed', async () => {
  const platform = await createTestPlatform();
  const ledger = createLedger(platform);
  await append(ledger, platform, 'm');
  const failing = {
    ...platform.db,
    transaction: () => ({
      execute: (body: (tx: never) => Promise<unknown>) =>
        platform.db.transaction().execute(async (tx) => {
          await body(tx as never);
          throw new Error('killed');
        }),
    }),
  };
  await assert.rejects(sealBatch(failing as never), /killed/);
  assert.deepEqual((await ledger.status()).sealed, 0);
  await ledger.start?.();
  assert.equal((await ledger.verify()).entries, 2);
  await ledger.stop?.();
});

test('verify finds a tail cut with its checkpoints, by the one kept in the home folder', async () => {
  const platform = await createTestPlatform();
  const ledger = createLedger(platform);
  await ledger.start?.();
  await append(ledger, platform, 'm0');
  await ledger.verify();
  const { rows } = await sql<{
    head: string;
  }>`SELECT row_to_json(h)::text AS head FROM ledger_head h`.execute(platform.db);
  for (let index = 1; index < 5; index++) await append(ledger, platform, `m${index}`);
  assert.equal((await ledger.verify()).verified, true);
  await tamper(
    platform,
    'DELETE FROM ledger_entry WHERE position IN (SELECT position FROM ledger_seal WHERE seq > 1)',
    'DELETE FROM ledger_seal WHERE seq > 1',
    'DELETE FROM ledger_node WHERE level > 1 OR index > 0',
    'DELETE FROM ledger_checkpoint WHERE size > 2',
    'DELETE FROM ledger_head',
    `INSERT INTO ledger_head SELECT * FROM json_populate_record(NULL::ledger_head, '${rows[0]?.head}')`,
  );
  const result = await ledger.verify();
  assert.equal(result.verified, false);
  assert.match(result.problems.map(({ kind }) => kind).join(' '), /tailTruncated/);
  await ledger.stop?.();
});

test('a ledger that was rewritten is not signed', async () => {
  const platform = await createTestPlatform();
  const ledger = createLedger(platform);
  await ledger.start?.();
  for (let index = 0; index < 5; index++) await append(ledger, platform, `m${index}`);
  await ledger.verify();
  const before = (await ledger.status()).latestCheckpoint?.size;
  await tamper(
    platform,
    `UPDATE ledger_node SET hash = sha256('other')`,
    `UPDATE ledger_head SET peaks = ARRAY[sha256('other'), sha256('wise')]`,
  );
  await append(ledger, platform, 'after');
  const result = await ledger.verify();
  assert.equal(result.entries, 7);
  assert.equal((await ledger.status()).latestCheckpoint?.size, before);
  await ledger.stop?.();
});

test('the key is for its owner only, and another key may not go on with the ledger', async () => {
  const platform = await createTestPlatform();
  await append(createLedger(platform), platform, 'm');
  const path = ledgerKeyPath(platform.config.home);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  const key = await readFile(path);
  await rm(path);
  await assert.rejects(
    async () => createLedger(platform).start?.(),
    (error) => error instanceof DividendError && error.code === 'LEDGER_KEY_MISSING',
  );
  await writeFile(path, 'torn');
  await assert.rejects(
    async () => createLedger(platform).start?.(),
    (error) => error instanceof DividendError && error.code === 'LEDGER_KEY_INVALID',
  );
  await mkdir(join(platform.config.home, 'keys'), { recursive: true });
  await writeFile(path, key);
  const again = createLedger(platform);
  await again.start?.();
  assert.equal((await again.verify()).verified, true);
  await again.stop?.();
});
