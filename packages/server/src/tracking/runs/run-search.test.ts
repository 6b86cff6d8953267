import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMlflowCaller } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { sql } from 'kysely';
import { createArtifacts } from '../../artifacts/index.ts';
import { createLedger } from '../../ledger/index.ts';
import { createTracking } from '../index.ts';
import { toPageSql } from '../search/index.ts';
import { searchRuns, toRunPage } from './run-search.ts';

const platform = await createTestPlatform();
const ledger = createLedger(platform);
const artifacts = createArtifacts(platform);
const call = createMlflowCaller(
  await startTestServer(platform, [artifacts, createTracking(platform, { ledger, artifacts })]),
);
const post = (path: string, input: Record<string, unknown>) => call('POST', `mlflow/${path}`, input);

/** Twelve runs: metrics with ties, NaN and gaps, so that every kind of sort value meets every other. */
const { body } = await post('experiments/create', { name: 'search' });
const experimentId = body.experiment_id as string;
const accuracies = [0.1, 0.5, 0.5, 'NaN', undefined, 0.9, -1, undefined, 'NaN', 0.5, 0, 2];
const ids: string[] = [];
for (const [index, accuracy] of accuracies.entries()) {
  const { body } = await post('runs/create', {
    experiment_id: experimentId,
    run_name: `r${index}`,
    user_id: index % 2 ? 'ada' : 'bob',
    start_time: 1000 + Math.floor(index / 3),
  });
  const run_id = (body.run as { info: { run_id: string } }).info.run_id;
  ids.push(run_id);
  await post('runs/log-batch', {
    run_id,
    metrics: accuracy === undefined ? [] : [{ key: 'acc', value: accuracy, timestamp: 1 }],
    params: index < 6 ? [{ key: 'depth', value: String(index % 3) }] : [],
    tags: index % 4 === 0 ? [{ key: 'with space', value: 'Yes' }] : [],
  });
  if (index < 2) await post('runs/update', { run_id, status: 'FINISHED', end_time: 5000 + index });
}
await post('runs/log-inputs', {
  run_id: ids[1] as string,
  datasets: [
    {
      dataset: { name: 'flights', digest: 'abc', source_type: 'local', source: 's' },
      tags: [{ key: 'mlflow.data.context', value: 'training' }],
    },
  ],
});

interface Found {
  runs?: { info: { run_name: string } }[];
  next_page_token?: string;
}
async function search(input: Record<string, unknown>): Promise<{ names: string; token: string | undefined }> {
  const { status, body } = await post('runs/search', { experiment_ids: [experimentId], ...input });
  assert.equal(status, 200, JSON.stringify(body));
  const { runs = [], next_page_token } = body as Found;
  return { names: runs.map(({ info }) => info.run_name.slice(1)).join(' '), token: next_page_token };
}
const filtered = async (filter: string) =>
  (await search({ filter, order_by: ['attributes.start_time', 'attributes.run_name'] })).names;

test('runs/search compares metrics by their latest value; NaN is unequal to all and nothing else', async () => {
  assert.equal(await filtered('metrics.acc > 0.4'), '1 2 5 11 9');
  assert.equal(await filtered('metrics.acc = 0.5'), '1 2 9');
  assert.equal(await filtered('metrics.acc <= 0'), '6 10');
  assert.equal(await filtered('metrics.acc != 0.5'), '0 3 5 6 8 10 11');
  assert.equal(await filtered('metrics.`acc` >= 9e-1 AND metrics.acc < 1'), '5');
});

test('runs/search holds every one of very many conditions', async () => {
  const many = (last: string) => [...Array(300).fill("params.depth = '1'"), last].join(' AND ');
  assert.equal(await filtered(many('metrics.acc != 7')), '1');
  assert.equal(await filtered(many('metrics.acc > 0.5')), '');
  assert.equal(await filtered(many("params.absent IS NULL AND params.depth != '2'")), '1 4');
  // Two to the fifth, each in parentheses of its own.
  const nested = Array(5)
    .fill(0)
    .reduce((inner: string) => `(${inner}) AND (${inner})`, "params.depth = '1'");
  assert.equal(await filtered(nested), '1 4');
});

