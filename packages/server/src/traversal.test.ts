import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createMlflowCaller } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { sql } from 'kysely';
import { startControlServer } from './fixtures/control-server.ts';
import { hostilePaths } from './fixtures/hostile-paths.ts';

const secret = 'nobody outside may read this';
const base = await createTestPlatform();
const { db } = base;
const { home } = base.config;
const consoleDir = join(home, 'console');
await mkdir(consoleDir);
await writeFile(join(consoleDir, 'index.html'), '<p>the page</p>');
for (const name of ['x', 'b', 'secret']) await writeFile(join(home, name), secret);
const control = await startControlServer({ ...base, config: { ...base.config, consoleDir } });
after(() => control.stop());

const call = createMlflowCaller(control.url);
const { body: experiment } = await call('POST', 'mlflow/experiments/create', { name: 'targets' });
const { body: created } = await call('POST', 'mlflow/runs/create', experiment);
const { run_id, artifact_uri } = (created.run as { info: { run_id: string; artifact_uri: string } }).info;
const { body: logged } = await call('POST', 'mlflow/logged-models', { ...experiment, name: 'm' });
const { model_id } = (logged.model as { info: { model_id: string } }).info;
const stored = `/api/2.0/mlflow-artifacts/artifacts/${artifact_uri.slice('mlflow-artifacts:/'.length)}/a`;
assert.equal((await send('PUT', stored, 'kept')).status, 200);
await call('POST', 'mlflow/registered-models/create', { name: 'm' });
await call('POST', 'mlflow/model-versions/create', { name: 'm', source: artifact_uri, run_id });
const trace_id = `tr-${'0'.repeat(31)}1`;
const trace_location = { mlflow_experiment: experiment };
const trace_info = { trace_id, trace_location, request_time: '2026-01-31T12:00:00Z' };
await post('/api/3.0/mlflow/traces', { trace: { trace_info } });
const { body: imported } = await post('/api/v1/imports', { source: 'http://somewhere' });
const { importId } = JSON.parse(imported) as { importId: string };

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends the target as it stands: `fetch` would tidy it. */
function send(method: string, target: string, content?: string, type?: string): Promise<Answer> {
  const { hostname, port } = new URL(control.url);
  return new Promise((resolve, reject) => {
    const headers = type === undefined ? {} : { 'content-type': type };
    // A refused upload ends its connection: none is used twice.
    const options = { hostname, port, method, path: target, headers, agent: false };
    const sent = request(options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject);
    sent.end(content);
  });
}

function post(path: string, body: object): Promise<Answer> {
  return send('POST', path, JSON.stringify(body), 'application/json');
}

