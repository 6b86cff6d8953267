import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMlflowCaller } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { sql } from 'kysely';
import { createArtifacts } from '../../artifacts/index.ts';
import { createLedger } from '../../ledger/index.ts';
import { createTracking } from '../index.ts';

const platform = await createTestPlatform();
const ledger = createLedger(platform);
const artifacts = createArtifacts(platform);
const tracking = createTracking(platform, { ledger, artifacts });
const call = createMlflowCaller(await startTestServer(platform, [artifacts, tracking]));

interface WireRun {
  info: Record<string, unknown> & { run_id: string };
  data: {
    metrics?: { key: string; value: unknown; step: number; timestamp: number }[];
    params?: { key: string; value: string }[];
    tags?: { key: string; value: string }[];
  };
}

async function createRun(input: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await call('POST', 'mlflow/runs/create', { experiment_id: '0', ...input });
  assert.equal(status, 200, JSON.stringify(body));
  return (body.run as WireRun).info.run_id;
}
async function getRun(run_id: string): Promise<WireRun> {
  return (await call('GET', 'mlflow/runs/get', { run_id })).body.run as WireRun;
}
const post = (verb: string, input: Record<string, unknown>) => call('POST', `mlflow/runs/${verb}`, input);
const metric = (key: string, value: unknown, step = 0, timestamp = 1) => ({ key, value, step, timestamp });

async function refused(answer: Promise<{ status: number; body: Record<string, unknown> }>, message: RegExp) {
  const { status, body } = await answer;
  assert.equal(status, 400, JSON.stringify(body));
  assert.equal(body.error_code, 'INVALID_PARAMETER_VALUE');
  assert.match(String(body.message), message);
}

test('runs/create gives a run its name, times and place, unset fields left out', async () => {
  const run_id = await createRun({ run_name: 'one', start_time: 1000, user_id: 'ada' });
  assert.match(run_id, /^[0-9a-f]{32}$/);
  assert.deepEqual(await getRun(run_id), {
    info: {
      run_id,
      run_uuid: run_id,
      run_name: 'one',
      experiment_id: '0',
      user_id: 'ada',
      status: 'RUNNING',
      start_time: 1000,
      artifact_uri: `mlflow-artifacts:/0/${run_id}/artifacts`,
      lifecycle_stage: 'active',
    },
    data: { tags: [{ key: 'mlflow.runName', value: 'one' }] },
    inputs: {},
    outputs: {},
  });
  await refused(post('create', { experiment_id: '0', user_id: 'u'.repeat(257) }), /'user_id' exceeds/);
  await post('update', { run_id, run_name: 'n'.repeat(9000) });
  assert.equal((await getRun(run_id)).info.run_name, 'n'.repeat(8000));
  const unnamed = await getRun(await createRun());
  assert.match(String(unnamed.info.run_name), /^[a-z]+-[a-z]+-\d+$/);
  await refused(
    post('create', { experiment_id: '0', run_name: 'a', tags: [{ key: 'mlflow.runName', value: 'b' }] }),
    /Both 'run_name' argument and 'mlflow.runName' tag/,
  );
});

test('runs/log-metric keeps the greatest by step, time and value as latest, and every distinct value', async () => {
  const run_id = await createRun();
  const logged = [
    metric('m', 0.5, 1, 10),
    metric('m', 0.7, 2, 5),
    metric('m', 0.9, 1, 99),
    metric('m', 0.6, 2, 5),
    metric('m', 0.6, 2, 5),
  ];
  for (const value of logged) await post('log-metric', { run_id, ...value });
  for (const special of ['NaN', 'Infinity', '-Infinity']) {
    await post('log-metric', { run_id, ...metric(special, special) });
  }
  await post('log-metric', { run_uuid: run_id, ...metric('text', '2.5', '3' as never, '7' as never) });
  const { data } = await getRun(run_id);
  assert.deepEqual(data.metrics, [
    metric('-Infinity', -Number.MAX_VALUE),
    metric('Infinity', Number.MAX_VALUE),
    metric('NaN', 'NaN'),
    metric('m', 0.7, 2, 5),
    metric('text', 2.5, 3, 7),
  ]);
  const history = async (input: Record<string, unknown>) =>
    (await call('GET', 'mlflow/metrics/get-history', { run_id, metric_key: 'm', ...input })).body as {
      metrics?: { value: number }[];
      next_page_token?: string;
    };
  const all = (await history({})).metrics?.map(({ value }) => value);
  assert.deepEqual(all, [0.6, 0.7, 0.5, 0.9]);
  const first = await history({ max_results: 3 });
  const second = await history({ max_results: 3, page_token: first.next_page_token });
  assert.deepEqual([first.metrics?.length, second.metrics?.map(({ value }) => value)], [3, [0.9]]);
  assert.equal(second.next_page_token, undefined);
  assert.deepEqual(await history({ metric_key: 'none' }), {});
});

