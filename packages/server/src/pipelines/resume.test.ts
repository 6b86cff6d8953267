import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { PipelineRun } from '@dividend/contracts/api';
import { eventually } from '@dividend/testkit/eventually';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { sql } from 'kysely';
import { readJobFile } from './executor/job-folder.ts';
import { identify } from './executor/process-identity.ts';
import { applySteps, composePipelines } from './fixtures/compose-pipelines.ts';

// This process only asks and looks; DBOS and the programs live in a control process that is killed and started again.
const platform = await createTestPlatform();
const composed = composePipelines(platform);
const { pipelines } = composed;
const folder = await mkdtemp(join(tmpdir(), 'dividend-resume-'));
const controls = new Set<ChildProcess>();
after(async () => {
  for (const control of controls) control.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function startControl(): Promise<ChildProcess> {
  const control = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=DeprecationWarning',
      join(import.meta.dirname, 'fixtures/control-main.ts'),
      JSON.stringify(platform.config),
    ],
    { stdio: ['ignore', 'pipe', process.env.DIVIDEND_TEST_LOG ? 'inherit' : 'ignore'] },
  );
  controls.add(control);
  control.once('exit', () => controls.delete(control));
  await once(control.stdout as NodeJS.ReadableStream, 'data');
  return control;
}
async function end(control: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  control.kill(signal);
  if (control.exitCode === null && control.signalCode === null) await once(control, 'exit');
}
const whenEnded = (id: string): Promise<PipelineRun> =>
  eventually(`run ${id} ends`, async () => {
    const run = await pipelines.get(id);
    return run.status !== 'running' && run;
  });
const linesOf = async (file: string) =>
  (await readFile(join(folder, file), 'utf8').catch(() => '')).split('\n').filter(Boolean);
async function entriesOf(runId: string): Promise<string[]> {
  const { rows } = await sql<{ type: string; step: string | null }>`
    SELECT type, data ->> 'step' AS step FROM ledger_entry
    WHERE data ->> 'pipelineRunId' = ${runId} ORDER BY position`.execute(platform.db);
  return rows.map(({ type, step }) => (step === null ? type : `${type} ${step}`));
}

/** Notes its start and pid in a file, then waits until another file is there, then writes its output. */
const program = (notes: string, gate?: string) => `
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(join(folder, notes))}, process.pid + '\\n');
${gate === undefined ? '' : `while (!existsSync(${JSON.stringify(join(folder, gate))})) await new Promise((resolve) => setTimeout(resolve, 20));`}
writeFileSync(process.env.DIVIDEND_OUTPUT_DIR + '/out.txt', 'done');
`;
const step = (name: string, more = '') =>
  `- { name: ${name}, uses: command, command: [node, ${name}.mjs], outputs: { out: out.txt }${more} }\n`;

/** Begins a run whose second step waits for a file, and gives it once that step's program runs. */
async function beginTwoSteps(model: string): Promise<{ id: string; pid: number; openGate(): Promise<void> }> {
  await applySteps(composed, platform, model, step('quick') + step('slow', ', needs: [quick]'), {
    files: { 'quick.mjs': program(`${model}-quick`), 'slow.mjs': program(`${model}-slow`, `${model}-gate`) },
  });
  const { pipelineRunId: id } = await pipelines.run({ model, trigger: 'human' });
  const [pid] = await eventually('the second step runs', async () => {
    const pids = await linesOf(`${model}-slow`);
    return pids.length > 0 && pids;
  });
  return { id, pid: Number(pid), openGate: () => writeFile(join(folder, `${model}-gate`), '') };
}
const bothSteps = ['pipeline.started', 'step.finished quick', 'step.finished slow', 'pipeline.finished'];

test('pipelines resume after kill -9 of control with a program that ran on without it', async () => {
  const control = await startControl();
  const { id, pid, openGate } = await beginTwoSteps('attached');
  await end(control, 'SIGKILL');
  assert.ok(identify(pid), 'the program outlives control');
  await openGate();
  await eventually('the program ends while there is no control', () => identify(pid) === undefined);
  const next = await startControl();
  const run = await whenEnded(id);
  assert.equal(run.status, 'succeeded', run.error ?? '');
  assert.deepEqual(
    [await linesOf('attached-quick'), await linesOf('attached-slow')].map((starts) => starts.length),
    [1, 1],
  );
  assert.deepEqual(await entriesOf(id), bothSteps);
  await end(next, 'SIGKILL');
});

