import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeSmallDisk, mayNotMount } from '@dividend/testkit/small-disk';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { createControlApp } from '../app.ts';
import { openBlobFolder } from '../platform/blobs/index.ts';

const route = '/api/2.0/mlflow-artifacts/artifacts';

test('PUT of an artifact on a full disk answers 503, names the place and keeps nothing', async (context) => {
  const disk = await makeSmallDisk(2);
  if (!disk) return context.skip(mayNotMount);
  const folder = join(disk.folder, 'blobs');
  const platform = await createTestPlatform({ blobs: await openBlobFolder(folder) });
  const { http } = createControlApp(platform, () => '');
  const put = (path: string, payload: Buffer) =>
    http.inject({
      method: 'PUT',
      url: `${route}/${path}`,
      payload,
      headers: { 'content-type': 'application/octet-stream' },
    });
  const list = async () => (await http.inject({ url: `${route}?path=1/run/artifacts` })).json().files ?? [];

  const tooLarge = await put('1/run/artifacts/model.bin', randomBytes(3_000_000));
  assert.equal(tooLarge.statusCode, 503);
  assert.match(
    tooLarge.json().message,
    /could not be stored in '.*blobs': the disk is full; free some space/,
  );
  assert.deepEqual(await list(), []);
  assert.deepEqual(await readdir(join(folder, 'incoming')), []);

  disk.fill();
  const small = await put('1/run/artifacts/note.txt', Buffer.from('a note'));
  assert.equal(small.statusCode, 503);
  assert.match(small.json().message, /the disk is full/);
  assert.deepEqual(await list(), []);

  disk.free();
  assert.equal((await put('1/run/artifacts/note.txt', Buffer.from('a note'))).statusCode, 200);
  assert.equal((await http.inject({ url: `${route}/1/run/artifacts/note.txt` })).body, 'a note');
});