test('runs/search compares params, tags and datasets, and tells a missing key from another value', async () => {
  assert.equal(await filtered("params.depth = '1'"), '1 4');
  assert.equal(await filtered("params.depth != '1'"), '0 2 3 5');
  assert.equal(await filtered('params.depth IS NULL'), '6 7 8 10 11 9');
  assert.equal(await filtered("tags.`with space` = 'Yes'"), '0 4 8');
  assert.equal(await filtered('tags."with space" LIKE \'y%\''), '');
  assert.equal(await filtered('tags."with space" ILIKE \'y%\''), '0 4 8');
  assert.equal(await filtered('tag."with space" IS NOT NULL AND params.depth IS NOT NULL'), '0 4');
  assert.equal(await filtered("datasets.name = 'flights' AND dataset.context IN ('training', 'eval')"), '1');
  assert.equal(await filtered("dataset.digest != 'abc'"), '');
});

test('runs/search compares attributes, with OR and parentheses beyond MLflow', async () => {
  assert.equal(await filtered("attributes.status = 'FINISHED'"), '0 1');
  assert.equal(await filtered("user_id = 'ada' AND start_time > 1002"), '11 9');
  assert.equal(await filtered('end_time > 0'), '0 1');
  assert.equal(await filtered('duration >= 4001'), '1');
  assert.equal(await filtered(`run_id IN ('${ids[3]}', '${ids[7]}')`), '3 7');
  assert.equal(await filtered(`run_id NOT IN ('${ids[3]}') AND start_time = 1001`), '4 5');
  assert.equal(await filtered("attributes.\"Run Name\" = 'r7' OR run_name = 'r2'"), '2 7');
  assert.equal(await filtered("(params.depth = '0' OR metrics.acc > 1) AND user_id = 'ada'"), '3 11');
  assert.equal(await filtered("params.depth = '0' OR metrics.acc > 1 AND user_id = 'ada'"), '0 3 11');
  assert.equal(
    await filtered("run_name LIKE 'r_' AND artifact_uri LIKE 'mlflow-artifacts:%'"),
    '0 1 2 3 4 5 6 7 8 9',
  );
});

test('runs/search treats what a filter says as data only', async () => {
  assert.equal(await filtered("run_name = 'r1'' OR ''1''=''1'"), '');
  assert.equal(await filtered("tags.`x' OR true --` = 'y'"), '');
  assert.equal(await filtered("params.depth LIKE '\\%'"), '');
});

test('runs/search sorts numbers, then NaN, then runs without the metric, either way round', async () => {
  const sorted = async (...order_by: string[]) => (await search({ order_by })).names;
  assert.equal(await sorted('metrics.acc ASC', 'run_name'), '6 10 0 1 2 9 5 11 3 8 4 7');
  assert.equal(await sorted('metrics.acc DESC', 'run_name'), '11 5 1 2 9 0 10 6 3 8 4 7');
  assert.equal(await sorted('params.depth DESC', 'run_name DESC'), '5 2 4 1 3 0 9 8 7 6 11 10');
  assert.equal(await sorted('duration', 'run_name'), '0 1 10 11 2 3 4 5 6 7 8 9');
  assert.equal(await sorted('attributes.end_time DESC', 'run_name'), '1 0 10 11 2 3 4 5 6 7 8 9');
  assert.equal((await sorted()).split(' ').length, 12);
  assert.match(await sorted(), /^(9|10|11) /);
});

test('runs/search pages give every run once, in the order of the whole, whatever the order is', async () => {
  for (const order_by of [
    [],
    ['metrics.acc'],
    ['metrics.acc DESC'],
    ['params.depth', 'metrics.acc DESC'],
    ['tags.`with space` DESC', 'attributes.end_time'],
    ['start_time DESC', 'user_id'],
    ['attributes.run_name DESC'],
  ]) {
    const whole = (await search({ order_by })).names;
    for (const max_results of [1, 5, 12]) {
      const pages: string[] = [];
      let page_token: string | undefined;
      do {
        const page = await search({ order_by, max_results, page_token });
        pages.push(page.names);
        page_token = page.token;
      } while (page_token !== undefined);
      assert.equal(pages.join(' '), whole, `${order_by} by ${max_results}`);
      assert.equal(pages.length, Math.ceil(12 / max_results));
    }
  }
});

test('runs/search pages stay whole while runs come in', async () => {
  const first = await search({ max_results: 6 });
  const { body } = await post('runs/create', {
    experiment_id: experimentId,
    run_name: 'r99',
    start_time: 9999,
  });
  const second = await search({ max_results: 6, page_token: first.token });
  assert.equal(new Set(`${first.names} ${second.names}`.split(' ')).size, 12);
  await post('runs/delete', { run_id: (body.run as { info: { run_id: string } }).info.run_id });
  assert.equal((await search({ run_view_type: 'DELETED_ONLY' })).names, '99');
  assert.equal((await search({ run_view_type: 'ALL' })).names.split(' ').length, 13);
});

