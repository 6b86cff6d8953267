import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { TelemetryGroup } from '@dividend/contracts/serving';
import { decodeReceipt } from '@dividend/core/receipts';
import { assignBucket } from '@dividend/core/rollouts';
import { eventually } from '@dividend/testkit/eventually';
import {
  canaryArms,
  createRelease,
  createServingFixture,
  createSnapshot,
  infer,
  isReady,
  lateRequest,
  type RunningServing,
  readFixture,
  receiptSecret,
  type ServingFixture,
  stableArm,
} from './testing/serving-fixture.ts';

const oneRow = [[8, 2, 700]] as const;
let fixture: ServingFixture;
beforeEach(async () => {
  fixture = await createServingFixture();
});
afterEach(() => fixture.close());

async function startReady(environment?: Record<string, string>): Promise<RunningServing> {
  const serving = await fixture.start(environment);
  await eventually('serving is ready', () => isReady(serving));
  return serving;
}

function holds(version: string): boolean {
  return fixture.control.statuses.get('serving-1')?.snapshotVersion === version;
}

function askAs(serving: RunningServing, unitId: string) {
  return infer(serving.url, lateRequest(oneRow, { unit_id: unitId }));
}

/** A unit that falls into the first buckets, where the canary is. */
const units = Array.from({ length: 400 }, (_, index) => `unit-${index}`);
const canaryUnit = units.find((unit) => assignBucket('salt', unit) < 2000) as string;
const controlUnit = units.find((unit) => {
  const bucket = assignBucket('salt', unit);
  return bucket >= 5000 && bucket < 7000;
}) as string;

function sumGroups(cohort: string, of: (group: TelemetryGroup) => number): number {
  return fixture.control.batches
    .flatMap((batch) => batch.groups)
    .filter((group) => group.cohort === cohort)
    .reduce((sum, group) => sum + of(group), 0);
}

test('a unit keeps its cohort, and its receipt names release, cohort and rollout', async () => {
  const { control } = fixture;
  const releases = [createRelease(control, 1, 'late-a.onnx'), createRelease(control, 2, 'late-b.onnx')];
  control.setSnapshot(createSnapshot(releases, canaryArms(1, 2, 2000), { rolloutIndex: 9 }));
  const serving = await startReady();
  const mac = (message: Uint8Array) => createHmac('sha256', receiptSecret).update(message).digest();
  for (const [unit, cohort, index] of [
    [canaryUnit, 'canary', 2],
    [controlUnit, 'control', 1],
    [canaryUnit, 'canary', 2],
  ] as const) {
    const { body } = await askAs(serving, unit);
    assert.equal(body.parameters.cohort, cohort);
    assert.equal(body.model_version, String(index));
    const receipt = decodeReceipt(body.parameters.receipts, mac);
    assert.equal(receipt?.releaseIndex, index);
    assert.equal(receipt?.rolloutIndex, 9);
    assert.equal(receipt?.cohort, cohort);
  }
});

test('a version asked for by name answers, and is counted outside of the rollout', async () => {
  const { control } = fixture;
  const releases = [createRelease(control, 1, 'late-a.onnx'), createRelease(control, 2, 'late-b.onnx')];
  control.setSnapshot(createSnapshot(releases, canaryArms(1, 2, 2000), { rolloutIndex: 9 }));
  const serving = await startReady();
  const { body } = await infer(serving.url, lateRequest(oneRow), 'late/versions/2');
  assert.equal(body.model_version, '2');
  const group = await eventually('telemetry', () => control.batches.flatMap((batch) => batch.groups).at(0));
  assert.deepEqual([group.releaseIndex, group.rolloutIndex, group.cohort], [2, 0, 'stable']);
});

for (const [file, code] of [
  ['raises.onnx', 'MODEL_FAILED'],
  ['not-a-number.onnx', 'MODEL_OUTPUT_INVALID'],
] as const) {
  test(`a canary that fails (${code}) costs no caller an answer, and is counted against it`, async () => {
    const { control } = fixture;
    const warmup = { hour: [file === 'raises.onnx' ? 1 : -1], weekday: [-1], distance: [-1] };
    const canary = createRelease(control, 2, file, undefined, warmup);
    const releases = [createRelease(control, 1, 'late-a.onnx'), canary];
    control.setSnapshot(createSnapshot(releases, canaryArms(1, 2, 2000), { rolloutIndex: 3 }));
    const serving = await startReady();
    const expected = (await askAs(serving, controlUnit)).body.outputs;
    for (let call = 0; call < 8; call++) {
      const { status, body } = await askAs(serving, canaryUnit);
      assert.equal(status, 200, body.error);
      assert.equal(body.model_version, '1');
      assert.equal(body.parameters.cohort, 'stable');
      assert.deepEqual(body.outputs, expected);
    }
    await eventually('telemetry', () => sumGroups('canary', (group) => group.requests) === 8);
    assert.equal(
      sumGroups('canary', (group) => group.errors[code] ?? 0),
      5,
      'then the breaker is open',
    );
    assert.equal(
      sumGroups('canary', (group) => group.errors.CIRCUIT_OPEN ?? 0),
      3,
    );
    assert.equal(
      sumGroups('canary', (group) => group.rows),
      0,
    );
    assert.equal(
      sumGroups('stable', (group) => group.requests),
      0,
      'a request is counted once, where it was sent',
    );
    assert.equal(
      sumGroups('stable', (group) => group.rows),
      8,
    );
  });
}

