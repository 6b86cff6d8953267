import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { eventually } from '@dividend/testkit/eventually';
import { findReceipts, sendUntil } from './testing/load.ts';
import {
  createRelease,
  createServingFixture,
  createSnapshot,
  findFreePort,
  infer,
  isReady,
  lateRequest,
  type RunningServing,
  type ServingFixture,
  stableArm,
} from './testing/serving-fixture.ts';

const oneRow = [[8, 2, 700]] as const;
let fixture: ServingFixture;
beforeEach(async () => {
  fixture = await createServingFixture();
  const { control } = fixture;
  control.setSnapshot(createSnapshot([createRelease(control, 1, 'late-a.onnx')], stableArm(1)));
});
afterEach(() => fixture.close());

async function startReady(environment?: Record<string, string>): Promise<RunningServing> {
  const serving = await fixture.start(environment);
  await eventually('serving is ready', () => isReady(serving));
  return serving;
}

function countedRows(): number {
  return fixture.control.batches.flatMap((batch) => batch.groups).reduce((sum, group) => sum + group.rows, 0);
}

function journalFiles(name = 'serving-1'): Promise<string[]> {
  return readdir(join(fixture.home, 'journal', name)).then((names) =>
    names.filter((n) => n.endsWith('json') || n.endsWith('jsonl')),
  );
}

/** Every acknowledged receipt is in the log exactly once, and the counts agree with the log. */
function assertExactlyOnce(acknowledged: ReadonlySet<string>): void {
  const logged = findReceipts(fixture.control.batches);
  assert.equal(new Set(logged).size, logged.length, 'no receipt is logged twice');
  const missing = [...acknowledged].filter((receipt) => !logged.includes(receipt));
  assert.deepEqual(
    missing,
    [],
    `${missing.length} of ${acknowledged.size} acknowledged predictions are lost`,
  );
  assert.equal(countedRows(), logged.length, 'counts agree with the log');
}

for (const killedAfterMs of [120, 700, 1300]) {
  test(`kill -9 after ${killedAfterMs} ms under load loses nothing acknowledged and counts nothing twice`, async () => {
    const serving = await startReady();
    const acknowledged = new Set<string>();
    const load = sendUntil(serving.url, 8, acknowledged, () => serving.child.killed);
    setTimeout(() => serving.child.kill('SIGKILL'), killedAfterMs);
    await load;
    await serving.exited;
    assert.ok(acknowledged.size > 20, `${acknowledged.size} answers`);
    await startReady();
    await eventually('the journal is shipped', async () => (await journalFiles()).length === 0);
    assertExactlyOnce(acknowledged);
  });
}

test('with control refusing telemetry, chunks wait on disk over a kill, and are then counted once', async () => {
  const { control } = fixture;
  control.refuseTelemetry(503);
  const serving = await startReady();
  const acknowledged = new Set<string>();
  await sendUntil(serving.url, 4, acknowledged, () => acknowledged.size >= 500);
  serving.child.kill('SIGKILL');
  await serving.exited;
  assert.equal(control.batches.length, 0);
  const second = await startReady();
  await sendUntil(second.url, 4, acknowledged, () => acknowledged.size >= 800);
  control.refuseTelemetry(undefined);
  await eventually('the journal is shipped', async () => (await journalFiles()).length === 0);
  assertExactlyOnce(acknowledged);
});

test('beyond the bound of the journal the oldest rows go and their counts stay', async () => {
  const { control } = fixture;
  control.refuseTelemetry(503);
  const serving = await startReady({ DIVIDEND_SERVING_JOURNAL_MIB: '1' });
  const rows = Array.from({ length: 1000 }, () => oneRow[0]);
  for (let call = 0; call < 8; call++) {
    assert.equal((await infer(serving.url, lateRequest(rows))).status, 200);
  }
  await eventually('rows are given up', async () =>
    (await journalFiles()).some((n) => n.endsWith('.counts.json')),
  );
  control.refuseTelemetry(undefined);
  await eventually('everything is shipped', async () => (await journalFiles()).length === 0);
  assert.equal(countedRows(), 8000, 'every row is counted');
  const logged = findReceipts(control.batches).length;
  assert.ok(logged < 8000 && logged > 0, `${logged} rows are kept`);
  const metrics = await (await fetch(`${serving.url}/metrics`)).text();
  const dropped = Number(/journal_dropped_rows_total\{[^}]*\} (\d+)/.exec(metrics)?.[1]);
  assert.equal(dropped, 8000 - logged);
});

