import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { ServingOverview } from '@dividend/contracts/api';
import type { Snapshot } from '@dividend/contracts/serving';
import { createArms } from '@dividend/core/rollouts';
import { eventually } from '@dividend/testkit/eventually';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { sql } from 'kysely';
import { createLedger } from '../ledger/index.ts';
import { createHttpApp } from '../platform/http/index.ts';
import { createLocalRegistry, createLocalSpecs, flightSpec } from '../releases/fixtures/local-services.ts';
import { flightGolden, shelveParts } from '../releases/fixtures/version-shelf.ts';
import { createReleases, type ReleaseRecord } from '../releases/index.ts';
import { type StandInOptions, startStandInServing } from './fixtures/stand-in-serving.ts';
import { createRouting } from './index.ts';

async function createFixture() {
  const platform = await createTestPlatform();
  const ledger = createLedger(platform);
  const registry = createLocalRegistry();
  const specs = createLocalSpecs();
  specs.apply(flightSpec(), 'sha256:spec');
  const releases = createReleases(platform, { ledger, registry, specs } as never);
  const routing = createRouting(platform, { ledger, releases });
  const app = createHttpApp(platform.log);
  routing.routes?.(app);
  await routing.start?.();
  const controlUrl = await app.listen({ host: '127.0.0.1', port: 0 });
  after(async () => {
    await app.close();
    await routing.stop?.();
  });
  const makeRelease = async (version: string): Promise<ReleaseRecord> => {
    registry.add(
      'flight-late',
      version,
      await shelveParts(platform.blobs, { weights: Buffer.from(version) }),
    );
    return releases.create({ model: 'flight-late', version, trigger: 'human' });
  };
  const inTx = platform.db.transaction();
  const route = (release: ReleaseRecord, weight = 0, canary = release) =>
    inTx.execute((tx) =>
      routing.setArms(tx, {
        endpoint: 'flight-late',
        environment: 'production',
        rolloutIndex: 0,
        salt: 'salt',
        arms: createArms(weight, { stable: release.index, canary: canary.index }),
      }),
    );
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(controlUrl + path, { headers: { authorization: 'Bearer test-token', ...headers } });
  const serve = (options: Partial<StandInOptions> = {}) => {
    const process = startStandInServing({ controlUrl, token: 'test-token', ...options });
    after(() => process.kill());
    return process;
  };
  return { platform, releases, routing, controlUrl, makeRelease, inTx, route, get, serve };
}

test('snapshot holds the routes and each release they need, under a version that changes with them', async () => {
  const { routing, makeRelease, inTx, route } = await createFixture();
  const [one, two] = [await makeRelease('1'), await makeRelease('2')];
  const empty = await routing.snapshot();
  assert.deepEqual([empty.endpoints, empty.releases], [[], []]);
  await route(one);
  await inTx.execute((tx) => routing.preload(tx, two.index));
  const snapshot = await routing.snapshot();
  assert.notEqual(snapshot.version, empty.version);
  assert.equal((await routing.snapshot()).version, snapshot.version);
  assert.deepEqual(
    snapshot.releases.map(({ digest, warmup }) => [digest, warmup]),
    [one, two].map(({ digest }) => [digest, flightGolden.inputs]),
  );
  await inTx.execute((tx) => routing.unload(tx, two.index));
  assert.deepEqual(
    (await routing.snapshot()).releases.map(({ index }) => index),
    [one.index],
  );
});

test('setArms takes effect with its transaction only, and refuses routes with a hole', async () => {
  const { routing, makeRelease, inTx } = await createFixture();
  const release = await makeRelease('1');
  const before = await routing.snapshot();
  const arms = createArms(0, { stable: release.index, canary: release.index });
  const route = {
    endpoint: 'e',
    environment: 'production',
    rolloutIndex: 0,
    salt: 's',
    arms,
  } as const;
  await assert.rejects(
    inTx.execute(async (tx) => {
      await routing.setArms(tx, route);
      throw new Error('undone');
    }),
    /undone/,
  );
  assert.equal((await routing.snapshot()).version, before.version);
  await assert.rejects(
    inTx.execute((tx) => routing.setArms(tx, { ...route, arms: [] })),
    { code: 'ARMS_INVALID' },
  );
  assert.equal(await routing.findRoute('e', 'production'), undefined);
});

