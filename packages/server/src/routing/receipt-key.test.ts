import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createReceiptMac, openReceiptKey } from './receipt-key.ts';

async function makeHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'dividend-keys-'));
  after(() => rm(home, { recursive: true, force: true }));
  return home;
}

test('openReceiptKey makes one key that only its owner may read, and keeps it', async () => {
  const home = await makeHome();
  const key = openReceiptKey(home);
  assert.deepEqual(openReceiptKey(home), key);
  const path = join(home, 'keys', 'receipt.json');
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(join(home, 'keys')), ['receipt.json']);
  assert.equal(JSON.parse(await readFile(path, 'utf8')).secret, key.secret);
  assert.equal(createReceiptMac(key)(Buffer.from('x')).length, 32);
});

test('openReceiptKey refuses a damaged key in place of making receipts worthless', async () => {
  const home = await makeHome();
  openReceiptKey(home);
  await writeFile(join(home, 'keys', 'receipt.json'), '{"id":1}');
  assert.throws(() => openReceiptKey(home), { code: 'RECEIPT_KEY_INVALID' });
});
