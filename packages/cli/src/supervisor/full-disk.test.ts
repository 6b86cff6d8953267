import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '@dividend/testkit/eventually';
import { makeSmallDisk, mayNotMount } from '@dividend/testkit/small-disk';
import { createPlatformUnderTest } from './fixtures/platform-under-test.ts';

const program = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, '../main.ts')];
const run = (...args: string[]) =>
  spawnSync(process.execPath, [...program, ...args], {
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: undefined },
  });

test('dividend up on a full disk names it, exits with 69 and leaves nothing running', async (context) => {
  const disk = await makeSmallDisk(2);
  if (!disk) return context.skip(mayNotMount);
  const home = join(disk.folder, 'home');
  const up = run('up', '--home', home, '--port', '0', '--serving-port', '0');
  assert.equal(up.status, 69, up.stdout + up.stderr);
  assert.match(up.stderr, /could not be made: the disk of '.*postgres' is full; free at least 64 MiB there/);
  assert.deepEqual(readdirSync(home).includes('up.json'), false);
});

test('a platform whose disk fills up says so, loses nothing and goes on once there is room', async (context) => {
  const disk = await makeSmallDisk(300);
  if (!disk) return context.skip(mayNotMount);
  const platform = await createPlatformUnderTest(join(disk.folder, 'home'));
  await platform.start();
  context.after(platform.stop);
  const { url } = platform.client;
  const tracking = trackingOf(url);
  const runId = await tracking.createRun();
  const acknowledged: string[] = [];
  /** Params until one is refused, or so many are written. */
  const logParams = async (count: number) => {
    for (let round = 0; round < count; round++) {
      const key = `p${String(acknowledged.length).padStart(6, '0')}`;
      const answer = await tracking.logParam(runId, key);
      if (answer.status !== 200) return answer;
      acknowledged.push(key);
    }
    return undefined;
  };
  assert.equal(await logParams(5), undefined);

  disk.fill();
  const refused = await logParams(100_000);
  assert.equal(refused?.status, 503);
  assert.match(refused?.text ?? '', /disk.* is full/);

  await platform.kill('bin/postgres');
  const down = await eventually('the database is known to be gone', async () => {
    const { status, text } = await tracking.health();
    return status === 503 && text.includes('the disk of') && text;
  });
  assert.match(down, /database cannot be reached, and the disk of '.*home' is full; free at least 64 MiB/);
  const shown = run('status', '--url', url);
  assert.equal(shown.status, 69);
  assert.match(shown.stderr, /the disk of '.*home' is full/);
  assert.equal((await tracking.logParam(runId, 'later')).status, 503);

  const { reports } = platform;
  const reportsOfFullDisk = () => reports.filter((report) => report.includes('is full'));
  await eventually('the supervisor says why', async () => reportsOfFullDisk().length > 0);

  disk.free();
  await eventually('the platform is back', async () => (await tracking.health()).status === 200);
  assert.deepEqual(await tracking.params(runId), acknowledged);
  assert.equal((await tracking.logParam(runId, 'later')).status, 200);
  const verified = run('ledger', 'verify', '--url', url);
  assert.match(verified.stdout, /^verified/, verified.stderr);
  assert.equal(reportsOfFullDisk().length, 1, reports.join('\n'));
  assert.deepEqual(
    reports.filter((report) => !report.startsWith('PostgreSQL')),
    [],
    'nothing but the database was started again',
  );
});

/** The little of the MLflow door that this needs, without the client's own retries. */
function trackingOf(url: string) {
  const call = async (path: string, body?: object) => {
    const response = await fetch(`${url}${path}`, {
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
      headers: { 'content-type': 'application/json' },
    });
    return { status: response.status, text: await response.text() };
  };
  const api = '/api/2.0/mlflow/runs';
  return {
    health: () => call('/health'),
    createRun: async (): Promise<string> =>
      JSON.parse((await call(`${api}/create`, { experiment_id: '0' })).text).run.info.run_id,
    logParam: (runId: string, key: string) =>
      call(`${api}/log-parameter`, { run_id: runId, key, value: 'x'.repeat(5_000) }),
    params: async (runId: string): Promise<string[]> =>
      JSON.parse((await call(`${api}/get?run_id=${runId}`)).text)
        .run.data.params.map(({ key }: { key: string }) => key)
        .sort(),
  };
}