test('metrics/get-history sends a long history whole, and pages of any size', async () => {
  const run_id = await createRun();
  const points = 6001;
  await sql`
    INSERT INTO run_metric (run_id, key, value, timestamp, step, is_nan)
    SELECT ${run_id}, 'long', n / 4, n / 3, n, n % 1000 = 0 FROM generate_series(1, ${points}::int) AS n`.execute(
    platform.db,
  );
  const read = async (input: Record<string, unknown>) =>
    (await call('GET', 'mlflow/metrics/get-history', { run_id, metric_key: 'long', ...input })).body as {
      metrics?: { step: number }[];
      next_page_token?: string;
    };
  const steps = Array.from({ length: points }, (_, index) => index + 1);
  const whole = await read({});
  assert.deepEqual(
    whole.metrics?.map(({ step }) => step),
    steps,
  );
  assert.equal(whole.next_page_token, undefined);
  for (const [size, sizes] of [
    [2500, [2500, 2500, 1001]],
    [5500, [5500, 501]],
    [points, [points]],
  ] as const) {
    const found: number[][] = [];
    let page_token: string | undefined;
    do {
      const page = await read({ max_results: size, ...(page_token === undefined ? {} : { page_token }) });
      found.push(page.metrics?.map(({ step }) => step) ?? []);
      page_token = page.next_page_token;
    } while (page_token !== undefined);
    assert.deepEqual(
      found.map(({ length }) => length),
      sizes,
    );
    assert.deepEqual(found.flat(), steps);
  }
});

test('runs/log-metric upserts right from many writers at once', async () => {
  const run_id = await createRun();
  const writers = Array.from({ length: 20 }, (_, writer) =>
    post('log-batch', {
      run_id,
      metrics: ['b', 'a', 'c'].flatMap((key) => [metric(key, writer, writer), metric(key, 0, 0)]),
    }),
  );
  for (const { status } of await Promise.all(writers)) assert.equal(status, 200);
  const { data } = await getRun(run_id);
  assert.deepEqual(data.metrics, [metric('a', 19, 19), metric('b', 19, 19), metric('c', 19, 19)]);
});

test('runs/log-batch refuses bad batches among good ones that come at the same moment, and nothing else', async () => {
  const run_id = await createRun();
  const gone = await createRun();
  await post('delete', { run_id: gone });
  const answers = await Promise.all([
    ...Array.from({ length: 8 }, (_, index) => post('log-metric', { run_id, ...metric(`m${index}`, index) })),
    post('log-batch', { run_id, metrics: [metric('bad', 1)], params: [{ key: 'p', value: 'one' }] }),
    post('log-batch', { run_id, metrics: [metric('bad', 2)], params: [{ key: 'p', value: 'other' }] }),
    post('log-metric', { run_id: gone, ...metric('m', 1) }),
    post('log-metric', { run_id: 'f'.repeat(32), ...metric('m', 1) }),
  ]);
  const statuses = answers.map(({ status }) => status);
  assert.deepEqual(statuses.slice(0, 8), new Array(8).fill(200));
  assert.deepEqual(statuses.slice(8, 10).toSorted(), [200, 400]);
  assert.deepEqual(statuses.slice(10), [400, 404]);
  const { data } = await getRun(run_id);
  assert.equal(data.metrics?.length, 9);
  const written = statuses[8] === 200 ? [1, 'one'] : [2, 'other'];
  assert.deepEqual([data.metrics?.find(({ key }) => key === 'bad')?.value, data.params?.[0]?.value], written);
  assert.equal((await getRun(gone)).data.metrics, undefined);
});

