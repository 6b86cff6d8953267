import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { sql } from 'kysely';
import { createLedger } from '../ledger/index.ts';
import { createHttpApp } from '../platform/http/index.ts';
import { createLocalRegistry, createLocalSpecs, flightSpec } from './fixtures/local-services.ts';
import { flightGolden, flightSignature, shelveParts } from './fixtures/version-shelf.ts';
import { createReleases } from './index.ts';

async function createFixture() {
  const platform = await createTestPlatform();
  const registry = createLocalRegistry();
  const specs = createLocalSpecs();
  specs.apply(flightSpec(), 'sha256:spec');
  const releases = createReleases(platform, { ledger: createLedger(platform), registry, specs } as never);
  const addVersion = async (version: string, parts: Partial<Parameters<typeof shelveParts>[1]> = {}) => {
    const weights = Buffer.from(`weights ${version}`);
    const tags = await shelveParts(platform.blobs, { weights, ...parts });
    registry.add('flight-late', version, {
      ...tags,
      'dividend.metric.auc': '0.71',
      'dividend.pipelineRun': 'pip_1',
    });
    return tags;
  };
  const entries = async (type: string) =>
    (
      await sql<{
        data: Record<string, unknown>;
      }>`SELECT data FROM ledger_entry WHERE type = ${type} ORDER BY position`.execute(platform.db)
    ).rows;
  const create = (version: string) => releases.create({ model: 'flight-late', version, trigger: 'human' });
  return { platform, registry, releases, addVersion, entries, create };
}

test('createRelease makes a content-addressed manifest with pinned bins and warm-up rows', async () => {
  const { platform, addVersion, entries, create } = await createFixture();
  const tags = await addVersion('1');
  const release = await create('1');
  assert.equal(release.index, 1);
  assert.equal(release.changeKind, 'first');
  assert.deepEqual(release.metrics, { auc: 0.71 });
  assert.equal(release.weights.digest, tags['dividend.part.weights']);
  assert.deepEqual(
    release.reference.map((column) => [column.name, column.n]),
    [
      ['distance', 1000],
      ['hour', 1000],
    ],
  );
  assert.equal(release.scoreReference?.name, 'score');
  assert.deepEqual(release.warmup, flightGolden.inputs);
  assert.ok((await platform.blobs.verify(release.digest)).intact, 'the manifest is the blob of its digest');
  assert.ok(await platform.blobs.has(release.parts.bins ?? ''));
  const [created] = await entries('release.created');
  assert.equal(created?.data.releaseDigest, release.digest);
  assert.equal(created?.data.pipelineRunId, 'pip_1');
});

test('createRelease gives the same release for the same version, also when asked twice at once', async () => {
  const { registry, addVersion, entries, create, releases } = await createFixture();
  await addVersion('1');
  const [one, other] = await Promise.all([create('1'), create('1')]);
  assert.equal(one.digest, other.digest);
  await registry.setAlias(undefined as never, 'flight-late', 'champion', '1');
  assert.equal((await create('1')).digest, one.digest);
  assert.equal((await entries('release.created')).length, 1);
  await addVersion('2');
  const next = await create('2');
  assert.equal(next.changeKind, 'data');
  assert.ok(next.index > one.index);
  assert.deepEqual(
    (await releases.list('flight-late')).map(({ version }) => version),
    ['2', '1'],
  );
  assert.equal((await releases.getByIndex(next.index)).digest, next.digest);
});

test('createRelease refuses parts that are missing or do not fit, and says which', async () => {
  const { registry, addVersion, create, entries } = await createFixture();
  registry.add('flight-late', '1', {});
  await assert.rejects(create('1'), { code: 'RELEASE_PART_MISSING', message: /dividend\.part\.weights/ });
  await addVersion('2', { signature: { inputs: [] } });
  await assert.rejects(create('2'), { code: 'SIGNATURE_INVALID' });
  await addVersion('3', { golden: { ...flightGolden, tolerance: 0 } });
  await assert.rejects(create('3'), { code: 'GOLDEN_INVALID', message: /tolerance/ });
  await addVersion('4', { reference: 'SELECT 1.0 AS distance, 0.5 AS score' });
  await assert.rejects(create('4'), { code: 'REFERENCE_INVALID', message: /'hour'/ });
  await addVersion('5', { reference: "SELECT 'far' AS distance, 1 AS hour, 0.5 AS score" });
  await assert.rejects(create('5'), { code: 'REFERENCE_INVALID', message: /far/ });
  await assert.rejects(create('6'), { code: 'VERSION_NOT_FOUND' });
  assert.deepEqual(await entries('release.created'), []);
});

test('createRelease does without a reference: nothing is monitored on bins', async () => {
  const { addVersion, create } = await createFixture();
  await addVersion('1', { reference: null });
  const release = await create('1');
  assert.deepEqual([release.reference, release.scoreReference], [[], null]);
});

test('createRelease rejects a part whose stored content was altered, and records it', async () => {
  const { platform, addVersion, create, entries } = await createFixture();
  const tags = await addVersion('1');
  const digest = tags['dividend.part.signature'] ?? '';
  await writeFile(await platform.blobs.pathOf(digest), JSON.stringify({ ...flightSignature, score: 'x' }));
  await assert.rejects(create('1'), { code: 'ARTIFACT_ALTERED' });
  const [rejected] = await entries('artifact.rejected');
  assert.equal(rejected?.data.digest, digest);
  assert.notEqual(rejected?.data.observed, digest);
});

test('release routes list page by page and show the manifest', async () => {
  const { platform, releases, addVersion, create } = await createFixture();
  for (const version of ['1', '2', '3']) {
    await addVersion(version);
    await create(version);
  }
  const app = createHttpApp(platform.log);
  releases.routes?.(app);
  const first = (await app.inject('/api/v1/releases?model=flight-late&limit=2')).json();
  assert.deepEqual(
    first.items.map((item: { version: string }) => item.version),
    ['3', '2'],
  );
  const second = (await app.inject(`/api/v1/releases?limit=2&cursor=${first.next}`)).json();
  assert.deepEqual(
    second.items.map((item: { version: string }) => item.version),
    ['1'],
  );
  assert.equal(second.next, undefined);
  const shown = (await app.inject(`/api/v1/releases/${second.items[0].digest}`)).json();
  assert.equal(shown.manifest.signature.score, 'late');
  const missing = await app.inject(`/api/v1/releases/sha256:${'0'.repeat(64)}`);
  assert.equal(missing.statusCode, 404);
  assert.equal((await app.inject('/api/v1/releases?cursor=x')).statusCode, 400);
});