test('runs/search answers 400, in words, to what it cannot do', async () => {
  const { token } = await search({ max_results: 1 });
  for (const [input, message] of [
    [{ filter: 'acc > 1' }, /Invalid attribute key 'acc' specified. Valid keys are/],
    [{ filter: 'foo.acc > 1' }, /Invalid entity type 'foo'. Valid values are/],
    [{ filter: "metrics.acc > 'high'" }, /Expected numeric value type for metric. Found 'high'/],
    [{ filter: 'params.depth = 1' }, /Expected a quoted string value for param .*Got value 1/],
    [{ filter: "params.depth > '1'" }, /Invalid comparator '>'/],
    [{ filter: "status IN ('RUNNING')" }, /Invalid comparator 'IN'/],
    [{ filter: 'metrics.acc IS NULL' }, /only supported for tags and params/],
    [{ filter: "dataset.size = '1'" }, /Invalid dataset key 'size'/],
    [{ filter: 'metrics.acc >' }, /Invalid clause\(s\) in filter string/],
    [{ order_by: ['metrics.acc', 'metric.acc DESC'] }, /contains duplicate fields/],
    [{ order_by: ['metrics.acc SIDEWAYS'] }, /order_by clause/],
    [{ order_by: ['nothing'] }, /Invalid attribute key/],
    [
      { order_by: Array.from({ length: 2000 }, (_, index) => `metrics.m${index}`) },
      /sorts by at most 100, with those that tell equal rows apart/,
    ],
    [{ page_token: 'garbage' }, /Invalid page token/],
    [{ page_token: token, order_by: ['user_id'] }, /Invalid page token/],
    [{ max_results: 50_001 }, /'max_results'/],
    [{ max_results: 0 }, /'max_results'/],
    [{ run_view_type: 'SOME' }, /'run_view_type'/],
    [{ experiment_ids: ['x'] }, /Experiment ID must be a valid integer/],
    [{ filter: 7 }, /Invalid value 7 for parameter 'filter' supplied/],
  ] as const) {
    const { status, body } = await post('runs/search', { experiment_ids: [experimentId], ...input });
    assert.equal(status, 400, JSON.stringify(input));
    assert.equal(body.error_code, 'INVALID_PARAMETER_VALUE');
    assert.match(String(body.message), message);
  }
  assert.deepEqual((await post('runs/search', { experiment_ids: [] })).body, {});
  const byNumber = await post('runs/search', { experiment_ids: [Number(experimentId)] });
  assert.deepEqual(byNumber, await post('runs/search', { experiment_ids: [experimentId] }));
});

test('searchRuns reads a run list from an index in its order, the first page and a later one', async () => {
  await sql`
    INSERT INTO run (run_id, experiment_id, name, user_id, status, started_ms, artifact_uri)
    SELECT 'bulk' || n, 0, 'bulk', 'u', 'RUNNING', n, 'mlflow-artifacts:/0' FROM generate_series(1, 20000) AS n`.execute(
    platform.db,
  );
  await sql`ANALYZE run`.execute(platform.db);
  const search = {
    experimentIds: [0],
    filter: '',
    stages: ['active'],
    orderBy: [],
    maxResults: 100,
  } as const;
  const found = searchRuns(platform.db, { ...search, pageToken: undefined });
  await found.next();
  const { value: nextPageToken } = await found.next();
  for (const pageToken of [undefined, nextPageToken]) {
    const { rows } = await sql<{ 'QUERY PLAN': string }>`
      EXPLAIN ${toPageSql(toRunPage({ ...search, pageToken }))}`.execute(platform.db);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    assert.match(plan, /Index Scan using run_newest/, plan);
    assert.doesNotMatch(plan, /Seq Scan|Sort/, plan);
  }
});

test('runs/search sends a long page whole and in order', async () => {
  const { body } = await post('runs/search', { experiment_ids: ['0'], max_results: 700 });
  const runs = body.runs as { info: { run_id: string } }[];
  const newest = Array.from({ length: 700 }, (_, index) => `bulk${20_000 - index}`);
  assert.deepEqual(
    runs.map(({ info }) => info.run_id),
    newest,
  );
  const next = await post('runs/search', {
    experiment_ids: ['0'],
    max_results: 1,
    page_token: body.next_page_token,
  });
  assert.equal((next.body.runs as typeof runs)[0]?.info.run_id, 'bulk19300');
});