test('runs/get gives back texts and numbers as they were logged', async () => {
  const run_id = await createRun();
  const text = '"quoted" \\ {"key":1} \n\t\u2028 é 漢 \u{1f600}';
  const values = [0.1, -2.5, 1e-300, 1e22, 123456789.123, Number.MIN_VALUE];
  const { status } = await post('log-batch', {
    run_id,
    metrics: values.map((value, index) => metric(`m${index}`, value)),
    params: [{ key: 'p', value: text }],
    tags: [{ key: 't', value: text }],
  });
  assert.equal(status, 200);
  const { data } = await getRun(run_id);
  assert.deepEqual([data.params?.[0]?.value, data.tags?.at(-1)?.value], [text, text]);
  assert.deepEqual(
    data.metrics?.map(({ value }) => value),
    values,
  );
  const found = await post('search', { experiment_ids: ['0'], filter: `run_id = '${run_id}'` });
  assert.deepEqual(found.body.runs, [await getRun(run_id)]);
});

test('runs/log-parameter takes a value once', async () => {
  const run_id = await createRun();
  const param = (value: string) => post('log-parameter', { run_id, key: 'lr', value });
  assert.equal((await param('0.1')).status, 200);
  assert.equal((await param('0.1')).status, 200);
  await refused(
    param('0.2'),
    /Changing param values is not allowed. Param with key='lr' was already logged with value='0.1' for run ID='.*'. Attempted logging new value '0.2'/,
  );
  await post('log-parameter', { run_id, key: 'empty' });
  await post('log-parameter', { run_id, key: 'long', value: 'x'.repeat(7000) });
  const params = (await getRun(run_id)).data.params;
  assert.deepEqual(
    params?.map(({ key, value }) => [key, value.length]),
    [
      ['empty', 0],
      ['long', 6000],
      ['lr', 3],
    ],
  );
});

test('runs/log-batch writes all of a batch or nothing', async () => {
  const run_id = await createRun({ run_name: 'batch' });
  const good = {
    run_id,
    metrics: [metric('loss', 0.25, 3, 4)],
    params: [{ key: 'p', value: '1' }],
    tags: [{ key: 't', value: 'v' }],
  };
  assert.deepEqual(await post('log-batch', good), { status: 200, body: {} });
  const before = await getRun(run_id);
  const keys = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: '1' }));
  const metrics = (count: number) => Array.from({ length: count }, (_, index) => metric(`k${index}`, 1));
  for (const [change, message] of [
    [
      {
        params: [
          { key: 'new', value: '1' },
          { key: 'p', value: '2' },
        ],
      },
      /Params were already logged='\[\{'key': 'p'/,
    ],
    [
      {
        params: [
          { key: 'x', value: '1' },
          { key: 'x', value: '1' },
        ],
      },
      /Duplicate parameter keys have been submitted: \['x'\]/,
    ],
    [{ params: keys(101) }, /at most 100 params. Got 101 params/],
    [{ tags: keys(101) }, /at most 100 tags/],
    [{ metrics: metrics(1001) }, /at most 1000 metrics/],
    [{ metrics: metrics(950), tags: keys(51) }, /at most 1000 metrics, params, and tags. Got 1001/],
    [
      { metrics: [metric('ok', 1), { key: 'no value', timestamp: 1 }] },
      /required parameter 'metrics\[1\].value'/,
    ],
    [
      { metrics: [metric('ok', 1), metric('../up', 1)] },
      /parameter 'metrics\[1\].name'.*must not resolve to other names/,
    ],
    [{ metrics: [metric('ok', 1), metric('bad&name', 1)] }, /Names may only contain/],
    [{ metrics: [metric('ok', 1), metric('early', 1, 0, -1)] }, /nonnegative/],
    [{ metrics: [{ ...metric('of model', 1), model_id: 'm-none' }] }, /not found/],
    [{ tags: [{ key: 'k'.repeat(251), value: '' }] }, /maximum length of 250/],
    [{ params: keys(2).map(({ key }) => ({ key, value: 'x'.repeat(600_000) })) }, /at most 1000000 bytes/],
  ] as const) {
    const answer = await post('log-batch', { run_id, metrics: [metric('extra', 1)], ...change });
    assert.ok(answer.status === 400 || answer.status === 404, JSON.stringify(answer));
    assert.match(String(answer.body.message), message);
    assert.deepEqual(await getRun(run_id), before);
  }
});

