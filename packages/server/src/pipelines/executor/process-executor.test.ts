import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { eventually } from '@dividend/testkit/eventually';
import type { JobEnd, StepJob } from './executor.ts';
import { readJobFile } from './job-folder.ts';
import { createProcessExecutor } from './process-executor.ts';
import { identify, isRunning, readStat } from './process-identity.ts';

const root = await mkdtemp(join(tmpdir(), 'dividend-executor-'));
after(() => rm(root, { recursive: true, force: true }));
const executor = createProcessExecutor();
const path = `${dirname(process.execPath)}:${process.env.PATH}`;
let folders = 0;

/** Submits a Node program (or another command) in a folder of its own. */
async function submit(script: string, changes: Partial<StepJob> = {}): Promise<string> {
  const folder = join(root, `job-${folders++}`);
  await mkdir(folder);
  await executor.submit(folder, {
    command: [process.execPath, '-e', script],
    workingDir: folder,
    environment: { PATH: path },
    logPath: join(folder, 'log'),
    logLimitBytes: 100_000,
    timeoutMs: 60_000,
    graceMs: 500,
    ...changes,
  });
  return folder;
}
const endOf = (folder: string): Promise<JobEnd> =>
  eventually('the job ends', async () => {
    const state = await executor.poll(folder);
    assert.notEqual(state.state, 'lost');
    return state.state === 'ended' && state.end;
  });
const run = async (script: string, changes: Partial<StepJob> = {}) => endOf(await submit(script, changes));
const logOf = (folder: string) => readFile(join(folder, 'log'), 'utf8').catch(() => '');
/** A pid that the job printed. */
const printedPid = (folder: string) =>
  eventually(
    'the job prints a pid',
    async () => Number(/pid (\d+)/.exec(await logOf(folder))?.[1]) || undefined,
  );
const whenGone = (pid: number) => eventually(`process ${pid} is gone`, () => identify(pid) === undefined);

test('processExecutor runs a program and tells exit code, output and use of the machine', async () => {
  const folder = await submit(
    'const all = []; while (process.cpuUsage().user < 400_000) all.push(Math.random()); console.log("out"); console.error("err"); process.exit(3)',
  );
  const end = await endOf(folder);
  assert.equal(end.reason, 'exited');
  assert.equal(end.exitCode, 3);
  assert.deepEqual(end.logTail.split('\n').sort(), ['err', 'out']);
  assert.equal((await logOf(folder)).length, 8);
  assert.ok(end.seconds > 0.2);
  if (process.platform === 'linux') {
    assert.ok((end.cpuSeconds ?? 0) > 0.3, `cpu ${end.cpuSeconds}`);
    assert.ok((end.maxRssBytes ?? 0) > 10_000_000, `rss ${end.maxRssBytes}`);
  }
});

test('processExecutor gives the program its own environment and nothing else', async () => {
  const folder = await submit('console.log(JSON.stringify(process.env))', {
    environment: { PATH: path, GIVEN: 'yes' },
  });
  const { logTail } = await endOf(folder);
  assert.deepEqual(Object.keys(JSON.parse(logTail)).sort(), ['DIVIDEND_STEP_FOLDER', 'GIVEN', 'PATH']);
});

test('processExecutor runs a job once, however often it is submitted', async () => {
  const folder = await submit('console.log("pid", process.pid); setTimeout(() => {}, 600)');
  const job = (await readJobFile(folder, 'job')) as StepJob;
  await Promise.all([executor.submit(folder, job), executor.submit(folder, job)]);
  await endOf(folder);
  assert.equal((await logOf(folder)).match(/pid/g)?.length, 1);
});

test('processExecutor stops a program that never ends', async () => {
  const end = await run('setInterval(() => {}, 1000)', { timeoutMs: 300 });
  assert.deepEqual(outcome(end), ['timedOut', null, 'SIGTERM']);
});

test('processExecutor ends a program that will not listen by force', async () => {
  const folder = await submit(
    'process.on("SIGTERM", () => console.log("no")); console.log("pid", process.pid); setInterval(() => {}, 1000)',
    { graceMs: 300 },
  );
  await printedPid(folder);
  await executor.cancel(folder);
  assert.deepEqual(outcome(await endOf(folder)), ['cancelled', null, 'SIGKILL']);
  assert.match(await logOf(folder), /no/);
});

