import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Rollout, RolloutPhase } from '@dividend/contracts/api';
import { eventually } from '@dividend/testkit/eventually';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { sql } from 'kysely';
import { runAs } from '../access/index.ts';
import { flightSpec } from '../releases/fixtures/local-services.ts';
import { shelveParts } from '../releases/fixtures/version-shelf.ts';
import { type StandInServing, startStandInServing } from '../routing/fixtures/stand-in-serving.ts';
import { countsOf } from './fixtures/cohort-counts.ts';
import { startStandInInference } from './fixtures/stand-in-inference.ts';
import { setCounts, startTestControl } from './fixtures/test-control.ts';

/** One control for the file, as one process has one; each test has an endpoint of its own. */
let control: Awaited<ReturnType<typeof startTestControl>>;
let serving: StandInServing;
let stop = async () => {};
const unloadable = new Set<string>();
const wrongInStaging = new Set<string>();

const platform = await createTestPlatform();

let modelCount = 0;
let versionCount = 0;

function createModel(overrides: Parameters<typeof flightSpec>[0] = {}) {
  modelCount += 1;
  const model = `model-${modelCount}`;
  control.applied.apply(flightSpec({ ...overrides, name: model }), `sha256:${model}`);
  const { rollouts, registry } = control;
  const addVersion = async (options: { auc?: number; weights?: string } = {}) => {
    versionCount += 1;
    const version = String(versionCount);
    const tags = await shelveParts(platform.blobs, {
      weights: Buffer.from(`${options.weights ?? 'good'} ${version}`),
    });
    await registry.add(model, version, { ...tags, 'dividend.metric.auc': String(options.auc ?? 0.7) });
    return version;
  };
  const start = async (version: string) =>
    (await rollouts.begin({ model, version, trigger: 'human' })).rolloutId;
  const promote = async (version: string): Promise<Rollout> => {
    const id = await start(version);
    const reached = await until(id, 'canary', 'promoted');
    if (reached.phase === 'canary') {
      const good = countsOf(3000, { labels: 3000 });
      await setCounts(platform.db, reached.index, { canary: good, control: good });
      await until(id, 'promoting', 'promoted', 'canary');
      const more = countsOf(9000, { labels: 9000 });
      await eventually('second step', async () => (await rollouts.get(id)).stepIndex === 1);
      await setCounts(platform.db, reached.index, { canary: more, control: more });
    }
    return rollouts.result(id);
  };
  return { model, addVersion, start, promote };
}

async function until(id: string, ...phases: RolloutPhase[]): Promise<Rollout> {
  return eventually(`rollout reaches ${phases}`, async () => {
    const rollout = await control.rollouts.get(id);
    return phases.includes(rollout.phase) ? rollout : undefined;
  });
}

async function entriesOf(
  model: string,
): Promise<{ type: string; actor: string; data: Record<string, unknown> }[]> {
  const { rows } = await sql<{ type: string; actor: string; data: Record<string, unknown> }>`
    SELECT type, actor, data FROM ledger_entry WHERE data ->> 'model' = ${model} ORDER BY position`.execute(
    control.platform.db,
  );
  return rows;
}

async function typesOf(model: string): Promise<string[]> {
  return (await entriesOf(model)).map(({ type }) => type);
}

async function productionOf(endpoint: string) {
  const snapshot = await control.routing.snapshot();
  const route = snapshot.endpoints.find(
    (each) => each.name === endpoint && each.environment === 'production',
  );
  return route?.arms.map(({ cohort, releaseIndex, fromBucket, toBucket }) => ({
    cohort,
    version: snapshot.releases.find((release) => release.index === releaseIndex)?.version,
    buckets: toBucket - fromBucket,
  }));
}