test('runs/log-batch moves a thousand metrics in one request', async () => {
  const run_id = await createRun();
  const metrics = Array.from({ length: 1000 }, (_, index) => metric(`m${index % 10}`, index, index));
  await post('log-batch', { run_id, metrics });
  const { rows } = await sql<{ logged: number; latest: number }>`
    SELECT (SELECT count(*) FROM run_metric WHERE run_id = ${run_id}) AS logged,
           (SELECT sum(value) FROM run_latest_metric WHERE run_id = ${run_id}) AS latest`.execute(
    platform.db,
  );
  assert.deepEqual(rows, [{ logged: 1000, latest: 9945 }]);
});

test('runs/set-tag renames by mlflow.runName and cuts long values; runs/delete-tag tells what was not there', async () => {
  const run_id = await createRun({ run_name: 'before' });
  await post('set-tag', { run_id, key: 'mlflow.runName', value: 'after' });
  await post('set-tag', { run_id, key: 'mlflow.runName', value: '' });
  await post('set-tag', { run_id, key: 'note', value: 'n'.repeat(9000) });
  const run = await getRun(run_id);
  assert.equal(run.info.run_name, 'after');
  assert.equal(run.data.tags?.find(({ key }) => key === 'note')?.value.length, 8000);
  assert.equal((await post('delete-tag', { run_id, key: 'note' })).status, 200);
  const absent = await post('delete-tag', { run_id, key: 'note' });
  assert.deepEqual([absent.status, absent.body.error_code], [404, 'RESOURCE_DOES_NOT_EXIST']);
});

test('runs/log-model adds what the model says to the tag of old clients, if it says enough', async () => {
  const run_id = await createRun();
  const model = { artifact_path: 'm', flavors: {}, utc_time_created: '2020-01-01', run_id };
  assert.equal((await post('log-model', { run_id, model_json: JSON.stringify(model) })).status, 200);
  await refused(
    post('log-model', { run_id, model_json: '{"flavors": {}}' }),
    /missing mandatory fields: artifact_path/,
  );
  const { data } = await getRun(run_id);
  const history = data.tags?.find(({ key }) => key === 'mlflow.log-model.history')?.value;
  assert.deepEqual(JSON.parse(String(history)), [model]);
});

test('runs/update ends a run once in the ledger, with what it measured', async () => {
  const run_id = await createRun({ run_name: 'ends', start_time: 1000 });
  await post('log-batch', {
    run_id,
    metrics: [metric('auc', 0.75), metric('nan', 'NaN'), metric('system/cpu', 12)],
    params: [{ key: 'p', value: '1' }],
  });
  for (const status of ['FINISHED', 'FINISHED', 'FAILED']) {
    assert.equal((await post('update', { run_id, status, end_time: 3500 })).status, 200);
  }
  const { rows } = await sql<{ data: unknown }>`
    SELECT data FROM ledger_entry WHERE subject = ${`run/${run_id}`} ORDER BY position`.execute(platform.db);
  assert.deepEqual(
    rows.map(({ data }) => data),
    [
      { runId: run_id, experimentId: '0', name: 'ends' },
      {
        runId: run_id,
        experimentId: '0',
        status: 'FINISHED',
        seconds: 2.5,
        metrics: { auc: '0.75', nan: 'NaN' },
        params: 1,
      },
    ],
  );
  await refused(post('update', { run_id, status: 'DONE' }), /Expected one of 'RUNNING'/);
});

