import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBase64, openCheckpoint, parseNoteKey, verifyInclusion } from '@dividend/core/ledger';
import { eventually } from '@dividend/testkit/eventually';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { sql } from 'kysely';
import type { Platform } from '../platform/platform.ts';
import { createLedger, type Ledger } from './index.ts';
import { sha256, verifyEd25519 } from './ledger-hash.ts';

async function withLedger(action: (ledger: Ledger, platform: Platform) => Promise<void>): Promise<void> {
  const platform = await createTestPlatform();
  const ledger = createLedger(platform);
  await ledger.start?.();
  try {
    await action(ledger, platform);
  } finally {
    await ledger.stop?.();
  }
}

const append = (ledger: Ledger, platform: Platform, model: string) =>
  platform.db
    .transaction()
    .execute((tx) =>
      ledger.append(tx, { type: 'model.registered', subject: `model/${model}`, data: { model } }),
    );

/** As whoever owns the database could: without the guards. */
async function tamper({ db }: Platform, statement: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`SET LOCAL session_replication_role = replica`.execute(tx);
    await sql.raw(statement).execute(tx);
  });
}

test('append by many at once is sealed without gap and verifies; a rollback leaves nothing', () =>
  withLedger(async (ledger, platform) => {
    await Promise.all(Array.from({ length: 200 }, (_, index) => append(ledger, platform, `m${index % 7}`)));
    await assert.rejects(
      platform.db.transaction().execute(async (tx) => {
        await ledger.append(tx, { type: 'model.registered', subject: 'model/gone', data: { model: 'gone' } });
        throw new Error('changed my mind');
      }),
    );
    const result = await ledger.verify();
    assert.deepEqual(result.problems, []);
    assert.equal(result.verified, true);
    assert.equal(result.entries, 201);
    assert.ok(result.checkpoints >= 1);
    const { items } = await ledger.list({ model: 'gone' });
    assert.deepEqual(items, []);
  }));

test('append in a transaction that commits late gets a later place', () =>
  withLedger(async (ledger, platform) => {
    await ledger.verify();
    let early = '';
    let later = '';
    await platform.db.transaction().execute(async (tx) => {
      early = await ledger.append(tx, { type: 'model.registered', subject: 'model/a', data: { model: 'a' } });
      later = await append(ledger, platform, 'b');
      await eventually('the later one is sealed', async () => (await ledger.find(later))?.entry.seq !== null);
    });
    const seqOf = async (id: string) =>
      eventually(`${id} sealed`, async () => (await ledger.find(id))?.entry.seq ?? undefined);
    assert.ok((await seqOf(early)) > (await seqOf(later)));
    assert.equal((await ledger.verify()).verified, true);
  }));

const attacks: readonly (readonly [string, string, RegExp])[] = [
  [
    'an edited entry',
    `UPDATE ledger_entry SET canonical = replace(canonical, '"m1"', '"mX"')`,
    /entryEdited/,
  ],
  [
    'an edited column',
    `UPDATE ledger_entry SET actor = 'somebody else' WHERE subject = 'model/m1'`,
    /columnsDiffer/,
  ],
  ['a deleted entry', `DELETE FROM ledger_seal WHERE seq = 2`, /entryMissing/],
  ['a cut tail', `DELETE FROM ledger_seal WHERE seq > 3`, /tailTruncated/],
  [
    'an emptied queue',
    `DELETE FROM ledger_seal WHERE seq > 3; UPDATE ledger_head SET size = 4`,
    /neverSealed|checkpoint|tailTruncated/,
  ],
];
for (const [name, statement, kind] of attacks) {
  test(`verify finds ${name}`, () =>
    withLedger(async (ledger, platform) => {
      for (let index = 0; index < 5; index++) await append(ledger, platform, `m${index}`);
      assert.equal((await ledger.verify()).verified, true);
      await tamper(platform, statement);
      const result = await ledger.verify();
      assert.equal(result.verified, false);
      assert.match(result.problems.map((problem) => problem.kind).join(' '), kind);
    }));
}

test('the tables refuse update, delete and truncate', () =>
  withLedger(async (ledger, { db }) => {
    await ledger.verify();
    for (const statement of [
      'UPDATE ledger_entry SET actor = $$x$$',
      'DELETE FROM ledger_seal',
      'TRUNCATE ledger_checkpoint',
    ]) {
      await assert.rejects(sql.raw(statement).execute(db), /only grows/);
    }
  }));

test('list reads entries by their ids, and none where none is named', () =>
  withLedger(async (ledger, platform) => {
    const [one, , other] = [
      await append(ledger, platform, 'm1'),
      await append(ledger, platform, 'm2'),
      await append(ledger, platform, 'm3'),
    ];
    const read = async (ids: readonly string[]) => (await ledger.list({ ids })).items.map(({ id }) => id);
    assert.deepEqual(await read([one, other, 'ent_none']), [other, one]);
    assert.deepEqual(await read([]), []);
  }));

test('prove gives an inclusion proof that holds under the signed checkpoint', () =>
  withLedger(async (ledger, platform) => {
    const ids = await Promise.all(
      Array.from({ length: 23 }, (_, index) => append(ledger, platform, `m${index}`)),
    );
    await ledger.verify();
    const { publicKey } = await ledger.status();
    for (const id of ids) {
      const proof = await ledger.prove(id);
      const opened = openCheckpoint(proof.checkpoint, [parseNoteKey(sha256, publicKey)], verifyEd25519);
      assert.ok(opened.status === 'verified');
      const { size, root } = opened.checkpoint;
      const path = proof.inclusionProof.map((hash) => fromBase64(hash) ?? new Uint8Array());
      const leafHash = Buffer.from(proof.leafHash, 'hex');
      assert.equal(verifyInclusion(sha256, { index: proof.seq, size, leafHash, root, proof: path }), true);
      assert.equal(
        verifyInclusion(sha256, { index: proof.seq, size, leafHash: Buffer.alloc(32), root, proof: path }),
        false,
      );
    }
  }));

test('list pages by cursor and filters by the beginning of a type', () =>
  withLedger(async (ledger, platform) => {
    for (let index = 0; index < 5; index++) await append(ledger, platform, 'm');
    const first = await ledger.list({ type: 'model.', limit: 3 });
    const second = await ledger.list({ type: 'model.', limit: 3, before: Number(first.next) });
    assert.equal(first.items.length, 3);
    assert.equal(second.items.length, 2);
    assert.equal(second.next, undefined);
    assert.equal(new Set([...first.items, ...second.items].map(({ id }) => id)).size, 5);
    assert.deepEqual((await ledger.list({ type: 'mo' })).items, []);
  }));
