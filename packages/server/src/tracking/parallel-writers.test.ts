import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createMlflowCaller } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { spawnControl } from '../fixtures/spawn-control.ts';

const { config } = await createTestPlatform();
const first = await spawnControl(config, 'control-1');
const second = await spawnControl(config, 'control-2');
after(() => Promise.all([first.stop(), second.stop()]));
const callers = [createMlflowCaller(first.url), createMlflowCaller(second.url)];

type Answer = { status: number; body: Record<string, unknown> };
/** Over both processes in turn. */
const call = (index: number, method: string, path: string, input: object): Promise<Answer> =>
  (callers[index % callers.length] as ReturnType<typeof createMlflowCaller>)(method, `mlflow/${path}`, {
    ...input,
  });
const times = <Value>(count: number, make: (index: number) => Promise<Value>): Promise<Value[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

interface Logged {
  readonly data: Record<'metrics' | 'params' | 'tags', { key: string; value: unknown; step?: number }[]>;
}

const newRun = async (): Promise<string> => {
  const { body } = await call(0, 'POST', 'runs/create', { experiment_id: '0' });
  return (body.run as { info: { run_id: string } }).info.run_id;
};
const readRun = async (run_id: string): Promise<Logged> =>
  (await call(1, 'GET', 'runs/get', { run_id })).body.run as Logged;

test('a thousand writers to one run over two processes: what is acknowledged is there, and nothing fails', async () => {
  const run_id = await newRun();
  const writers = 1000;
  const answers = await times(writers, (index) => {
    const metric = { key: `m${index % 10}`, value: index, timestamp: 1000 + index, step: index };
    const param = { key: `p${index}`, value: String(index) };
    const tag = { key: `t${index % 50}`, value: String(index) };
    // Every way of logging, and batches whose keys come in either order.
    if (index % 4 === 0) return call(index, 'POST', 'runs/log-metric', { run_id, ...metric });
    if (index % 4 === 1) return call(index, 'POST', 'runs/log-parameter', { run_id, ...param });
    if (index % 4 === 2) return call(index, 'POST', 'runs/set-tag', { run_id, ...tag });
    const tags = [tag, { key: 'shared-a', value: 'x' }, { key: 'shared-b', value: 'x' }];
    const batch = {
      run_id,
      metrics: [metric],
      params: [param],
      tags: index % 8 === 3 ? tags : tags.reverse(),
    };
    return call(index, 'POST', 'runs/log-batch', batch);
  });
  assert.deepEqual(
    answers.filter(({ status }) => status !== 200),
    [],
  );

  const { data } = await readRun(run_id);
  const wrote = (kind: number) =>
    Array.from({ length: writers }, (_, index) => index).filter(
      (index) => index % 4 === kind || index % 4 === 3,
    );
  assert.deepEqual(
    data.params.map(({ value }) => Number(value)).sort((a, b) => a - b),
    wrote(1),
  );
  const last = (key: string) => Math.max(...wrote(0).filter((index) => `m${index % 10}` === key));
  for (const { key, value } of data.metrics) assert.equal(value, last(key), `latest of ${key}`);
  const histories = await times(10, async (index) => {
    const { body } = await call(index, 'GET', 'metrics/get-history', { run_id, metric_key: `m${index}` });
    return (body.metrics as { step: number }[] | undefined) ?? [];
  });
  assert.deepEqual(
    histories
      .flat()
      .map(({ step }) => step)
      .sort((a, b) => a - b),
    wrote(0),
  );
  assert.equal(
    data.tags.filter(({ key }) => /^t\d+$/.test(key)).length,
    new Set(wrote(2).map((index) => index % 50)).size,
  );
});

test('writers in conflict over params: each param has one outcome, the losers wrote nothing and are told', async () => {
  const run_id = await newRun();
  const answers = await times(200, (index) =>
    call(index, 'POST', 'runs/log-batch', {
      run_id,
      // Two params, in either order, and a metric that must come only with them.
      params: [
        { key: 'a', value: `a${index}` },
        { key: 'b', value: `b${index}` },
      ].sort(() => (index % 3 === 0 ? -1 : 1)),
      metrics: [{ key: 'written-by', value: index, timestamp: 1, step: index }],
    }),
  );
  const winners = answers.flatMap(({ status }, index) => (status === 200 ? [index] : []));
  assert.equal(winners.length, 1, `${winners.length} writers won`);
  for (const { status, body } of answers.filter((answer) => answer.status !== 200)) {
    assert.deepEqual([status, body.error_code], [400, 'INVALID_PARAMETER_VALUE']);
    assert.match(String(body.message), /Changing param values is not allowed/);
  }
  const [winner] = winners;
  const { data } = await readRun(run_id);
  assert.deepEqual(data.params, [
    { key: 'a', value: `a${winner}` },
    { key: 'b', value: `b${winner}` },
  ]);
  assert.deepEqual(
    data.metrics.map(({ value }) => value),
    [winner],
  );
});

for (const [what, path, input] of [
  ['experiment', 'experiments/create', { name: 'made at once' }],
  ['registered model', 'registered-models/create', { name: 'made-at-once' }],
] as const) {
  test(`one ${what} comes of a hundred that are created under one name at once`, async () => {
    const answers = await times(100, (index) => call(index, 'POST', path, input));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    for (const { status, body } of answers.filter((answer) => answer.status !== 200)) {
      assert.deepEqual([status, body.error_code], [400, 'RESOURCE_ALREADY_EXISTS'], JSON.stringify(body));
    }
  });
}

test('versions that are created at once are numbered without gap or double', async () => {
  const run_id = await newRun();
  const { body } = await call(0, 'GET', 'runs/get', { run_id });
  const source = (body.run as { info: { artifact_uri: string } }).info.artifact_uri;
  await call(0, 'POST', 'registered-models/create', { name: 'many-versions' });
  const answers = await times(60, (index) =>
    call(index, 'POST', 'model-versions/create', { name: 'many-versions', source, run_id }),
  );
  assert.deepEqual(
    answers.filter(({ status }) => status !== 200),
    [],
  );
  const numbers = answers.map((answer) => Number((answer.body.model_version as { version: string }).version));
  assert.deepEqual(
    numbers.sort((a, b) => a - b),
    Array.from({ length: 60 }, (_, index) => index + 1),
  );
});

test('after it the ledger verifies', async () => {
  const answer = await fetch(`${first.url}/api/v1/ledger/verify`, { method: 'POST' });
  const { verified, problems } = (await answer.json()) as { verified: boolean; problems: unknown[] };
  assert.deepEqual([verified, problems], [true, []]);
});
