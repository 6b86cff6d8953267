import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMlflowCaller } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { createArtifacts } from '../../artifacts/index.ts';
import { createLedger } from '../../ledger/index.ts';
import { createTracking } from '../index.ts';

const platform = await createTestPlatform();
const ledger = createLedger(platform);
const artifacts = createArtifacts(platform);
const tracking = createTracking(platform, { ledger, artifacts });
const call = createMlflowCaller(await startTestServer(platform, [artifacts, tracking]));
const path = 'mlflow/logged-models';
const run = await tracking.createRun({ experiment: 'models', runName: 'r' });

interface WireModel {
  info: Record<string, unknown> & { model_id: string; name: string };
  data: { params?: unknown[]; metrics?: Record<string, unknown>[] };
}
async function create(input: Record<string, unknown>): Promise<WireModel> {
  const { status, body } = await call('POST', path, { experiment_id: run.experimentId, ...input });
  assert.equal(status, 200, JSON.stringify(body));
  return body.model as WireModel;
}
async function get(id: string, input: Record<string, unknown> = {}) {
  const { status, body } = await call('GET', `${path}/${id}`, input);
  return { status, model: body.model as WireModel, body };
}

test('a logged model is made pending, filled, made ready, and found by its run', async () => {
  const made = await create({
    name: 'net',
    model_type: 'sklearn',
    source_run_id: run.runId,
    params: [{ key: 'a', value: '1' }],
  });
  const id = made.info.model_id;
  assert.match(id, /^m-[0-9a-f]{32}$/);
  assert.equal(made.info.artifact_uri, `mlflow-artifacts:/${run.experimentId}/models/${id}/artifacts`);
  assert.equal(made.info.status, 'LOGGED_MODEL_PENDING');
  await call('POST', `${path}/${id}/params`, { params: [{ key: 'b', value: '2' }] });
  const changed = await call('POST', `${path}/${id}/params`, {
    params: [
      { key: 'a', value: '1' },
      { key: 'b', value: '3' },
      { key: 'c', value: '4' },
    ],
  });
  assert.deepEqual([changed.status, changed.body.error_code], [400, 'INVALID_PARAMETER_VALUE']);
  assert.match(String(changed.body.message), /key='b' was already logged with value='2'/);
  await call('PATCH', `${path}/${id}/tags`, {
    tags: [
      { key: 'k', value: 'v' },
      { key: 'gone', value: '' },
    ],
  });
  await call('DELETE', `${path}/${id}/tags/gone`);
  await call('PATCH', `${path}/${id}`, { status: 'LOGGED_MODEL_READY' });
  await call('POST', 'mlflow/runs/log-batch', {
    run_id: run.runId,
    metrics: [
      { key: 'auc', value: 'NaN', timestamp: 1, model_id: id, dataset_name: 'd', dataset_digest: 'x' },
    ],
  });
  const { model } = await get(id);
  assert.equal(model.info.status, 'LOGGED_MODEL_READY');
  assert.deepEqual(model.info.tags, [{ key: 'k', value: 'v' }]);
  assert.deepEqual(model.data, {
    params: [
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ],
    metrics: [
      {
        key: 'auc',
        value: 'NaN',
        timestamp: 1,
        step: 0,
        dataset_name: 'd',
        dataset_digest: 'x',
        model_id: id,
        run_id: run.runId,
      },
    ],
  });
  assert.deepEqual(await tracking.findLoggedModel(run.runId), {
    modelId: id,
    artifactRoot: made.info.artifact_uri,
  });
  await artifacts.put(made.info.artifact_uri as string, 'data/x', [Buffer.from('abc')] as never);
  const listed = await call('GET', `${path}/${id}/artifacts/directories`, {
    artifact_directory_path: 'data',
  });
  assert.deepEqual(listed.body.files, [{ path: 'data/x', is_dir: false, file_size: 3 }]);
});

test('a deleted logged model is gone unless it is asked for', async () => {
  const { info } = await create({});
  assert.match(info.name, /^[a-z]+-[a-z]+-\d+$/);
  assert.equal((await call('DELETE', `${path}/${info.model_id}`)).status, 200);
  assert.equal((await get(info.model_id)).status, 404);
  assert.equal((await get(info.model_id, { allow_deleted: true })).status, 200);
  for (const name of ['a/b', 'a.b', 'a:b', '50%', "it's"]) {
    const { status, body } = await call('POST', path, { experiment_id: '0', name });
    assert.deepEqual([status, body.error_code], [400, 'INVALID_PARAMETER_VALUE'], name);
  }
});

