import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '@dividend/testkit/eventually';
import { createPlatformUnderTest } from './fixtures/platform-under-test.ts';
import { writeSmallModel } from './fixtures/small-model.ts';
import { type SteadyTraffic, startSteadyTraffic } from './fixtures/steady-traffic.ts';

const boundMs = 120_000;
const model = 'small';
let folder: string;
let platform: Awaited<ReturnType<typeof createPlatformUnderTest>>;
let traffic: SteadyTraffic | undefined;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dividend-kill-'));
  platform = await createPlatformUnderTest(join(folder, 'home'));
  await platform.start();
  platform.command('apply', await writeSmallModel(join(folder, 'spec')));
});

after(async () => {
  await traffic?.stop();
  await platform.stop();
  await rm(folder, { recursive: true, force: true });
});

const startRun = async (pauseMs: number) =>
  (await platform.client.startPipeline({ model, params: { pauseMs } })).pipelineRunId;

const stepState = async (id: string, step: string) =>
  (await platform.client.pipelineRun(id)).steps.find(({ name }) => name === step)?.status;

/** The rollout of a run, once the run succeeded. */
const rolloutOf = (id: string) =>
  eventually(
    `run ${id} succeeded`,
    async () => {
      const run = await platform.client.pipelineRun(id);
      assert.notEqual(run.status, 'failed', run.error ?? '');
      return run.status === 'succeeded' ? (run.rolloutId ?? undefined) : undefined;
    },
    boundMs,
  );

const untilPhase = (rolloutId: string, phase: string) =>
  eventually(
    `${rolloutId} is ${phase}`,
    async () => (await platform.client.rollout(rolloutId)).phase === phase,
    boundMs,
  );

test('kill -9 of control while a step runs: the step goes on, the run ends, the release is made once', async () => {
  const run = await startRun(3_000);
  await eventually('the step runs', async () => (await stepState(run, 'train')) === 'running');
  await platform.kill('server/src/main.ts');
  await untilPhase(await rolloutOf(run), 'promoted');
  const { items } = await platform.client.ledgerEntries({ model, type: 'release.created' });
  assert.equal(items.length, 1);
});

for (const victim of ['serving/src/main.ts', 'bin/postgres', 'server/src/main.ts'] as const) {
  test(`kill -9 of ${victim} in a canary: it is started again and the canary goes on to its end`, async () => {
    traffic ??= startSteadyTraffic(platform.client, model);
    const rollout = await rolloutOf(await startRun(0));
    await untilPhase(rollout, 'canary');
    await platform.kill(victim);
    await untilPhase(rollout, 'promoted');
  });
}

test('kill -9 of the supervisor in a canary: the next start goes on where it was', async () => {
  const rollout = await rolloutOf(await startRun(0));
  await untilPhase(rollout, 'canary');
  await platform.kill('supervisor');
  await platform.start();
  await untilPhase(rollout, 'promoted');
});

test('after all that every answer and label is counted, none failed, and the ledger verifies', async () => {
  await traffic?.stop();
  const { answered, refused, labelled } = traffic?.counts() ?? { answered: 0, refused: 0, labelled: 0 };
  assert.ok(answered > 500, `only ${answered} answers`);
  assert.equal(refused, 0);
  assert.equal(labelled, answered);
  await eventually('telemetry of every answer has arrived', async () => {
    const endpoint = (await platform.client.overview()).endpoints[0];
    return endpoint !== undefined && endpoint.requests >= answered && endpoint.labels === answered;
  });
  const verification = await platform.client.verifyLedger();
  assert.deepEqual(verification.problems, []);
  const promoted = await platform.client.ledgerEntries({ model, type: 'rollout.promoted', limit: 100 });
  assert.equal(promoted.items.length, 5);
});