test('an answer that the disk does not take is refused with 503, and serving goes on when there is room', async () => {
  const limitKib = 256;
  const serving = await startLimited(limitKib);
  const small = lateRequest(oneRow);
  assert.equal((await infer(serving.url, small)).status, 200);
  const large = await infer(serving.url, lateRequest(Array.from({ length: 2000 }, () => oneRow[0])));
  assert.equal(large.status, 503);
  assert.match(large.body.error ?? '', /disk of the serving process \(EFBIG/);
  assert.equal(large.headers.get('retry-after'), '1');
  assert.equal((await infer(serving.url, small)).status, 200);
  await eventually('telemetry', () => countedRows() === 2);
  const groups = fixture.control.batches.flatMap((batch) => batch.groups);
  await eventually('the refusal is counted as a fault of the server', () =>
    fixture.control.batches
      .flatMap((batch) => batch.groups)
      .some((group) => group.errors.JOURNAL_UNAVAILABLE === 1),
  );
  assert.equal(
    groups.reduce((sum, group) => sum + group.rows, 0),
    2,
    'nothing of the refused answer is counted',
  );
  serving.child.kill('SIGKILL');
});

/** A limit on the size of files stands for a full disk: a write ends in the middle, and the next fails. */
async function startLimited(limitKib: number) {
  const port = await findFreePort();
  const program = join(import.meta.dirname, 'main.ts');
  const child = spawn(
    'bash',
    ['-c', `trap '' XFSZ; ulimit -f ${limitKib}; exec "$0" "$1"`, process.execPath, program],
    {
      env: {
        PATH: process.env.PATH ?? '',
        DIVIDEND_CONTROL_URL: fixture.control.url,
        DIVIDEND_SERVING_TOKEN: fixture.control.token,
        DIVIDEND_SERVING_HOME: fixture.home,
        DIVIDEND_SERVING_PORT: String(port),
      },
      stdio: ['ignore', 'inherit', 'ignore'],
    },
  );
  const serving = { url: `http://127.0.0.1:${port}`, child };
  await eventually('serving is ready', () => isReady(serving));
  return serving;
}

test('SIGTERM under load fails no request, ships the telemetry and exits with 0', async () => {
  const serving = await startReady();
  const port = new URL(serving.url).port;
  await startReady({ DIVIDEND_SERVING_PROCESS: 'serving-2', DIVIDEND_SERVING_PORT: port });
  await eventually('both report', () => fixture.control.statuses.size === 2);
  const acknowledged = new Set<string>();
  let isDone = false;
  const load = sendUntil(serving.url, 8, acknowledged, () => isDone, { strict: true });
  await eventually('under load', () => acknowledged.size > 100);
  serving.child.kill('SIGTERM');
  assert.equal(await serving.exited, 0);
  const before = acknowledged.size;
  await eventually('the other process goes on', () => acknowledged.size > before + 100);
  isDone = true;
  await load;
  assert.deepEqual(await journalFiles(), [], 'all telemetry of the first process is shipped');
  assert.equal(fixture.control.statuses.get('serving-1'), undefined, 'it said farewell');
  await eventually('the rest is shipped', async () => (await journalFiles('serving-2')).length === 0);
  assertExactlyOnce(acknowledged);
});

test('SIGTERM lets a slow request finish', async () => {
  const { control } = fixture;
  control.setSnapshot(createSnapshot([createRelease(control, 1, 'slow.onnx')], stableArm(1)));
  const serving = await startReady();
  const answer = infer(serving.url, lateRequest(oneRow));
  await eventually('it is in flight', async () =>
    /in_flight\{[^}]*\} 1/.test(await (await fetch(`${serving.url}/metrics`)).text()),
  );
  serving.child.kill('SIGTERM');
  assert.equal((await answer).status, 200);
  assert.equal(await serving.exited, 0);
});

test('a closed pipe of the supervisor drains and ends the process', async () => {
  const serving = await startReady({ DIVIDEND_PARENT_PIPE: '1' });
  assert.equal((await infer(serving.url, lateRequest(oneRow))).status, 200);
  serving.child.stdin?.end();
  assert.equal(await serving.exited, 0);
  assert.equal(countedRows(), 1);
});

test('a second process of the same name is refused, and says what to do', async () => {
  const { claimJournal } = await import('./journal/claim-journal.ts');
  await startReady();
  const folder = join(fixture.home, 'journal', 'serving-1');
  await assert.rejects(claimJournal(folder, 'serving-1', 0), {
    code: 'PROCESS_NAME_IN_USE',
    message: /DIVIDEND_SERVING_PROCESS/,
  });
});