test('logged-models/search filters and sorts by metrics on datasets, and pages', async () => {
  const { body } = await call('POST', 'mlflow/experiments/create', { name: 'found models' });
  const experiment_id = body.experiment_id as string;
  const values: Record<string, unknown>[] = [
    { auc: 0.7, on: 'train' },
    { auc: 0.9, on: 'test' },
    { auc: 'NaN', on: 'test' },
    {},
    { auc: 0.8, on: 'test' },
  ];
  for (const [index, { auc, on }] of values.entries()) {
    const { info } = await create({
      experiment_id,
      name: `m${index}`,
      tags: [{ key: 'even', value: String(index % 2 === 0) }],
    });
    if (auc === undefined) continue;
    const metric = {
      key: 'auc',
      value: auc,
      timestamp: 1,
      model_id: info.model_id,
      dataset_name: on,
      dataset_digest: '1',
    };
    await call('POST', 'mlflow/runs/log-metric', { run_id: run.runId, ...metric });
  }
  const search = async (input: Record<string, unknown>) => {
    const names: string[] = [];
    let page_token: unknown;
    do {
      const { status, body } = await call('POST', `${path}/search`, {
        experiment_ids: [experiment_id],
        ...input,
        page_token,
      });
      assert.equal(status, 200, JSON.stringify(body));
      names.push(...((body.models ?? []) as WireModel[]).map(({ info }) => info.name.slice(1)));
      page_token = body.next_page_token;
    } while (page_token !== undefined);
    return names.join(' ');
  };
  const byAuc = (ascending: boolean, dataset_name?: string) => [
    { field_name: 'metrics.auc', ascending, dataset_name },
  ];
  const byName = { field_name: 'name' };
  assert.equal(await search({ max_results: 2 }), '4 3 2 1 0');
  assert.equal(await search({ order_by: byAuc(true), max_results: 1 }), '0 4 1 2 3');
  assert.equal(await search({ order_by: byAuc(false), max_results: 2 }), '1 4 0 2 3');
  assert.equal(await search({ order_by: [...byAuc(true, 'train'), byName] }), '0 1 2 3 4');
  const byDigest = (dataset_digest: string) => [{ field_name: 'metrics.auc', dataset_digest }, byName];
  assert.equal(await search({ order_by: byDigest('1') }), '0 4 1 2 3');
  assert.equal(await search({ order_by: byDigest('2') }), '0 1 2 3 4');
  assert.equal(await search({ filter: 'metrics.auc > 0.7', order_by: [byName] }), '1 4');
  assert.equal(
    await search({ filter: 'metrics.auc > 0', datasets: [{ dataset_name: 'test' }], order_by: [byName] }),
    '1 4',
  );
  assert.equal(
    await search({ datasets: [{ dataset_name: 'test', dataset_digest: '1' }], order_by: [byName] }),
    '1 2 4',
  );
  assert.equal(
    await search({ filter: "tags.even = 'true' AND (name = 'm0' OR name = 'm4')", order_by: [byName] }),
    '0 4',
  );
  assert.equal(
    await search({ filter: "status = 'PENDING' AND creation_timestamp > 0", order_by: [byName] }),
    '0 1 2 3 4',
  );
  for (const status of ['PENDING', 'LOGGED_MODEL_PENDING']) {
    assert.equal(await search({ filter: `status != '${status}'` }), '', status);
    assert.equal(await search({ filter: `status NOT IN ('${status}')` }), '', status);
  }
  assert.equal(await search({ filter: "status != 'READY'", order_by: [byName] }), '0 1 2 3 4');
  const untyped = "model_type != 'agent' AND source_run_id = '' AND name LIKE 'm%'";
  assert.equal(await search({ filter: untyped, order_by: [byName] }), '0 1 2 3 4');
  assert.equal(await search({ filter: "model_type = 'agent'" }), '');
  await create({ experiment_id, name: 'm5', model_type: 'agent' });
  const byType = { field_name: 'model_type', ascending: true };
  assert.equal(await search({ order_by: [byType, byName], max_results: 2 }), '0 1 2 3 4 5');
  for (const input of [
    { filter: "nothing = 'x'" },
    { filter: "models.a = 'x'" },
    { filter: "metrics.auc = 'x'" },
    { order_by: [{ field_name: 'params.a' }] },
    { page_token: 'x' },
    { datasets: [{}] },
    { experiment_ids: undefined },
  ]) {
    const { status, body } = await call('POST', `${path}/search`, {
      experiment_ids: [experiment_id],
      ...input,
    });
    assert.deepEqual([status, body.error_code], [400, 'INVALID_PARAMETER_VALUE'], JSON.stringify(input));
  }
});
