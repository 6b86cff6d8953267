import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '@dividend/testkit/eventually';
import { createPlatformUnderTest } from './fixtures/platform-under-test.ts';

const boundMs = 60_000;
const writers = 8;
let folder: string;
let platform: Awaited<ReturnType<typeof createPlatformUnderTest>>;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dividend-restart-'));
  platform = await createPlatformUnderTest(join(folder, 'home'));
  await platform.start();
});

after(async () => {
  await platform.stop();
  await rm(folder, { recursive: true, force: true });
});

const call = (path: string, body?: object) =>
  fetch(`${platform.client.url}/api/2.0/mlflow/${path}`, {
    ...(body
      ? { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
      : {}),
  });

test('kill -9 of PostgreSQL in a load of writes: 2xx or 503 with Retry-After, nothing acknowledged is lost', async () => {
  const created = (await (await call('runs/create', { experiment_id: '0' })).json()) as {
    run: { info: { run_id: string } };
  };
  const { run_id } = created.run.info;
  const acknowledged: number[] = [];
  const refusals: string[] = [];
  let step = 0;
  let stopped = false;
  const load = Array.from({ length: writers }, async (_, writer) => {
    while (!stopped) {
      const mine = step++;
      const metrics = [{ key: `m${writer}`, value: mine, timestamp: 1, step: mine }];
      const params = [{ key: `p${mine}`, value: String(mine) }];
      const answer = await call('runs/log-batch', { run_id, metrics, params });
      if (answer.status === 200) acknowledged.push(mine);
      else refusals.push(await describe(answer));
    }
  });
  const goesOn = async (what: string) => {
    const before = acknowledged.length;
    await eventually(what, () => acknowledged.length > before + 50, boundMs);
  };
  try {
    await goesOn('writes are taken');
    for (const time of ['first', 'second']) {
      const refused = refusals.length;
      await platform.kill('bin/postgres');
      await eventually(`writes are refused the ${time} time`, () => refusals.length > refused, boundMs);
      await goesOn(`writes are taken again after the ${time} time`);
    }
  } finally {
    stopped = true;
    await Promise.all(load);
  }
  assert.deepEqual([...new Set(refusals)], ['503 TEMPORARILY_UNAVAILABLE, retry after 1']);

  const run = (await (await call(`runs/get?run_id=${run_id}`)).json()) as {
    run: { data: { params: { value: string }[] } };
  };
  const params = new Set(run.run.data.params.map(({ value }) => Number(value)));
  const points = new Set<number>();
  for (let writer = 0; writer < writers; writer++) {
    const history = (await (
      await call(`metrics/get-history?run_id=${run_id}&metric_key=m${writer}`)
    ).json()) as { metrics: { step: number }[] };
    for (const { step: of } of history.metrics) points.add(of);
  }
  assert.deepEqual(
    acknowledged.filter((of) => !params.has(of) || !points.has(of)),
    [],
    'acknowledged and lost',
  );
  // Of a batch whose answer was lost nobody knows: it is there whole, or not at all.
  assert.deepEqual(params, points);
});

test('after it the ledger verifies', async () => {
  const { verified } = await platform.client.verifyLedger();
  assert.equal(verified, true);
});

async function describe(answer: Response): Promise<string> {
  const { error_code } = (await answer.json()) as { error_code: string };
  return `${answer.status} ${error_code}, retry after ${answer.headers.get('retry-after')}`;
}
