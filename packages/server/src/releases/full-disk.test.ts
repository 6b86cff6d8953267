import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeSmallDisk, mayNotMount } from '@dividend/testkit/small-disk';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { sql } from 'kysely';
import { createLedger } from '../ledger/index.ts';
import { openBlobFolder } from '../platform/blobs/index.ts';
import { createLocalRegistry, createLocalSpecs, flightSpec } from './fixtures/local-services.ts';
import { shelveParts } from './fixtures/version-shelf.ts';
import { createReleases } from './index.ts';

test('createRelease on a full disk makes no release, and makes it once there is room', async (context) => {
  const disk = await makeSmallDisk(8);
  if (!disk) return context.skip(mayNotMount);
  const folder = join(disk.folder, 'blobs');
  const platform = await createTestPlatform({ blobs: await openBlobFolder(folder) });
  const registry = createLocalRegistry();
  const specs = createLocalSpecs();
  specs.apply(flightSpec(), 'sha256:spec');
  const releases = createReleases(platform, { ledger: createLedger(platform), registry, specs } as never);
  registry.add('flight-late', '1', await shelveParts(platform.blobs, { weights: Buffer.from('weights') }));
  const create = () => releases.create({ model: 'flight-late', version: '1', trigger: 'human' });

  disk.fill();
  await assert.rejects(create(), { code: 'DISK_FULL', kind: 'unavailable', message: /'.*blobs'/ });
  assert.deepEqual(await releases.list('flight-late'), []);
  assert.deepEqual(await readdir(join(folder, 'incoming')), []);

  disk.free();
  const release = await create();
  assert.ok((await platform.blobs.verify(release.digest)).intact);
  const { rows } = await sql`SELECT 1 FROM ledger_entry WHERE type = 'release.created'`.execute(platform.db);
  assert.equal(rows.length, 1);
});