/** As near to the path as a request line may be, encoded, and encoded twice. */
function spell(path: string): string[] {
  const raw = path.replace(/[^!-~]|[?#"<>^`{|}]/gu, encodeURIComponent);
  const once = encodeURIComponent(path);
  return [raw, once, encodeURIComponent(once)];
}

/** Everything that could have changed: rows, and files of the home folder. */
async function takeStock(): Promise<unknown> {
  const { rows } = await sql`
    SELECT (SELECT array_agg(path ORDER BY path) FROM artifact) AS artifacts,
      (SELECT count(*) FROM artifact_upload) AS uploads, (SELECT count(*) FROM model_version) AS versions,
      (SELECT count(*) FROM experiment) AS experiments`.execute(db);
  const files = await readdir(home, { recursive: true });
  // The sealer signs its checkpoint when it will.
  return [rows, files.filter((file) => !file.startsWith('keys')).sort()];
}

async function assertRefused(requests: readonly (() => Promise<Answer>)[], what: string): Promise<void> {
  for (const answer of await Promise.all(requests.map((send) => send()))) {
    const shown = `${what}: ${answer.status} ${answer.body.slice(0, 300)}`;
    assert.ok(answer.status >= 400 && answer.status < 500, shown);
    assert.ok(!answer.body.includes(secret) && !answer.body.includes('root:'), shown);
    if (answer.status === 400 && answer.body !== '') assert.match(answer.body, /"message":"[^"]/, shown);
  }
}

const proxy = '2.0/mlflow-artifacts';
/** Passes over `.`, as clients ask for the folder `.` of a run. */
const list = `/api/${proxy}/artifacts?path=`;
/** Routes with a path of an artifact in their own path or query, by what comes before it. */
const targets: readonly [method: string, before: string][] = [
  ...['api', 'ajax-api'].flatMap((prefix) =>
    ['GET', 'HEAD', 'PUT', 'DELETE'].map((method): [string, string] => [
      method,
      `/${prefix}/${proxy}/artifacts/`,
    ]),
  ),
  ['PUT', `/api/${proxy}/mpu/part/1/`],
  ['GET', list],
  ['GET', `/api/2.0/mlflow/artifacts/list?run_id=${run_id}&path=`],
  ['GET', '/api/2.0/mlflow/artifacts/list?path=a&run_id='],
  ['GET', `/api/2.0/mlflow/logged-models/${model_id}/artifacts/directories?artifact_directory_path=`],
  ['GET', `/ajax-api/2.0/mlflow/logged-models/${model_id}/artifacts/files?artifact_file_path=`],
  ['GET', `/get-artifact?run_uuid=${run_id}&path=`],
  ['GET', '/get-artifact?path=a&run_id='],
  ['GET', '/model-versions/get-artifact?name=m&version=1&path='],
  ['GET', '/model-versions/get-artifact?path=a&version=1&name='],
  ['GET', `/ajax-api/3.0/mlflow/get-trace-artifact?request_id=${trace_id}&path=`],
  ['GET', '/ajax-api/3.0/mlflow/get-trace-artifact?path=a&request_id='],
  ['GET', `/api/v1/runs/${run_id}/artifacts?path=`],
  ['GET', `/api/v1/logged-models/${model_id}/artifacts?path=`],
  ['PUT', `/api/v1/imports/${importId}/artifacts?of=run&id=${run_id}&path=`],
  ['GET', '/api/v1/blobs/'],
  ['PUT', '/api/v1/blobs/'],
];

test('what the corpus aims at is there', async () => {
  const sound = [
    stored,
    `/get-artifact?run_uuid=${run_id}&path=a`,
    '/model-versions/get-artifact?name=m&version=1&path=a',
  ];
  for (const target of sound) assert.deepEqual(await send('GET', target), { status: 200, body: 'kept' });
  const attached = `${proxy}/artifacts/${experiment.experiment_id}/traces/${trace_id}/artifacts/attachments/a`;
  await send('PUT', `/api/${attached}`, 'attached');
  const attachment = `/ajax-api/3.0/mlflow/get-trace-artifact?request_id=${trace_id}&path=a`;
  assert.deepEqual(await send('GET', attachment), { status: 200, body: 'attached' });
  const model = `/api/2.0/mlflow-artifacts/artifacts/${experiment.experiment_id}/models/${model_id}/artifacts/a`;
  await send('PUT', model, 'of the model');
  const files = `/api/2.0/mlflow/logged-models/${model_id}/artifacts/files?artifact_file_path=`;
  assert.deepEqual(await send('GET', `${files}a`), { status: 200, body: 'of the model' });
  assert.equal((await send('GET', `${files}none`)).status, 404);
});

test('no route of artifacts lets a path lead elsewhere', async () => {
  const before = await takeStock();
  for (const [method, start] of targets) {
    for (const path of hostilePaths) {
      if (start === list && path === 'a/./b') continue;
      const requests = spell(path).map(
        (spelled) => () => send(method, start + spelled, method === 'PUT' ? 'x' : undefined),
      );
      await assertRefused(requests, `${method} ${start} ${JSON.stringify(path.slice(0, 80))}`);
    }
  }
  assert.deepEqual(await takeStock(), before);
});

test('no upload in parts begins or ends at a path that leads elsewhere', async () => {
  const before = await takeStock();
  const body = { path: 'a', num_parts: 1, upload_id: '1', parts: [{ part_number: 1, etag: 'x' }] };
  for (const path of hostilePaths) {
    const requests = ['create', 'complete', 'abort'].flatMap((step) =>
      spell(path).map((spelled) => () => post(`/api/${proxy}/mpu/${step}/${spelled}`, body)),
    );
    await assertRefused(requests, `mpu ${JSON.stringify(path.slice(0, 80))}`);
  }
  assert.deepEqual(await takeStock(), before);
});

test('no version, prompt or experiment takes its files from elsewhere', async () => {
  const before = await takeStock();
  const versions = '/api/2.0/mlflow/model-versions/create';
  const prompt = { tags: [{ key: 'mlflow.prompt.is_prompt', value: 'true' }] };
  for (const path of hostilePaths) {
    // Below a folder a drive is a name as any other.
    const isBelow = !/^([a-z]:|file:)/i.test(path);
    const sources = [path, `mlflow-artifacts:/${path}`, `models:/${path}`, encodeURIComponent(path)];
    const below = [
      `${artifact_uri}/${path}`,
      `runs:/${run_id}/${path}`,
      `${artifact_uri}/${encodeURIComponent(path)}`,
    ];
    const all = isBelow ? [...sources, ...below] : sources;
    const requests = all.flatMap((source) => [
      () => post(versions, { name: 'm', source }),
      () => post(versions, { name: 'm', source, run_id }),
      () => post(versions, { name: 'm', source, model_id }),
      () => post(versions, { name: 'm', source, ...prompt }),
      () => post('/api/2.0/mlflow/experiments/create', { name: `e ${source}`, artifact_location: source }),
    ]);
    await assertRefused(requests, JSON.stringify(path.slice(0, 80)));
  }
  assert.deepEqual(await takeStock(), before);
});

test('the console serves its own files only', async () => {
  for (const path of hostilePaths) {
    for (const spelled of spell(path)) {
      const { status, body } = await send('GET', `/${spelled}`);
      assert.ok(status < 500 && !body.includes(secret) && !body.includes('root:'), `${path}: ${status}`);
    }
  }
});
