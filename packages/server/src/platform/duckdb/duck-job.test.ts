import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Task } from './fixtures/job-main.ts';
import { duckTempFolder, runDuckJob } from './index.ts';

const program = join(import.meta.dirname, 'fixtures/job-main.ts');
const config = { home: await makeHome(), executorId: 'control-1' };
const limits = { memoryMb: 128, threads: 1, timeoutMs: 60_000 };
const run = <Result>(task: Task, changed: Partial<typeof limits> = {}) =>
  runDuckJob<Task, Result>(config, program, task, { ...limits, ...changed });
const leftFiles = () => readdirSync(duckTempFolder(config));

test('runDuckJob answers from another process, which is gone then', async () => {
  const { pid, rows } = await run<{ pid: number; rows: unknown }>({
    kind: 'query',
    query: "SELECT 1 AS one, DATE '2001-01-01' AS day, NULL AS nothing, 0.5::DOUBLE AS half",
  });
  assert.deepEqual(rows, [{ one: 1, day: '2001-01-01T00:00:00.000Z', nothing: null, half: 0.5 }]);
  assert.notEqual(pid, process.pid);
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  assert.deepEqual(leftFiles(), []);
});

test('runDuckJob rejects with the error that the job threw', async () => {
  await assert.rejects(run({ kind: 'refuse' }), {
    name: 'DividendError',
    code: 'ROWS_REFUSED',
    kind: 'not_found',
    field: 'rows',
    message: 'No such rows',
  });
  await assert.rejects(run({ kind: 'query', query: 'SELEKT 1' }), {
    code: 'QUERY_FAILED',
    message: /SELEKT/,
  });
});

test('runDuckJob tells how a process ended that gave no answer', async () => {
  await assert.rejects(run({ kind: 'die' }), {
    code: 'QUERY_PROCESS_LOST',
    kind: 'unavailable',
    message: /SIGKILL/,
  });
  await assert.rejects(run({ kind: 'throw' }), { code: 'QUERY_PROCESS_LOST', message: /exit code 1/ });
});

test('runDuckJob ends a job that takes too long', async () => {
  await assert.rejects(run({ kind: 'endless' }, { timeoutMs: 1_500 }), {
    code: 'QUERY_TIMED_OUT',
    kind: 'deadline_exceeded',
    message: /within 1.5 s/,
  });
  assert.deepEqual(leftFiles(), []);
});

test('runDuckJob spills to the home folder past its memory, and leaves nothing there', async () => {
  const { rows } = await run<{ rows: { n: number }[] }>({
    kind: 'query',
    query: `SELECT count(*) AS n FROM (
      SELECT i, repeat(md5(i::VARCHAR), 4) AS text FROM range(2_000_000) t(i) ORDER BY text)`,
  });
  assert.equal(rows[0]?.n, 2_000_000);
  assert.deepEqual(leftFiles(), []);
});

test('runDuckJob runs jobs of one program one after the other, also after one that failed', async () => {
  const ends: string[] = [];
  const note = (name: string) => () => void ends.push(name);
  await Promise.all([
    run({ kind: 'query', query: 'SELECT count(*) FROM range(200000000)' }).then(note('long')),
    run({ kind: 'refuse' }).catch(note('failed')),
    run({ kind: 'query', query: 'SELECT 1' }).then(note('short')),
  ]);
  assert.deepEqual(ends, ['long', 'failed', 'short']);
});

test('runDuckJob leaves no process behind when its own is killed', {
  skip: !existsSync('/proc/self/task') && 'needs /proc',
}, async () => {
  const home = await makeHome();
  const parent = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/parent-main.ts'), home]);
  const child = await until(() => childrenOf(parent.pid ?? 0)[0]);
  await until(() => (cpuTicks(child) ?? 0) > 100 || undefined);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await until(() => cpuTicks(child) === undefined || undefined);
});

async function makeHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'duck-job-'));
  after(() => rm(home, { recursive: true, force: true }));
  return home;
}

async function until<Value>(read: () => Value | undefined): Promise<Value> {
  for (const limit = Date.now() + 30_000; Date.now() < limit; await delay(20)) {
    const value = read();
    if (value !== undefined) return value;
  }
  throw new Error('The condition did not come true');
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
}

/** Time a process has computed for, 1/100 s; undefined once it is gone, though nobody may have collected it yet. */
function cpuTicks(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : Number(fields[11]) + Number(fields[12]);
  } catch {
    return undefined;
  }
}
