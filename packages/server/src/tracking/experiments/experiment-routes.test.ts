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
const url = await startTestServer(platform, [artifacts, tracking]);
const call = createMlflowCaller(url);
const experiments = (verb: string, input: Record<string, unknown> = {}, method = 'POST') =>
  call(method, `mlflow/experiments/${verb}`, input);

async function create(name: string, extra: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await experiments('create', { name, ...extra });
  assert.equal(status, 200, JSON.stringify(body));
  return body.experiment_id as string;
}
async function names(input: Record<string, unknown>): Promise<unknown[]> {
  const { body } = await experiments('search', { max_results: 100, ...input });
  return ((body.experiments ?? []) as { name: string }[]).map(({ name }) => name);
}

test('experiments start with the default one, whose artifacts lie in the store', async () => {
  const { body } = await experiments('get', { experiment_id: '0' }, 'GET');
  const { creation_time, last_update_time, ...rest } = body.experiment as Record<string, unknown>;
  assert.deepEqual(rest, {
    experiment_id: '0',
    name: 'Default',
    artifact_location: 'mlflow-artifacts:/0',
    lifecycle_stage: 'active',
  });
  assert.equal(typeof creation_time, 'number');
  assert.equal(creation_time, last_update_time);
});

test('experiments/create writes the ledger entry, and refuses a taken name, deleted ones included', async () => {
  const id = await create('once', { tags: [{ key: 'team', value: 'delay' }] });
  await experiments('delete', { experiment_id: id });
  for (const input of [{ name: 'once' }, { name: 'Default' }]) {
    const { status, body } = await experiments('create', input);
    assert.equal(status, 400);
    assert.equal(body.error_code, 'RESOURCE_ALREADY_EXISTS');
    assert.match(String(body.message), /already exists/);
  }
  const { rows } = await sql<{ data: unknown; actor: string }>`
    SELECT data FROM ledger_entry WHERE type = 'experiment.created'`.execute(platform.db);
  assert.deepEqual(rows, [{ data: { experimentId: id, name: 'once' } }]);
});

test('experiments/create keeps artifacts in this store', async () => {
  const id = await create('elsewhere', { artifact_location: 'mlflow-artifacts:/team/folder' });
  const { body } = await call('POST', 'mlflow/runs/create', { experiment_id: id });
  const { info } = body.run as { info: { artifact_uri: string; run_id: string } };
  assert.equal(info.artifact_uri, `mlflow-artifacts:/team/folder/${info.run_id}/artifacts`);
  for (const location of [
    's3://bucket/x',
    'file:///tmp',
    '/tmp/x',
    'mlflow-artifacts:/a/../..',
    'runs:/x/y',
  ]) {
    const refused = await experiments('create', { name: `at ${location}`, artifact_location: location });
    assert.equal(refused.status, 400, location);
    assert.equal(refused.body.error_code, 'INVALID_PARAMETER_VALUE');
  }
});

test('experiments/delete takes runs along and experiments/restore brings them back', async () => {
  const id = await create('with runs');
  const { body } = await call('POST', 'mlflow/runs/create', { experiment_id: id, run_name: 'r' });
  const run_id = (body.run as { info: { run_id: string } }).info.run_id;
  await experiments('delete', { experiment_id: id });
  const stage = async () => {
    const { body } = await call('GET', 'mlflow/runs/get', { run_id });
    return (body.run as { info: { lifecycle_stage: string } }).info.lifecycle_stage;
  };
  assert.equal(await stage(), 'deleted');
  const refused = await call('POST', 'mlflow/runs/create', { experiment_id: id });
  assert.equal(refused.status, 400);
  assert.match(String(refused.body.message), /must be in the 'active' state. Current state is deleted/);
  assert.equal((await experiments('update', { experiment_id: id, new_name: 'x' })).status, 400);
  assert.equal((await experiments('delete', { experiment_id: id })).status, 404);
  await experiments('restore', { experiment_id: id });
  assert.equal(await stage(), 'active');
  assert.equal((await experiments('restore', { experiment_id: id })).status, 404);
});