test('a stable release that fails answers 500, then 503 while the breaker rests', async () => {
  const { control } = fixture;
  const warmup = { hour: [1], weekday: [1], distance: [1] };
  control.setSnapshot(
    createSnapshot([createRelease(control, 1, 'raises.onnx', undefined, warmup)], stableArm(1)),
  );
  const serving = await startReady();
  const statuses: number[] = [];
  for (let call = 0; call < 6; call++) statuses.push((await askAs(serving, 'u')).status);
  assert.deepEqual(statuses, [500, 500, 500, 500, 500, 503]);
  assert.equal((await askAs(serving, 'u')).headers.get('retry-after'), '1');
  await eventually('the breaker lets one try', async () => {
    const { status } = await infer(serving.url, lateRequest([[1, 1, 1]]));
    return status === 200;
  });
  assert.equal((await infer(serving.url, lateRequest([[2, 1, 1]]))).status, 200);
});

test('new arms are used only when all their releases are ready; without fault for callers', async () => {
  const { control } = fixture;
  const first = createRelease(control, 1, 'late-a.onnx');
  const second = createRelease(control, 2, 'late-b.onnx');
  const good = readFixture('late-b.onnx');
  control.tamper(second.weights.digest, Buffer.concat([good.subarray(0, -1), Buffer.from('!')]));
  control.setSnapshot(createSnapshot([first], stableArm(1)));
  const serving = await startReady();

  const next = createSnapshot([first, second], canaryArms(1, 2, 2000), { rolloutIndex: 1 });
  control.setSnapshot(next);
  const failed = await eventually('the altered weights are refused', () => {
    const status = control.statuses.get('serving-1');
    const release = status?.releases.find(({ digest }) => digest === second.digest);
    return release?.state === 'failed' && release;
  });
  assert.match(failed.reason ?? '', /WEIGHTS_ALTERED.*sha256/);
  assert.equal(holds(next.version), false);
  assert.equal((await askAs(serving, canaryUnit)).body.model_version, '1');
  const cached = await readdir(join(fixture.home, 'models'));
  assert.deepEqual(cached, [first.weights.digest.slice('sha256:'.length)], 'nothing altered is kept');

  control.tamper(second.weights.digest, good);
  await eventually('the repaired weights are taken', () => holds(next.version));
  assert.equal((await askAs(serving, canaryUnit)).body.model_version, '2');
});

test('a promotion under load fails no request, and the old release is let go', async () => {
  const { control } = fixture;
  const first = createRelease(control, 1, 'late-a.onnx');
  const second = createRelease(control, 2, 'late-b.onnx');
  control.setSnapshot(createSnapshot([first], stableArm(1)));
  const serving = await startReady();
  const promoted = createSnapshot([second], stableArm(2));
  const seen = new Set<string>();
  let isDone = false;
  const callers = Array.from({ length: 4 }, async () => {
    while (!isDone) {
      const { status, body } = await askAs(serving, 'u');
      assert.equal(status, 200, body.error);
      seen.add(body.model_version);
    }
  });
  control.setSnapshot(createSnapshot([first, second], canaryArms(1, 2, 2000)));
  await eventually('preloaded', () => control.statuses.get('serving-1')?.releases.length === 2);
  control.setSnapshot(promoted);
  await eventually('promoted', () => holds(promoted.version) && seen.has('2'));
  isDone = true;
  await Promise.all(callers);
  await eventually('one release left', () => control.statuses.get('serving-1')?.releases.length === 1);
});

test('serving starts and serves on from disk while control is down', async () => {
  const { control } = fixture;
  control.setSnapshot(createSnapshot([createRelease(control, 1, 'late-a.onnx')], stableArm(1)));
  const first = await startReady();
  await eventually('the snapshot is kept', () => stat(join(fixture.home, 'snapshot.json')).then(() => true));
  assert.equal((await stat(join(fixture.home, 'snapshot.json'))).mode & 0o077, 0, 'it holds the receipt key');
  await control.close();
  assert.equal((await askAs(first, 'u')).status, 200);
  first.child.kill('SIGKILL');
  await first.exited;
  const second = await startReady();
  assert.equal((await askAs(second, 'u')).status, 200);
});