test('pipelines attach to a program that still runs', async () => {
  const control = await startControl();
  const { id, pid, openGate } = await beginTwoSteps('running');
  await end(control, 'SIGKILL');
  const next = await startControl();
  await eventually('control has taken the run up', async () => {
    const { rows } = await sql<{ n: number }>`
      SELECT count(*)::int AS n FROM dbos.workflow_status WHERE workflow_uuid = ${id} AND recovery_attempts > 1`.execute(
      platform.db,
    );
    return (rows[0]?.n ?? 0) > 0;
  });
  assert.ok(identify(pid));
  await openGate();
  assert.equal((await whenEnded(id)).status, 'succeeded');
  assert.deepEqual(await linesOf('running-slow'), [String(pid)]);
  await end(next, 'SIGKILL');
});

test('pipelines end what a lost program left and run the step again, but no step that finished', async () => {
  const control = await startControl();
  const { id, pid, openGate } = await beginTwoSteps('lost');
  const runner = await readJobFile(join(platform.config.home, 'work', id, 'slow'), 'runner');
  await end(control, 'SIGKILL');
  process.kill(runner?.pid ?? 0, 'SIGKILL');
  assert.ok(identify(pid), 'the program itself is left');
  const next = await startControl();
  const starts = await eventually('the step runs again', async () => {
    const pids = await linesOf('lost-slow');
    return pids.length === 2 && pids;
  });
  assert.equal(identify(pid), undefined);
  assert.notEqual(starts[1], String(pid));
  await openGate();
  const run = await whenEnded(id);
  assert.equal(run.status, 'succeeded', run.error ?? '');
  assert.equal((await linesOf('lost-quick')).length, 1);
  assert.equal(run.steps[1]?.attempts, 1, 'a loss is no failure of the step');
  assert.match((await pipelines.logs(id, 'slow')).text, /lost with the control process; it runs again/);
  assert.deepEqual(await entriesOf(id), bothSteps);
  await end(next, 'SIGKILL');
});

test('pipelines leave a run to the next start when control is stopped, and no program behind', async () => {
  const control = await startControl();
  const { id, pid, openGate } = await beginTwoSteps('stopped');
  await end(control, 'SIGTERM');
  assert.equal(identify(pid), undefined);
  assert.equal((await pipelines.get(id)).status, 'running');
  await openGate();
  const next = await startControl();
  assert.equal((await whenEnded(id)).status, 'succeeded');
  assert.equal((await linesOf('stopped-quick')).length, 1);
  assert.deepEqual(await entriesOf(id), bothSteps);
  await end(next, 'SIGKILL');
});

test('pipelines cancel a run that nobody works on as soon as somebody does', async () => {
  const control = await startControl();
  const { id, pid } = await beginTwoSteps('cancelled');
  await end(control, 'SIGKILL');
  await pipelines.cancel(id);
  const next = await startControl();
  const run = await whenEnded(id);
  assert.equal(run.status, 'cancelled');
  assert.equal(identify(pid), undefined);
  await end(next, 'SIGKILL');
});

test('pipelines come to the same end wherever control is killed', async () => {
  const names = ['one', 'two', 'three', 'four'];
  const steps = names
    .map((name, index) => step(name, index === 0 ? '' : `, inputs: { from: ${names[index - 1]} }`))
    .join('');
  await applySteps(composed, platform, 'often', steps, {
    files: Object.fromEntries(names.map((name) => [`${name}.mjs`, program(`often-${name}`)])),
  });
  const { pipelineRunId: id } = await pipelines.run({ model: 'often', trigger: 'human' });
  let kills = 0;
  for (const name of names) {
    const control = await startControl();
    // The kill comes at another moment of each step's life: prepared, running, collected or settled.
    await eventually(`step ${name} begins`, async () => {
      const run = await pipelines.get(id);
      return run.steps.find((candidate) => candidate.name === name)?.startedAt != null;
    });
    await new Promise((resolve) => setTimeout(resolve, kills * 60));
    await end(control, 'SIGKILL');
    kills++;
  }
  const last = await startControl();
  const run = await whenEnded(id);
  assert.equal(run.status, 'succeeded', run.error ?? '');
  for (const name of names) assert.equal((await linesOf(`often-${name}`)).length, 1, `${name} ran once`);
  assert.deepEqual(await entriesOf(id), [
    'pipeline.started',
    ...names.map((name) => `step.finished ${name}`),
    'pipeline.finished',
  ]);
  await end(last, 'SIGKILL');
});