test('experiments/delete and restore at the same time move it once, with one entry', async () => {
  const id = await create('contested');
  for (const [verb, type] of [
    ['delete', 'experiment.deleted'],
    ['restore', 'experiment.restored'],
  ] as const) {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => experiments(verb, { experiment_id: id })),
    );
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [200, ...Array(7).fill(404)], verb);
    const entries = (await ledger.facts([type])).filter(({ data }) => data.experimentId === id);
    assert.equal(entries.length, 1, verb);
  }
});

test('experiments/search filters, orders and pages through the same grammar as runs', async () => {
  for (const letter of ['a', 'b', 'c', 'd', 'e']) {
    await create(`search-${letter}`, { tags: [{ key: 'letter', value: letter }] });
  }
  const mine = "name LIKE 'search-%'";
  assert.deepEqual(await names({ filter: `${mine} AND tags.letter != 'c'`, order_by: ['name DESC'] }), [
    'search-e',
    'search-d',
    'search-b',
    'search-a',
  ]);
  assert.deepEqual(await names({ filter: `${mine} AND (tags.letter = 'a' OR tags.letter = 'e')` }), [
    'search-e',
    'search-a',
  ]);
  assert.deepEqual(await names({ filter: mine, order_by: ['name DESC', 'name'], max_results: 2 }), [
    'search-e',
    'search-d',
  ]);
  const paged: unknown[] = [];
  let page_token: unknown;
  do {
    const { body } = await experiments('search', { filter: mine, max_results: 2, page_token });
    paged.push(...(body.experiments as { name: string }[]).map(({ name }) => name));
    page_token = body.next_page_token;
  } while (page_token !== undefined);
  assert.deepEqual(paged, ['search-e', 'search-d', 'search-c', 'search-b', 'search-a']);
});

test('experiments/set-experiment-tag replaces, experiments/delete-experiment-tag tells what was not there', async () => {
  const experiment_id = await create('tagged');
  await experiments('set-experiment-tag', { experiment_id, key: 'k', value: 'one' });
  await experiments('set-experiment-tag', { experiment_id, key: 'k', value: 'two' });
  const { body } = await experiments('get', { experiment_id }, 'GET');
  assert.deepEqual((body.experiment as { tags: unknown }).tags, [{ key: 'k', value: 'two' }]);
  assert.equal((await experiments('delete-experiment-tag', { experiment_id, key: 'k' })).status, 200);
  const absent = await experiments('delete-experiment-tag', { experiment_id, key: 'k' });
  assert.equal(absent.status, 404);
  assert.equal(absent.body.error_code, 'RESOURCE_DOES_NOT_EXIST');
});

test('the door answers in its own shape: other types, other bodies, other paths, both prefixes', async () => {
  const post = async (body: string | Buffer<ArrayBuffer>, type: string | undefined, prefix = 'api') => {
    const response = await fetch(`${url}/${prefix}/2.0/mlflow/experiments/search`, {
      method: 'POST',
      body,
      ...(type === undefined ? {} : { headers: { 'content-type': type } }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  assert.equal((await post('{}', 'application/json', 'ajax-api')).status, 200);
  assert.equal((await post('{}', 'application/json; charset=utf-8')).status, 200);
  assert.equal((await post('"{\\"max_results\\": 1}"', 'application/json')).status, 200);
  for (const [body, type, message] of [
    ['{', 'application/json', /not valid JSON/],
    ['[1]', 'application/json', /JSON object/],
    [Buffer.from('7b226e616d65223a22ff227d', 'hex'), 'application/json', /not valid UTF-8/],
    ['{}', 'text/plain', /Content-Type must be one of \['application\/json'\]/],
    [`{"filter": "${'x'.repeat(2_000_001)}"}`, 'application/json', /at most 2000000 bytes/],
  ] as const) {
    const answer = await post(body, type);
    assert.equal(answer.status, 400);
    assert.equal(answer.body.error_code, 'INVALID_PARAMETER_VALUE');
    assert.match(String(answer.body.message), message);
  }
  const unknown = await call('GET', 'mlflow/no/such/route');
  assert.deepEqual([unknown.status, unknown.body.error_code], [404, 'ENDPOINT_NOT_FOUND']);
  assert.equal(await (await fetch(`${url}/version`)).text(), '3.17.2');
  assert.equal(await (await fetch(`${url}/health`)).text(), 'OK');
});