test('processExecutor ends the children of a program with it', async () => {
  const folder = await submit(
    'const { spawn } = require("node:child_process"); const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" }); console.log("pid", child.pid); setInterval(() => {}, 1000)',
  );
  const child = await printedPid(folder);
  assert.ok(identify(child));
  await executor.cancel(folder);
  assert.deepEqual(outcome(await endOf(folder)), ['cancelled', null, 'SIGTERM']);
  await whenGone(child);
});

test('processExecutor does not wait for children that a program left behind', async () => {
  const folder = await submit(
    'const { spawn } = require("node:child_process"); const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" }); child.unref(); console.log("pid", child.pid); process.exitCode = 0; setTimeout(() => process.exit(0), 50)',
  );
  const end = await endOf(folder);
  assert.equal(end.exitCode, 0);
  assert.ok(end.seconds < 20);
  await whenGone(await printedPid(folder));
});

test('processExecutor sees a job whose runner was killed as lost, and clears what it left', async () => {
  const folder = await submit(
    'console.log("pid", process.pid); process.stdout.on("error", () => {}); setInterval(() => {}, 1000)',
  );
  const program = await printedPid(folder);
  const runner = await readJobFile(folder, 'runner');
  assert.ok(runner && isRunning(runner));
  process.kill(runner.pid, 'SIGKILL');
  await eventually('the job is lost', async () => (await executor.poll(folder)).state === 'lost');
  assert.ok(identify(program), 'the program itself runs on');
  await executor.cancel(folder);
  await whenGone(program);
});

test('processExecutor clears the group of a leader that is gone', {
  skip: process.platform !== 'linux',
}, async () => {
  const child = 'setInterval(() => {}, 1000)';
  const folder = await submit(
    `const { spawn } = require("node:child_process"); const child = spawn(process.execPath, ["-e", ${JSON.stringify(child)}], { stdio: "ignore" }); console.log("pid", child.pid); setInterval(() => {}, 1000)`,
  );
  const orphan = await printedPid(folder);
  const runner = await readJobFile(folder, 'runner');
  process.kill(runner?.pid ?? 0, 'SIGKILL');
  process.kill(Number(readStat(orphan)?.[2]), 'SIGKILL');
  await eventually('the job is lost', async () => (await executor.poll(folder)).state === 'lost');
  assert.ok(identify(orphan));
  await executor.cancel(folder);
  await whenGone(orphan);
});

test('processExecutor cancels a job at any moment of its start', async () => {
  for (const waitMs of [0, 20, 60]) {
    const folder = await submit('setInterval(() => {}, 1000)');
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    await executor.cancel(folder);
    assert.equal((await endOf(folder)).reason, 'cancelled');
  }
});

test('processExecutor says which program it did not find', async () => {
  const end = await run('', { command: ['no-such-program', 'x'] });
  assert.equal(end.reason, 'notStarted');
  assert.match(end.detail ?? '', /'no-such-program' was not found/);
  assert.equal((await run('', { command: ['a\0b'] })).reason, 'notStarted');
});

test('processExecutor cuts a log at its limit and keeps its end', async () => {
  const folder = await submit('for (let line = 0; line < 20000; line++) console.log("line", line)', {
    logLimitBytes: 5000,
  });
  const end = await endOf(folder);
  const log = await logOf(folder);
  assert.ok(log.length < 5100);
  assert.match(log, /^line 0\n/);
  assert.match(log, /cut here: it may hold 5000 bytes/);
  assert.match(end.logTail, /line 19999$/);
  assert.match(end.logTail, /^line \d+\n/);
});

test('processExecutor knows nothing of an empty folder', async () => {
  assert.deepEqual(await executor.poll(join(root, 'nowhere')), { state: 'absent' });
  await executor.cancel(join(root, 'nowhere'));
});

function outcome({ reason, exitCode, signal }: JobEnd) {
  return [reason, exitCode, signal];
}
