import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExperimentSummary } from '@dividend/contracts/api';
import { createMlflowCaller } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { createArtifacts } from '../../artifacts/index.ts';
import { createLedger } from '../../ledger/index.ts';
import { createTracking } from '../index.ts';

const platform = await createTestPlatform();
const ledger = createLedger(platform);
const artifacts = createArtifacts(platform);
const url = await startTestServer(platform, [artifacts, createTracking(platform, { ledger, artifacts })]);
const call = createMlflowCaller(url);

async function create(name: string, tags: Record<string, string> = {}): Promise<string> {
  const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
  return (await call('POST', 'mlflow/experiments/create', { name, tags: list })).body.experiment_id as string;
}
async function start(experiment_id: string, status?: string, start_time = 1000): Promise<void> {
  const { body } = await call('POST', 'mlflow/runs/create', { experiment_id, start_time });
  const { run_id } = (body.run as { info: { run_id: string } }).info;
  if (status) await call('POST', 'mlflow/runs/update', { run_id, status });
}
interface Listed {
  items: ExperimentSummary[];
  next?: string;
}
async function list(query: Record<string, string>): Promise<Listed> {
  const response = await fetch(`${url}/api/v1/experiments?${new URLSearchParams(query)}`);
  assert.equal(response.status, 200);
  return (await response.json()) as Listed;
}
const names = async (query: Record<string, string>) => (await list(query)).items.map(({ name }) => name);

const night = await create('Night flights', { team: 'ranking' });
const day = await create('Day flights', { team: 'pricing' });
const gone = await create('gone');
await start(night, 'FINISHED', 5000);
await start(night, 'FAILED', 9000);
await start(day, undefined, 2_000_000_000_000);
await start(gone, 'FINISHED', 7000);
await call('POST', 'mlflow/experiments/delete', { experiment_id: gone });

test('GET /api/v1/experiments counts the runs of each experiment by state', async () => {
  const [found] = (await list({ search: 'NIGHT' })).items;
  assert.deepEqual(found?.runs, { running: 0, scheduled: 0, finished: 1, failed: 1, killed: 0 });
  assert.equal(found?.lastRunAt, '1970-01-01T00:00:09.000Z');
  assert.deepEqual(found?.tags, { team: 'ranking' });
  const one = await (await fetch(`${url}/api/v1/experiments/${night}`)).json();
  assert.deepEqual(one, found);
  assert.equal((await fetch(`${url}/api/v1/experiments/999`)).status, 404);
  assert.equal((await fetch(`${url}/api/v1/experiments/night`)).status, 400);
});

test('GET /api/v1/experiments finds by part of the name, by id and by filter, and shows deleted ones apart', async () => {
  assert.deepEqual(await names({ search: 'flights' }), ['Day flights', 'Night flights']);
  assert.deepEqual(await names({ search: '%' }), []);
  assert.deepEqual(await names({ search: day }), ['Day flights']);
  assert.deepEqual(await names({ filter: "tags.team = 'ranking'" }), ['Night flights']);
  assert.deepEqual(await names({ stage: 'deleted' }), ['gone']);
  assert.equal((await list({ stage: 'deleted' })).items[0]?.runs.finished, 1);
});

test('GET /api/v1/experiments pages through every order without loss', async () => {
  for (const [order, first] of [
    ['newest', 'Day flights'],
    ['oldest', 'Default'],
    ['lastActive', 'Day flights'],
    ['name', 'Day flights'],
  ] as const) {
    const pages: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ order, limit: '1', ...(cursor ? { cursor } : {}) });
      pages.push(...page.items.map(({ name }) => name));
      cursor = page.next;
    } while (cursor);
    assert.equal(pages[0], first, order);
    assert.deepEqual(pages.toSorted(), ['Day flights', 'Default', 'Night flights'], order);
  }
});

test('GET /api/v1/experiments shows a run that started beyond the calendar at its end', async () => {
  const far = await create('far away');
  await start(far, undefined, Number.MAX_SAFE_INTEGER);
  assert.equal((await list({ search: 'far away' })).items[0]?.lastRunAt, '+275760-09-13T00:00:00.000Z');
});
