import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ComparedRuns, NamedRuns, RunGroups, RunKeys, RunRow, RunValues } from '@dividend/contracts/api';
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

const { body } = await call('POST', 'mlflow/experiments/create', { name: 'table' });
const experimentId = body.experiment_id as string;
const ids = new Map<string, string>();

/** A run with the tags, params and metrics given; `under` names its parent. */
async function log(
  name: string,
  logged: {
    params?: Record<string, string>;
    metrics?: Record<string, number | string>;
    tags?: Record<string, string>;
    under?: string;
    status?: string;
  },
): Promise<void> {
  const pairs = (map: Record<string, unknown> = {}) =>
    Object.entries(map).map(([key, value]) => ({ key, value }));
  const parent = logged.under === undefined ? {} : { 'mlflow.parentRunId': ids.get(logged.under) };
  const { body } = await call('POST', 'mlflow/runs/create', {
    experiment_id: experimentId,
    run_name: name,
    user_id: 'ada',
    start_time: 1000 + ids.size,
    tags: pairs({ ...logged.tags, ...parent }),
  });
  const { run_id } = (body.run as { info: { run_id: string } }).info;
  ids.set(name, run_id);
  await call('POST', 'mlflow/runs/log-batch', {
    run_id,
    params: pairs(logged.params),
    metrics: pairs(logged.metrics).map((metric) => ({ ...metric, timestamp: 1 })),
  });
  if (logged.status) {
    await call('POST', 'mlflow/runs/update', { run_id, status: logged.status, end_time: 9000 });
  }
}

await log('sweep', { params: { model: 'tree' }, status: 'FINISHED' });
await log('tree-1', {
  under: 'sweep',
  params: { model: 'tree' },
  metrics: { acc: 0.5, loss: 2 },
  status: 'FINISHED',
});
await log('tree-2', {
  under: 'sweep',
  params: { model: 'tree' },
  metrics: { acc: 0.7, loss: 'NaN' },
  status: 'FAILED',
});
await log('inner', { under: 'tree-1', params: { model: 'line' }, metrics: { acc: 0.6 } });
await log('alone', {
  params: { model: 'line', note: '=1+1, "so"' },
  metrics: { acc: 0.9, loss: 'Infinity' },
  tags: { team: 'b' },
});
await log('bare', { tags: { team: 'b' } });

async function get<Answer>(path: string, query: Record<string, string> = {}) {
  const response = await fetch(
    `${url}/api/v1/experiments/${experimentId}/${path}?${new URLSearchParams(query)}`,
  );
  return { status: response.status, body: (await response.json()) as Answer };
}
interface Rows {
  items: RunRow[];
  next?: string;
  error?: { code: string; message: string; field?: string };
}
async function names(query: Record<string, string>): Promise<string> {
  const { status, body } = await get<Rows>('runs', query);
  assert.equal(status, 200, JSON.stringify(body));
  return body.items.map(({ name }) => name).join(' ');
}

test('GET …/runs gives the columns asked for and no other, NaN as a text, and leaves out what a run lacks', async () => {
  const { body } = await get<Rows>('runs', { columns: 'metrics.acc,metrics.loss,params.model,tags.team' });
  const values = Object.fromEntries(body.items.map((row) => [row.name, row.values]));
  assert.deepEqual(values['tree-2'], { 'metrics.acc': 0.7, 'metrics.loss': 'NaN', 'params.model': 'tree' });
  assert.deepEqual(values.bare, { 'tags.team': 'b' });
  const [bare] = body.items;
  assert.equal(bare?.status, 'RUNNING');
  assert.equal(bare?.endedAt, null);
  assert.equal(bare?.startedAt, '1970-01-01T00:00:01.005Z');
  assert.deepEqual((await get<Rows>('runs')).body.items[0]?.values, {});
});