test('a cached model that was altered on disk is noticed and fetched anew', async () => {
  const { control } = fixture;
  const release = createRelease(control, 1, 'late-a.onnx');
  control.setSnapshot(createSnapshot([release], stableArm(1)));
  const first = await startReady();
  first.child.kill('SIGTERM');
  await first.exited;
  const path = join(fixture.home, 'models', release.weights.digest.slice('sha256:'.length));
  const weights = readFixture('late-a.onnx');
  await writeFile(path, Buffer.concat([weights.subarray(0, -1), Buffer.from('!')]));
  const second = await startReady();
  assert.equal((await askAs(second, 'u')).status, 200);
  assert.match(second.log(), /Cached weights are altered/);
  assert.deepEqual(await readFile(path), weights);
});

test('without a snapshot every answer is 503 with Retry-After', async () => {
  const serving = await fixture.start();
  await eventually('it listens', () => fetch(`${serving.url}/v2/health/live`).then((r) => r.ok));
  const { status, headers, body } = await askAs(serving, 'u');
  assert.equal(status, 503);
  assert.equal(headers.get('retry-after'), '1');
  assert.match(body.error ?? '', /no routes from control yet/);
  assert.equal(await isReady(serving), false);
  const model = await fetch(`${serving.url}/v2/models/late`);
  assert.equal(model.status, 503);
});

test('a run longer than the event loop can spare goes to a thread: others are answered, deadlines hold', async () => {
  const { control } = fixture;
  const slow = createRelease(control, 2, 'slow.onnx');
  const snapshot = createSnapshot([createRelease(control, 1, 'late-a.onnx'), slow], stableArm(1));
  const { endpoints } = createSnapshot([], stableArm(2), { name: 'slow' });
  control.setSnapshot({ ...snapshot, endpoints: [...snapshot.endpoints, ...endpoints] });
  const serving = await startReady({ DIVIDEND_SERVING_DEADLINE_MS: '3000' });
  let isAnswered = false;
  const slowly = infer(serving.url, lateRequest(oneRow), 'slow').finally(() => {
    isAnswered = true;
  });
  let meanwhile = 0;
  while (!isAnswered) {
    assert.equal((await askAs(serving, 'u')).status, 200);
    meanwhile += 1;
  }
  const answer = await slowly;
  assert.equal(answer.status, 200, answer.body.error);
  assert.ok(meanwhile >= 5, `${meanwhile} answers while the slow one ran`);
  assert.deepEqual(answer.body.outputs[0]?.data, [0.5]);
});

test('a run past its deadline answers 504, one that would wait past it 503', async () => {
  const { control } = fixture;
  control.setSnapshot(createSnapshot([createRelease(control, 1, 'slow.onnx')], stableArm(1)));
  const serving = await startReady({ DIVIDEND_SERVING_DEADLINE_MS: '20' });
  const answers = await Promise.all([askAs(serving, 'a'), askAs(serving, 'b'), askAs(serving, 'c')]);
  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [503, 503, 504]);
  assert.match(answers.find(({ status }) => status === 504)?.body.error ?? '', /deadline/);
});

test('more requests than the limit are refused with 503 and Retry-After, and counted', async () => {
  const { control } = fixture;
  control.setSnapshot(createSnapshot([createRelease(control, 1, 'slow.onnx')], stableArm(1)));
  const serving = await startReady({ DIVIDEND_SERVING_MAX_IN_FLIGHT: '2' });
  const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => askAs(serving, `u${index}`)));
  const refused = answers.filter(({ status }) => status === 503);
  assert.equal(answers.filter(({ status }) => status === 200).length, 2);
  assert.equal(refused.length, 4);
  for (const { headers, body } of refused) {
    assert.equal(headers.get('retry-after'), '1');
    assert.match(body.error ?? '', /at its limit/);
  }
  await eventually('counted', () => sumGroups('stable', (group) => group.errors.QUEUE_FULL ?? 0) === 4);
});

test('two processes share one port and one home', async () => {
  const { control } = fixture;
  control.setSnapshot(createSnapshot([createRelease(control, 1, 'late-a.onnx')], stableArm(1)));
  const first = await startReady();
  const port = new URL(first.url).port;
  const second = await fixture.start({ DIVIDEND_SERVING_PORT: port, DIVIDEND_SERVING_PROCESS: 'serving-2' });
  await eventually('both report', () => control.statuses.size === 2 && /Listening/.test(second.log()));
  await eventually('both answered', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        fetch(`${first.url}/v2/models/late/infer`, {
          method: 'POST',
          headers: { connection: 'close' },
          body: JSON.stringify(lateRequest(oneRow)),
        }).then((response) => response.status),
      ),
    );
    assert.ok(answers.every((status) => status === 200));
    return new Set(control.batches.map((batch) => batch.processId)).size === 2;
  });
});