test('a deleted run takes no writes until it is restored', async () => {
  const run_id = await createRun();
  await post('delete', { run_id });
  assert.equal((await post('delete', { run_id })).status, 200);
  for (const [verb, input] of [
    ['log-metric', metric('m', 1)],
    ['log-parameter', { key: 'p', value: '1' }],
    ['log-batch', {}],
    ['set-tag', { key: 'k', value: 'v' }],
    ['update', { status: 'FINISHED' }],
    ['log-inputs', {}],
    ['outputs', {}],
  ] as const) {
    await refused(
      post(verb, { run_id, ...input }),
      /must be in the 'active' state. Current state is deleted/,
    );
  }
  await post('restore', { run_id });
  assert.equal((await post('log-metric', { run_id, ...metric('m', 1) })).status, 200);
  for (const verb of ['delete', 'restore', 'log-batch']) {
    const { status, body } = await post(verb, { run_id: 'nope' });
    assert.deepEqual([status, body.error_code], [404, 'RESOURCE_DOES_NOT_EXIST']);
  }
});

test('runs/log-inputs keeps a dataset once an experiment, with the tags of each use', async () => {
  const [one, other] = [await createRun(), await createRun()];
  const dataset = { name: 'flights', digest: 'abc', source_type: 'local', source: 's', schema: '{}' };
  const train = { tags: [{ key: 'mlflow.data.context', value: 'training' }], dataset };
  const evaluation = { tags: [{ key: 'mlflow.data.context', value: 'eval' }], dataset };
  await post('log-inputs', { run_id: one, datasets: [train, evaluation], models: [{ model_id: 'm-1' }] });
  await post('log-inputs', { run_id: one, datasets: [evaluation] });
  await post('log-inputs', { run_id: other, datasets: [{ dataset }] });
  await post('outputs', { run_id: one, models: [{ model_id: 'm-2', step: 4 }] });
  const run = (await getRun(one)) as WireRun & { inputs: unknown; outputs: unknown };
  assert.deepEqual(run.inputs, { dataset_inputs: [train], model_inputs: [{ model_id: 'm-1' }] });
  assert.deepEqual(run.outputs, { model_outputs: [{ model_id: 'm-2', step: 4 }] });
  const { rows } = await sql<{ n: number }>`SELECT count(*) AS n FROM dataset`.execute(platform.db);
  assert.deepEqual(rows, [{ n: 1 }]);
  await refused(
    post('log-inputs', { run_id: one, datasets: [{ dataset: { ...dataset, digest: 'd'.repeat(37) } }] }),
    /maximum length of 36/,
  );
  const profile = 'p'.repeat(3_000_000);
  const large = await post('log-inputs', {
    run_id: one,
    datasets: [{ dataset: { ...dataset, digest: 'big', profile } }],
  });
  assert.equal(large.status, 200);
});

test('Tracking serves other domains by the same rules', async () => {
  const run = await tracking.createRun({
    experiment: 'pipeline',
    runName: 'step',
    params: { seed: '7' },
    tags: { a: 'b' },
  });
  const again = await tracking.createRun({ experiment: 'pipeline', runName: 'other' });
  assert.equal(again.experimentId, run.experimentId);
  await tracking.logBatch(run.runId, { metrics: { auc: 0.8, nan: Number.NaN }, tags: { c: 'd' } });
  await tracking.finishRun(run.runId, 'FINISHED');
  await tracking.finishRun(run.runId, 'FAILED');
  assert.deepEqual(await tracking.getRun(run.runId), {
    runId: run.runId,
    experimentId: run.experimentId,
    status: 'FINISHED',
    params: { seed: '7' },
    metrics: { auc: 0.8, nan: Number.NaN },
    tags: { a: 'b', c: 'd', 'mlflow.runName': 'step' },
    artifactRoot: run.artifactRoot,
  });
  assert.equal(await tracking.findLoggedModel(run.runId), undefined);
  await assert.rejects(tracking.getRun('nope'), { code: 'RUN_NOT_FOUND' });
});
