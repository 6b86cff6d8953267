import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Rollout } from '@dividend/contracts/api';
import { eventually } from '@dividend/testkit/eventually';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { sql } from 'kysely';
import { flightSpec } from '../releases/fixtures/local-services.ts';
import { shelveParts } from '../releases/fixtures/version-shelf.ts';
import { type StandInServing, startStandInServing } from '../routing/fixtures/stand-in-serving.ts';
import { countsOf } from './fixtures/cohort-counts.ts';
import { startStandInInference } from './fixtures/stand-in-inference.ts';
import { createTableRegistry } from './fixtures/table-registry.ts';
import { setCounts } from './fixtures/test-control.ts';

const platform = await createTestPlatform();
const { db } = platform;
const registry = createTableRegistry(db);
const spec = flightSpec({ approval: 'person' });
const model = spec.name;

let child: ChildProcess | undefined;
let serving: StandInServing | undefined;
let inference: Awaited<ReturnType<typeof startStandInInference>>;
let isStuck = false;
let url = '';

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startControl(): Promise<void> {
  const config = { ...platform.config, servingUrl: inference.url, port: Number(new URL(url).port) };
  child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/control-main.ts')], {
    env: { ...process.env, TEST_CONTROL: JSON.stringify({ config, spec }) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [ready] = await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')]);
  assert.equal(String(ready), 'ready\n', 'control started');
}

async function killControl(): Promise<void> {
  const exit = child && once(child, 'exit');
  child?.kill('SIGKILL');
  await exit;
}

/** Kills control at once where the rollout is, and starts another one. */
async function killHere(): Promise<void> {
  await killControl();
  await startControl();
}

async function call(path: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/api/v1${path}`, {
    ...(body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  assert.ok(response.ok, JSON.stringify(answer));
  return answer;
}

/** Where a rollout is, read from the database: control may be dead. */
async function whereIs(id: string) {
  const { rows } = await sql<{ phase: string; stepIndex: number; index: number }>`
    SELECT phase, step_index AS "stepIndex", rollout_index AS index FROM rollout WHERE id = ${id}`.execute(
    db,
  );
  return rows[0];
}

async function until(id: string, phase: string, stepIndex?: number): Promise<number> {
  return eventually(`rollout is ${phase}`, async () => {
    const at = await whereIs(id);
    return at?.phase === phase && (stepIndex === undefined || at.stepIndex === stepIndex)
      ? at.index
      : undefined;
  });
}

async function finish(id: string): Promise<Rollout> {
  return eventually('rollout ends', async () => {
    const rollout = (await call(`/rollouts/${id}`)) as unknown as Rollout;
    return rollout.finishedAt !== null ? rollout : undefined;
  });
}

async function addVersion(version: string, weights: string): Promise<void> {
  await registry.add(model, version, {
    ...(await shelveParts(platform.blobs, { weights: Buffer.from(weights) })),
    'dividend.metric.auc': '0.7',
  });
}

async function entriesOf(id: string): Promise<string[]> {
  const { rows } = await sql<{ type: string; weight: string | null }>`
    SELECT type, data ->> 'weightPercent' AS weight FROM ledger_entry
    WHERE data ->> 'rolloutId' = ${id} ORDER BY position`.execute(db);
  return rows.map(({ type, weight }) => (type === 'rollout.step' ? `${type} ${weight}` : type));
}

describe('rollout workflow', () => {
  before(async () => {
    url = `http://127.0.0.1:${await findFreePort()}`;
    inference = await startStandInInference(() => serving?.snapshot);
    await startControl();
    serving = startStandInServing({ controlUrl: url, token: 'test-token', isStuck: () => isStuck });
  });
  after(async () => {
    await killControl();
    await serving?.kill();
    await inference?.stop();
  });

  test('resumes after kill -9 in checks, while a person is awaited, and in staging', async () => {
    await addVersion('1', 'slow 1');
    const id = String((await call('/rollouts', { model, version: '1' })).rolloutId);
    await eventually('the trial runs', async () => {
      const { rows } =
        await sql`SELECT 1 FROM rollout_check WHERE name = 'trial' AND status = 'running'`.execute(db);
      return rows.length === 1;
    });
    await killHere();
    await until(id, 'awaitingApproval');
    await killHere();
    assert.equal((await whereIs(id))?.phase, 'awaitingApproval');
    isStuck = true;
    await call(`/rollouts/${id}/approval`, { approve: true, reason: 'reviewed' });
    await until(id, 'staging');
    await killHere();
    isStuck = false;
    const done = await finish(id);
    assert.equal(done.phase, 'promoted', done.reason);
    assert.deepEqual(await entriesOf(id), [
      'rollout.started',
      'gate.judged',
      'approval.requested',
      'approval.given',
      'rollout.step 100',
      'rollout.promoted',
    ]);
  });

  test('resumes after kill -9 in each canary step and before the promotion', async () => {
    await addVersion('2', 'good 2');
    const id = String((await call('/rollouts', { model, version: '2' })).rolloutId);
    await until(id, 'awaitingApproval');
    await call(`/rollouts/${id}/approval`, { approve: true, reason: 'reviewed' });
    const index = await until(id, 'canary', 0);
    await killHere();
    const good = countsOf(3000, { labels: 3000 });
    await setCounts(db, index, { canary: good, control: good });
    await until(id, 'canary', 1);
    await killHere();
    // A process that joins and is not ready holds the promotion up.
    await sql`INSERT INTO serving_process VALUES ('late', 1, now(), NULL, '[]', 0, now() + interval '1 hour')`.execute(
      db,
    );
    const more = countsOf(6000, { labels: 6000 });
    await setCounts(db, index, { canary: more, control: more });
    await until(id, 'promoting');
    await killHere();
    assert.equal((await whereIs(id))?.phase, 'promoting');
    assert.equal(await registry.findAlias(model, 'champion'), '1');
    await sql`DELETE FROM serving_process WHERE process_id = 'late'`.execute(db);
    const done = await finish(id);
    assert.equal(done.phase, 'promoted', done.reason);
    assert.equal(await registry.findAlias(model, 'champion'), '2');
    const entries = await entriesOf(id);
    assert.deepEqual(
      entries.filter((entry) => entry !== 'rollout.analysed'),
      [
        'rollout.started',
        'gate.judged',
        'approval.requested',
        'approval.given',
        'rollout.step 5',
        'rollout.step 25',
        'rollout.step 100',
        'rollout.promoted',
      ],
    );
  });

  test('finishes a rollback after kill -9 between the verdict and the return of serving', async () => {
    await addVersion('3', 'good 3');
    const id = String((await call('/rollouts', { model, version: '3' })).rolloutId);
    await until(id, 'awaitingApproval');
    await call(`/rollouts/${id}/approval`, { approve: true, reason: 'reviewed' });
    const index = await until(id, 'canary', 0);
    isStuck = true;
    await setCounts(db, index, {
      canary: countsOf(3000, { errors: 600 }),
      control: countsOf(3000),
    });
    await until(id, 'rolledBack');
    const routed = await sql<{ arms: unknown[] }>`
      SELECT arms FROM endpoint_route WHERE endpoint = ${model} AND environment = 'production'`.execute(db);
    assert.equal(routed.rows[0]?.arms.length, 1, 'the routes went back with the verdict');
    await killHere();
    assert.equal((await entriesOf(id)).includes('rollout.rolledBack'), false);
    isStuck = false;
    const done = await finish(id);
    assert.equal(done.phase, 'rolledBack');
    assert.match(done.reason, /Proven worse on 'errors'/);
    const entries = await entriesOf(id);
    assert.deepEqual(entries.slice(-3), ['rollout.analysed', 'rollout.step 0', 'rollout.rolledBack']);
    assert.equal(entries.filter((entry) => entry === 'rollout.rolledBack').length, 1);
    assert.ok((done.restoredSeconds ?? 0) > 0);
  });
});