test('GET …/runs nests runs: a child stands alone where the filter does not find its parent', async () => {
  assert.equal(await names({ nested: 'true' }), 'bare alone sweep');
  const { body } = await get<Rows>('runs', { nested: 'true' });
  assert.equal(body.items.find(({ name }) => name === 'sweep')?.children, 2);
  const below = await get<Rows>('runs', { parent: ids.get('sweep') as string, nested: 'true' });
  assert.deepEqual(
    below.body.items.map(({ name, children }) => [name, children]),
    [
      ['tree-2', 0],
      ['tree-1', 1],
    ],
  );
  assert.equal(below.body.items[0]?.parentRunId, ids.get('sweep'));
  assert.equal(await names({ nested: 'true', filter: "params.model = 'line'" }), 'alone inner');
  assert.equal(
    await names({ nested: 'true', filter: "run_name LIKE 'tree%' OR run_name = 'inner'" }),
    'tree-2 tree-1',
  );
  assert.equal(await names({ parent: ids.get('sweep') as string, filter: 'metrics.acc > 0.6' }), 'tree-2');
});

test('GET …/runs pages in any order, nested or not, and reads runs by id', async () => {
  for (const query of [
    {},
    { nested: 'true' },
    { order: 'metrics.acc DESC' },
    { order: 'params.model', nested: 'true' },
  ]) {
    const whole = await names(query as Record<string, string>);
    const pages: string[] = [];
    let cursor = '';
    do {
      const { body } = await get<Rows>('runs', {
        ...query,
        limit: '1',
        ...(cursor ? { cursor } : {}),
      } as Record<string, string>);
      pages.push(...body.items.map(({ name }) => name));
      cursor = body.next ?? '';
    } while (cursor);
    assert.equal(pages.join(' '), whole);
  }
  assert.equal(await names({ order: 'metrics.acc DESC' }), 'alone tree-2 inner tree-1 bare sweep');
  assert.equal(
    await names({ ids: [ids.get('bare'), ids.get('tree-1'), 'unknown'].join(',') }),
    'bare tree-1',
  );
});

test('GET …/runs says what is wrong, and where', async () => {
  for (const [query, message] of [
    [{ filter: 'metrics.acc >' }, /at character 14 /],
    [{ filter: "metrics.acc > 1 AND params.a > '1'" }, /Invalid comparator.*, at character 21$/],
    [{ filter: 'foo.bar = 1' }, /Invalid entity type 'foo'.*, at character 1$/],
    [{ columns: 'acc' }, /'acc' is no column here/],
    [{ columns: 'attributes.status' }, /is no column here/],
    [{ order: 'metrics.acc UPWARDS' }, /order_by/],
    [{ cursor: 'x' }, /page token/],
    [{ ids: '../etc' }, /run_id|Invalid/],
  ] as const) {
    const { status, body } = await get<Rows>('runs', query as Record<string, string>);
    assert.equal(status, 400, JSON.stringify(query));
    assert.match(body.error?.message ?? '', message);
  }
  assert.equal((await fetch(`${url}/api/v1/experiments/999/runs`)).status, 404);
});

test('GET …/keys and …/values count what the newest runs have', async () => {
  const { body } = await get<RunKeys>('keys', { kind: 'metrics' });
  assert.deepEqual(body, {
    keys: [
      { kind: 'metrics', key: 'acc', runs: 4 },
      { kind: 'metrics', key: 'loss', runs: 3 },
    ],
    keyCount: 2,
    countedRuns: 6,
  });
  const found = await get<RunKeys>('keys', { search: 'OD', limit: '1' });
  assert.deepEqual(found.body.keys, [{ kind: 'params', key: 'model', runs: 5 }]);
  const values = await get<RunValues>('values', { column: 'params.model' });
  assert.deepEqual(values.body.values, [
    { value: 'tree', runs: 3 },
    { value: 'line', runs: 2 },
  ]);
  assert.equal(
    (await get<RunValues>('values', { column: 'attributes.run_name', search: 'TREE' })).body.values.length,
    2,
  );
  assert.equal((await get('values', { column: 'attributes.status' })).status, 400);
});

