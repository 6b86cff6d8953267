import assert from 'node:assert/strict';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DividendError } from '@dividend/core/errors';
import { makeSmallDisk, mayNotMount } from '@dividend/testkit/small-disk';
import { openKeyFile } from './key-file.ts';

let made = 0;
const open = (home: string) =>
  openKeyFile({
    path: join(home, 'keys/some.json'),
    make: () => ({ number: ++made }),
    parse: (content) => {
      const { number } = content as { number?: unknown };
      return typeof number === 'number' ? { number } : undefined;
    },
    damaged: () => new DividendError('SOME_KEY_INVALID', 'failed_precondition', 'Not a key'),
  });

test('openKeyFile makes a key once, for its owner only', async () => {
  const home = await mkdtemp(join(tmpdir(), 'dividend-keys-'));
  after(() => rm(home, { recursive: true, force: true }));
  const key = open(home);
  assert.deepEqual(open(home), key);
  assert.equal(statSync(join(home, 'keys/some.json')).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(home, 'keys')), ['some.json']);
});

test('openKeyFile never replaces what is there', async () => {
  const home = await mkdtemp(join(tmpdir(), 'dividend-keys-'));
  after(() => rm(home, { recursive: true, force: true }));
  open(home);
  for (const content of ['', '{', 'null', '"text"', '{"number":"1"}']) {
    writeFileSync(join(home, 'keys/some.json'), content);
    assert.throws(() => open(home), { code: 'SOME_KEY_INVALID' }, content);
  }
});

test('openKeyFile leaves no piece of a key on a full disk', async (context) => {
  const disk = await makeSmallDisk(1);
  if (!disk) return context.skip(mayNotMount);
  disk.fill();
  assert.throws(() => open(disk.folder), { code: 'DISK_FULL', message: /'.*keys'/ });
  assert.deepEqual(readdirSync(join(disk.folder, 'keys')), []);
  disk.free();
  assert.deepEqual(open(disk.folder), open(disk.folder));
});