test('GET snapshot waits for a change without holding a connection, and is woken by one', async () => {
  const { platform, makeRelease, route, get } = await createFixture();
  const release = await makeRelease('1');
  const first = await get('/internal/v1/snapshot');
  const etag = first.headers.get('etag') ?? '';
  assert.equal(etag, `"${((await first.json()) as Snapshot).version}"`);
  assert.equal((await get('/internal/v1/snapshot?wait=0.05', { 'if-none-match': etag })).status, 304);
  // More waiting requests than the pool has connections.
  const waiting = Array.from({ length: 20 }, () =>
    get('/internal/v1/snapshot?wait=30', { 'if-none-match': etag }),
  );
  await eventually('the pool answers beside them', async () => {
    await sql`SELECT 1`.execute(platform.db);
    return true;
  });
  const startedAt = performance.now();
  await route(release);
  const answers = await Promise.all(waiting);
  assert.ok(performance.now() - startedAt < 5_000);
  for (const answer of answers) {
    assert.equal(((await answer.json()) as Snapshot).endpoints.length, 1);
  }
});

test('internal routes refuse a wrong token and give no blob but weights', async () => {
  const { controlUrl, makeRelease, get } = await createFixture();
  const release = await makeRelease('1');
  const wrong = await fetch(`${controlUrl}/internal/v1/snapshot`, {
    headers: { authorization: 'Bearer guess' },
  });
  assert.equal(wrong.status, 401);
  assert.equal((await fetch(`${controlUrl}/internal/v1/snapshot`)).status, 401);
  const weights = await get(`/internal/v1/blobs/${release.weights.digest}`);
  assert.equal(await weights.text(), '1');
  assert.equal((await get(`/internal/v1/blobs/${release.parts.golden}`)).status, 404);
});

test('waitUntilServed waits for every live process, and gives the reason of one that failed', async () => {
  const { platform, routing, makeRelease, inTx, route, serve } = await createFixture();
  const [one, two, three] = [await makeRelease('1'), await makeRelease('2'), await makeRelease('3')];
  await assert.rejects(routing.waitUntilServed(one.digest, 50), {
    code: 'NO_SERVING_PROCESS',
    message: /No serving process was live/,
  });
  await route(one);
  serve({ processId: 'one' });
  const failing = serve({
    processId: 'other',
    failure: (digest) => (digest === two.digest ? 'out of memory' : undefined),
  });
  await routing.waitUntilServed(one.digest, 20_000);
  await eventually('both are live', async () => (await routing.processes()).length === 2);
  await inTx.execute((tx) => routing.preload(tx, two.index));
  await assert.rejects(routing.waitUntilServed(two.digest, 20_000), {
    code: 'RELEASE_LOAD_FAILED',
    message: /'other'.*out of memory/,
  });
  await failing.kill();
  await inTx.execute((tx) => routing.preload(tx, three.index));
  const served = routing.waitUntilServed(three.digest, 20_000);
  await sql`UPDATE serving_process SET heard_at = heard_at - interval '1 minute' WHERE process_id = 'other'`.execute(
    platform.db,
  );
  await served;
  assert.deepEqual(
    (await routing.processes()).map(({ processId, live }) => [processId, live]),
    [
      ['one', true],
      ['other', false],
    ],
  );
});

test('waitUntilRouted waits until the newest snapshot is taken, and names who has not', async () => {
  const { routing, makeRelease, route, serve, get } = await createFixture();
  const [one, two] = [await makeRelease('1'), await makeRelease('2')];
  await routing.waitUntilRouted(1000);
  await route(one);
  let stuck = false;
  const process = serve({ processId: 'slow', isStuck: () => stuck });
  await routing.waitUntilServed(one.digest, 20_000);
  await routing.waitUntilRouted(20_000);
  stuck = true;
  await route(one, 5, two);
  await assert.rejects(routing.waitUntilRouted(200), { code: 'SNAPSHOT_NOT_TAKEN', message: /'slow'/ });
  stuck = false;
  await routing.waitUntilRouted(20_000);
  assert.equal(process.snapshot?.version, (await routing.snapshot()).version);
  const overview = (await (await get('/api/v1/serving')).json()) as ServingOverview;
  assert.equal(overview.processes[0]?.current, true);
  assert.deepEqual(
    overview.routes[0]?.arms.map(({ cohort, version, percent }) => [cohort, version, percent]),
    [
      ['canary', '2', 5],
      ['stable', '1', 90],
      ['control', '1', 5],
    ],
  );
});

test('a serving process that says goodbye is not waited for', async () => {
  const { routing, serve, get, controlUrl, makeRelease, route } = await createFixture();
  const process = serve();
  await eventually('live', async () => (await routing.processes())[0]?.live);
  await process.kill();
  await fetch(`${controlUrl}/internal/v1/serving/stand-in`, {
    method: 'DELETE',
    headers: { authorization: 'Bearer test-token' },
  });
  await route(await makeRelease('1'));
  await routing.waitUntilRouted(1_000);
  const overview = (await (await get('/api/v1/serving')).json()) as ServingOverview;
  assert.equal(overview.processes[0]?.live, false);
});
