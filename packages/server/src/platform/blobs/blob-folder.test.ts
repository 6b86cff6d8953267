import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rename, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { openBlobFolder } from './blob-folder.ts';

const folder = await mkdtemp(join(tmpdir(), 'dividend-blobs-'));
after(() => rm(folder, { recursive: true, force: true }));
const blobs = await openBlobFolder(folder);

async function* bytes(content: string) {
  yield Buffer.from(content);
}
const hourAgo = () => new Date(Date.now() - 3_600_000);
/** Stored, and not used for two hours. */
async function putOld(content: string): Promise<string> {
  const { digest } = await blobs.put(bytes(content));
  const old = new Date(Date.now() - 7_200_000);
  await utimes(await blobs.pathOf(digest), old, old);
  return digest;
}

test('removeUnused removes what nobody used since a time, and only that', async () => {
  const unused = await putOld('unused');
  const stored = await putOld('stored again');
  const asked = await putOld('asked for');
  const shown = await putOld('looked at');
  await blobs.put(bytes('stored again'));
  assert.equal(await blobs.has(asked), true);
  await blobs.stat(shown);
  const listed: string[] = [];
  for await (const page of blobs.list())
    listed.push(...page.filter(({ usedAt }) => usedAt < hourAgo()).map(({ digest }) => digest));
  assert.deepEqual(listed, [unused]);
  for (const digest of [unused, stored, asked, shown])
    assert.equal(await blobs.removeUnused(digest, hourAgo()), digest === unused, digest);
  assert.equal(await blobs.has(unused), false);
  await assert.rejects(blobs.read(unused), { code: 'BLOB_NOT_FOUND' });
  assert.equal(await blobs.removeUnused(unused, hourAgo()), false);
});

test('removeUnused beside uploads of the same content never takes what an upload has answered for', async () => {
  for (let round = 0; round < 30; round++) {
    const content = `contested ${round}`;
    const digest = await putOld(content);
    const [, { digest: again }] = await Promise.all([
      blobs.removeUnused(digest, hourAgo()),
      blobs.put(bytes(content)),
    ]);
    assert.equal(await text(await blobs.read(again)), content);
  }
});

test('openBlobFolder brings back what a crash left in the middle of a removal', async () => {
  const digest = await putOld('half gone');
  const path = await blobs.pathOf(digest);
  await mkdir(join(folder, 'leaving'), { recursive: true });
  await rename(path, join(folder, 'leaving', digest.slice('sha256:'.length)));
  assert.equal(await blobs.has(digest), false);
  const reopened = await openBlobFolder(folder);
  assert.equal(await text(await reopened.read(digest)), 'half gone');
  assert.deepEqual(await readdir(join(folder, 'leaving')), []);
});