describe('createRollouts', () => {
  before(async () => {
    const inference = await startStandInInference(
      () => serving.snapshot,
      (version) => wrongInStaging.has(version),
    );
    const config = { ...platform.config, servingUrl: inference.url };
    control = await startTestControl({ ...platform, config });
    serving = startStandInServing({
      controlUrl: control.url,
      token: 'test-token',
      failure: (digest) => (unloadable.has(digest) ? 'ONNX opset 99 is not supported' : undefined),
    });
    stop = async () => {
      await serving.kill();
      await control.stop();
      await inference.stop();
    };
  });
  after(() => stop());

  test('start takes the first release of an endpoint through checks and staging straight to all traffic', async () => {
    const { model, addVersion, promote } = createModel();
    const version = await addVersion();
    const rollout = await promote(version);
    assert.equal(rollout.phase, 'promoted', rollout.reason);
    assert.match(rollout.reason, /First release of the endpoint/);
    assert.deepEqual(
      rollout.checks.map(({ name, status }) => [name, status]),
      [
        ['checksums', 'passed'],
        ['trial', 'passed'],
        ['auc', 'passed'],
        ['goldenRows', 'passed'],
      ],
    );
    assert.deepEqual([rollout.replaces, rollout.changeKind, rollout.weightPercent], [null, 'first', 100]);
    assert.equal(rollout.approval?.by, 'policy');
    assert.deepEqual(await productionOf(model), [{ cohort: 'stable', version, buckets: 10_000 }]);
    assert.equal(await control.registry.findAlias(model, 'champion'), version);
    assert.deepEqual(await typesOf(model), [
      'release.created',
      'rollout.started',
      'gate.judged',
      'approval.given',
      'rollout.step',
      'rollout.promoted',
    ]);
  });

  test('start walks a good challenger through its steps, each with traffic of its own, and promotes it', async () => {
    const { model, addVersion, promote, start } = createModel();
    const one = await addVersion();
    await promote(one);
    const two = await addVersion();
    const id = await start(two);
    const first = await until(id, 'canary');
    assert.equal(await control.registry.findAlias(model, 'challenger'), two);
    assert.deepEqual(
      (await productionOf(model))?.map(({ cohort, version, buckets }) => [cohort, version, buckets]),
      [
        ['canary', two, 500],
        ['stable', one, 4500],
        ['control', one, 500],
        ['stable', one, 4500],
      ],
    );
    const { db } = control.platform;
    const good = countsOf(3000, { labels: 3000 });
    await setCounts(db, first.index, { canary: good, control: good });
    const second = await eventually('step two', async () => {
      const rollout = await control.rollouts.get(id);
      return rollout.stepIndex === 1 && /answered 0 of the 50/.test(rollout.reason) ? rollout : undefined;
    });
    assert.equal(second.weightPercent, 25);
    const more = countsOf(4000, { labels: 4000 });
    await setCounts(db, first.index, { canary: more, control: more });
    const done = await control.rollouts.result(id);
    assert.equal(done.phase, 'promoted');
    assert.deepEqual(await productionOf(model), [{ cohort: 'stable', version: two, buckets: 10_000 }]);
    assert.deepEqual(done.replaces?.version, one);
    assert.ok(done.steps.every((step) => step.enteredAt && step.leftAt));
    assert.deepEqual(
      done.cohorts.map(({ cohort, requests }) => [cohort, requests]),
      [
        ['canary', 4000],
        ['control', 4000],
      ],
    );
    const weights = (await entriesOf(model))
      .filter(({ type, data }) => type === 'rollout.step' && data.rolloutId === id)
      .map(({ data }) => data.weightPercent);
    assert.deepEqual(weights, [5, 25, 100]);
    const { items } = await control.rollouts.analyses(id);
    assert.deepEqual(items.at(-1)?.decision, 'promote');
    assert.ok(items.some(({ decision, stepIndex }) => decision === 'advance' && stepIndex === 0));
    const retained = (await control.routing.snapshot()).releases.filter((release) => release.model === model);
    assert.deepEqual(
      retained.map(({ version }) => version),
      [one, two],
      'the former release stays loaded for a hop back',
    );
  });

  test('a challenger proven worse by late labels is rolled back by itself, in one hop, with times and evidence', async () => {
    const { model, addVersion, promote, start } = createModel();
    const one = await addVersion();
    await promote(one);
    const two = await addVersion({ auc: 0.99 });
    const id = await start(two);
    const { index } = await until(id, 'canary');
    await setCounts(control.platform.db, index, {
      canary: countsOf(3000, { labels: 3000, brier: 0.25 }),
      control: countsOf(3000, { labels: 3000, brier: 0.1 }),
    });
    const done = await control.rollouts.result(id);
    assert.equal(done.phase, 'rolledBack');
    assert.match(done.reason, /Proven worse on 'brier'/);
    assert.deepEqual(await productionOf(model), [{ cohort: 'stable', version: one, buckets: 10_000 }]);
    assert.equal(await control.registry.findAlias(model, 'champion'), one);
    assert.ok(done.detectedSeconds !== null && done.detectedSeconds >= 0 && done.detectedSeconds < 60);
    assert.ok(done.restoredSeconds !== null && done.restoredSeconds >= 0 && done.restoredSeconds < 60);
    const entry = (await entriesOf(model)).find(({ type }) => type === 'rollout.rolledBack');
    assert.equal(entry?.data.by, 'analysis');
    assert.equal(entry?.data.detectedSeconds, done.detectedSeconds);
    assert.ok(entry);
    const { judgement, counts } = entry.data.evidence as {
      judgement: { perMetric: { name: string; verdict: string }[] };
      counts: { canary: { requests: number } };
    };
    assert.equal(counts.canary.requests, 3000);
    assert.deepEqual(
      judgement.perMetric.map(({ name, verdict }) => [name, verdict]),
      [
        ['errors', 'notWorse'],
        ['brier', 'worse'],
      ],
    );
    await eventually('the refused weights are let go', async () =>
      (await control.routing.snapshot()).releases.every((release) => release.version !== two),
    );
  });

  test('a release whose artifact was altered by one byte is refused before any traffic', async () => {
    const { model, addVersion, start } = createModel();
    const version = await addVersion();
    const release = await control.releases.create({ model, version, trigger: 'human' });
    const path = await control.platform.blobs.pathOf(release.weights.digest);
    const bytes = await readFile(path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(path, bytes);
    const done = await control.rollouts.result(await start(version));
    assert.equal(done.phase, 'refused');
    assert.match(done.reason, /The part 'weights' was altered/);
    assert.deepEqual(
      done.checks.map(({ name, status }) => [name, status]),
      [['checksums', 'failed']],
      'the altered file is not even opened',
    );
    const refused = (await entriesOf(model)).find(({ type }) => type === 'release.refused');
    assert.equal(refused?.data.stage, 'checksums');
    const { rows } = await sql<{ data: { digest: string; observed: string } }>`
      SELECT data FROM ledger_entry WHERE type = 'artifact.rejected'`.execute(platform.db);
    assert.equal(rows[0]?.data.digest, release.weights.digest);
    assert.notEqual(rows[0]?.data.observed, release.weights.digest);
    assert.equal(await productionOf(model), undefined);
  });

  test('checks refuse what crashes, what does not reproduce its golden rows, and what fails a gate', async () => {
    for (const [options, reason, stage] of [
      [{ weights: 'crash' }, /crashed its process/, 'trial'],
      [{ weights: 'wrong' }, /differs by 0\.5/, 'trial'],
      [{ auc: 0.5 }, /Gate 'auc': candidate\.auc = 0\.5/, 'gates'],
    ] as const) {
      const { model, addVersion, start } = createModel();
      const done = await control.rollouts.result(await start(await addVersion(options)));
      assert.equal(done.phase, 'refused');
      assert.match(done.reason, reason);
      const refused = (await entriesOf(model)).find(({ type }) => type === 'release.refused');
      assert.equal(refused?.data.stage, stage);
      assert.equal(await productionOf(model), undefined);
    }
  });

  test('staging refuses a release that serving cannot load or that answers otherwise than it should', async () => {
    const { model, addVersion, promote, start } = createModel();
    const one = await addVersion();
    await promote(one);
    const broken = await addVersion();
    const release = await control.releases.create({ model, version: broken, trigger: 'human' });
    unloadable.add(release.digest);
    const unloaded = await control.rollouts.result(await start(broken));
    assert.equal(unloaded.phase, 'refused');
    assert.match(unloaded.reason, /'stand-in' could not load.*opset 99/);
    const odd = await addVersion();
    wrongInStaging.add(odd);
    const refused = await control.rollouts.result(await start(odd));
    assert.equal(refused.phase, 'refused');
    assert.match(refused.reason, /differs from the golden rows by 0\.3/);
    assert.deepEqual(await productionOf(model), [{ cohort: 'stable', version: one, buckets: 10_000 }]);
    const snapshot = await control.routing.snapshot();
    const staging = snapshot.endpoints.find((each) => each.name === model && each.environment === 'staging');
    assert.equal(
      snapshot.releases.find(({ index }) => index === staging?.arms[0]?.releaseIndex)?.version,
      one,
    );
  });

  test('approve lets a person decide where the risk class is high, and records who and how long', async () => {
    const { model, addVersion, start } = createModel({ riskClass: 'high' });
    const one = await addVersion();
    const id = await start(one);
    await until(id, 'awaitingApproval');
    await runAs('user:ada', () =>
      control.rollouts.approve(id, { approve: true, reason: 'reviewed', humanSeconds: 120 }),
    );
    const done = await control.rollouts.result(id);
    assert.equal(done.phase, 'promoted');
    assert.deepEqual([done.approval?.actor, done.approval?.by], ['user:ada', 'person']);
    const given = (await entriesOf(model)).find(({ type }) => type === 'approval.given');
    assert.deepEqual([given?.actor, given?.data.humanSeconds], ['user:ada', 120]);
    await assert.rejects(control.rollouts.approve(id, { approve: true, reason: 'again' }), {
      code: 'APPROVAL_NOT_AWAITED',
    });
    const second = await start(await addVersion());
    await until(second, 'awaitingApproval');
    const refused = await control.rollouts.approve(second, { approve: false, reason: 'bias report missing' });
    assert.equal(refused.phase, 'refused');
    assert.match(refused.reason, /bias report missing/);
  });

  test('start refuses a second rollout on an endpoint, and is idempotent for the same one', async () => {
    const { model, addVersion, start, promote } = createModel();
    const one = await addVersion();
    await promote(one);
    await assert.rejects(start(one), { code: 'RELEASE_IN_PRODUCTION' });
    const [two, three] = [await addVersion(), await addVersion()];
    const key = { model, version: two, trigger: 'human', idempotencyKey: `key-${model}` } as const;
    const [first, again] = await Promise.all([control.rollouts.begin(key), control.rollouts.begin(key)]);
    assert.equal(first.rolloutId, again.rolloutId);
    assert.equal(await start(two), first.rolloutId);
    await assert.rejects(start(three), { code: 'ROLLOUT_ACTIVE', message: new RegExp(first.rolloutId) });
    await until(first.rolloutId, 'canary');
    await control.rollouts.rollBack(first.rolloutId, { reason: 'not now', by: 'person' });
    await control.rollouts.result(first.rolloutId);
    assert.equal(
      (await control.rollouts.begin(key)).rolloutId,
      first.rolloutId,
      'the key holds after the end',
    );
    assert.notEqual(await start(two), first.rolloutId);
  });

  test('rollBack by a person takes the canary out at once, without waiting for a look at it', async () => {
    const { model, addVersion, promote, start } = createModel();
    const one = await addVersion();
    await promote(one);
    const id = await start(await addVersion());
    const { index } = await until(id, 'canary');
    await setCounts(control.platform.db, index, { canary: countsOf(5), control: countsOf(5) });
    await runAs('user:ada', () =>
      control.rollouts.rollBack(id, { reason: 'customer complaint', by: 'person' }),
    );
    assert.deepEqual(await productionOf(model), [{ cohort: 'stable', version: one, buckets: 10_000 }]);
    const done = await control.rollouts.result(id);
    assert.deepEqual([done.phase, done.reason], ['rolledBack', 'customer complaint']);
    const entry = (await entriesOf(model)).find(({ type }) => type === 'rollout.rolledBack');
    assert.deepEqual([entry?.actor, entry?.data.by], ['user:ada', 'person']);
    const repeated = await control.rollouts.rollBack(id, { reason: 'again', by: 'person' });
    assert.equal(repeated.reason, 'customer complaint');
  });

  test('rollBack before production traffic calls the rollout off', async () => {
    const { model, addVersion, start } = createModel({ approval: 'person' });
    const id = await start(await addVersion());
    await until(id, 'awaitingApproval');
    const done = await control.rollouts.rollBack(id, { reason: 'wrong version', by: 'person' });
    assert.deepEqual([done.phase, done.reason], ['aborted', 'wrong version']);
    assert.ok(done.finishedAt);
    assert.equal((await typesOf(model)).at(-1), 'rollout.aborted');
  });

  test('rollBackEndpoint hops to the release before, and from there to the one before that', async () => {
    const { model, addVersion, promote } = createModel();
    const versions = [await addVersion(), await addVersion(), await addVersion()];
    const [one, two, three] = versions;
    for (const version of versions) await promote(version);
    const hop = await control.rollouts.rollBackEndpoint(model, 'complaints');
    const done = await control.rollouts.result(hop.rolloutId);
    assert.deepEqual(
      [done.phase, done.changeKind, done.version, done.checks],
      ['promoted', 'rollback', two, []],
    );
    assert.deepEqual(await productionOf(model), [{ cohort: 'stable', version: two, buckets: 10_000 }]);
    assert.equal(await control.registry.findAlias(model, 'champion'), two);
    const replaced = (await control.rollouts.list({ model })).find(({ version }) => version === three);
    assert.equal(replaced?.phase, 'rolledBack');
    assert.ok(replaced?.restoredSeconds !== null);
    const entries = await entriesOf(model);
    const rolledBack = entries.find(({ type }) => type === 'rollout.rolledBack');
    assert.deepEqual([rolledBack?.data.rolloutId, rolledBack?.data.by], [replaced?.id, 'person']);
    const second = await control.rollouts.rollBackEndpoint(model, 'still bad', 'trigger', { psi: 0.4 });
    await control.rollouts.result(second.rolloutId);
    assert.deepEqual(await productionOf(model), [{ cohort: 'stable', version: one, buckets: 10_000 }]);
    await assert.rejects(control.rollouts.rollBackEndpoint(model, 'again'), { code: 'NO_FORMER_RELEASE' });
    await assert.rejects(control.rollouts.rollBackEndpoint('nowhere', 'x'), {
      code: 'RELEASE_NOT_IN_PRODUCTION',
    });
  });

  test('a canary without traffic holds, and no time limit promotes it', async () => {
    const { rollout } = flightSpec();
    const { addVersion, promote, start } = createModel({
      rollout: { ...rollout, timeLimit: '1s', onTimeLimit: 'promote' },
    });
    await promote(await addVersion());
    const id = await start(await addVersion());
    const held = await eventually('the time limit is over', async () => {
      const rollout = await control.rollouts.get(id);
      return /time limit of 1 s reached/.test(rollout.reason) ? rollout : undefined;
    });
    assert.equal(held.phase, 'canary');
    assert.match(held.reason, /shown nothing/);
    await control.rollouts.rollBack(id, { reason: 'end of test', by: 'person' });
    assert.equal((await control.rollouts.result(id)).firstTrafficAt !== null, true);
  });

  test('rollout routes start, show, list, approve and roll back', async () => {
    const { model, addVersion } = createModel({ approval: 'person' });
    const version = await addVersion();
    const call = async (method: string, path: string, body?: unknown) => {
      const response = await fetch(`${control.url}/api/v1${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const started = await call('POST', '/rollouts', { model, version });
    assert.equal(started.status, 202, JSON.stringify(started.body));
    const id = String(started.body.rolloutId);
    await until(id, 'awaitingApproval');
    const approved = await call('POST', `/rollouts/${id}/approval`, { approve: true, reason: 'fine' });
    assert.equal(approved.status, 200);
    await control.rollouts.result(id);
    const shown = await call('GET', `/rollouts/${id}`);
    assert.equal(shown.body.phase, 'promoted');
    const listed = await call('GET', `/rollouts?model=${model}&limit=1`);
    assert.equal((listed.body.items as Rollout[])[0]?.id, id);
    assert.deepEqual((await call('GET', `/rollouts/${id}/analyses`)).body.items, []);
    assert.equal((await call('GET', `/rollouts/rol_${'0'.repeat(26)}`)).status, 404);
    assert.equal((await call('POST', '/rollouts', { model, version: 'x' })).status, 400);
    assert.equal((await call('POST', '/rollouts', { model })).status, 400);
    const back = await call('POST', `/endpoints/${model}/rollback`, { reason: 'x' });
    assert.equal(back.status, 409);
  });
});