test('GET …/groups counts and measures; NaN does not count, and with an infinity there is no mean', async () => {
  const { body } = await get<RunGroups>('groups', {
    by: 'params.model',
    metrics: 'metrics.acc,metrics.loss',
    order: 'max metrics.acc DESC',
  });
  assert.deepEqual([body.groupCount, body.runCount], [3, 6]);
  const [line, tree, none] = body.groups;
  assert.deepEqual(line?.values, ['line']);
  assert.equal(line?.metrics['metrics.acc']?.mean, 0.75);
  assert.equal(line?.metrics['metrics.loss']?.mean, null);
  assert.deepEqual(tree?.metrics, {
    'metrics.acc': { runs: 2, min: 0.5, mean: 0.6, max: 0.7 },
    'metrics.loss': { runs: 1, min: 2, mean: 2, max: 2 },
  });
  assert.deepEqual(tree?.statuses, { FINISHED: 2, FAILED: 1 });
  assert.deepEqual([none?.values, none?.runs, none?.metrics], [[null], 1, {}]);
  const two = await get<RunGroups>('groups', {
    by: 'tags.team,attributes.status',
    filter: "tags.team = 'b'",
  });
  assert.deepEqual(
    two.body.groups.map(({ values, runs }) => [...values, runs]),
    [['b', 'RUNNING', 2]],
  );
  for (const query of [{ by: '' }, { by: 'metrics.acc' }, { by: 'params.a', order: 'mean metrics.acc' }]) {
    assert.equal((await get('groups', query)).status, 400, JSON.stringify(query));
  }
});

test('GET …/runs.csv streams what is filtered, with all columns where none are named', async () => {
  const csv = async (query: Record<string, string>) =>
    (await fetch(`${url}/api/v1/experiments/${experimentId}/runs.csv?${new URLSearchParams(query)}`)).text();
  const [head, line, end] = (
    await csv({ filter: "run_name = 'alone'", columns: 'params.note,metrics.acc' })
  ).split('\r\n');
  assert.equal(
    head,
    'run_id,run_name,status,start_time,end_time,user_id,parent_run_id,params.note,metrics.acc',
  );
  assert.equal(line, `${ids.get('alone')},alone,RUNNING,1970-01-01T00:00:01.004Z,,ada,,"'=1+1, ""so""",0.9`);
  assert.equal(end, '');
  const all = (await csv({ order: 'metrics.acc' })).trim().split('\r\n');
  assert.equal(all.length, 7);
  assert.match(all[0] ?? '', /,metrics.acc,metrics.loss,params.model,params.note,tags.mlflow.parentRunId,/);
  assert.equal((await get('runs.csv', { filter: 'nonsense', columns: 'params.note' })).status, 400);
});

test('GET /api/v1/runs/compare gives runs in the order asked for, with all they logged, and names those it lacks', async () => {
  const compare = async (list: readonly (string | undefined)[]) =>
    fetch(`${url}/api/v1/runs/compare?ids=${list.join(',')}`);
  const response = await compare([ids.get('tree-2'), 'f'.repeat(32), ids.get('alone')]);
  const { runs, missing } = (await response.json()) as ComparedRuns;
  assert.deepEqual(
    runs.map(({ name, experimentName }) => [name, experimentName]),
    [
      ['tree-2', 'table'],
      ['alone', 'table'],
    ],
  );
  assert.deepEqual(missing, ['f'.repeat(32)]);
  assert.equal(runs[0]?.parentRunId, ids.get('sweep'));
  assert.deepEqual(runs[1]?.values, {
    'metrics.acc': 0.9,
    'metrics.loss': Number.MAX_VALUE,
    'params.model': 'line',
    'params.note': '=1+1, "so"',
    'tags.mlflow.runName': 'alone',
    'tags.team': 'b',
  });
  assert.equal((await compare(Array.from({ length: 101 }, (_, index) => `a${index}`))).status, 400);
});

test('GET /api/v1/runs finds by the beginning of a name or an id', async () => {
  const find = async (search: string) => {
    const response = await fetch(`${url}/api/v1/runs?search=${encodeURIComponent(search)}`);
    return ((await response.json()) as NamedRuns).items.map(({ name }) => name);
  };
  assert.deepEqual(await find('TREE'), ['tree-2', 'tree-1']);
  assert.deepEqual(await find(ids.get('bare') as string), ['bare']);
  assert.deepEqual(await find((ids.get('bare') as string).slice(0, 20).toUpperCase()), ['bare']);
  for (const none of ['%', 'ree', 'tree-1x', 'tree\u{10ffff}']) assert.deepEqual(await find(none), [], none);
});
