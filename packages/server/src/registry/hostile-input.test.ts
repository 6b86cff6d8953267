import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRegistry } from './fixtures/registry-under-test.ts';

const { tracking, registry, url, call, run } = await startRegistry();
await call('POST', 'mlflow/registered-models/create', { name: 'model' });
await call('POST', 'mlflow/model-versions/create', {
  name: 'model',
  source: run.artifactRoot,
  run_id: run.runId,
});
const logged = await call('POST', 'mlflow/logged-models', { experiment_id: run.experimentId, name: 'm' });

/** A request that goes through, for the fields that are not under attack. */
const sound: Record<string, unknown> = {
  run_id: run.runId,
  experiment_id: run.experimentId,
  experiment_ids: [run.experimentId],
  experiment_name: 'registry',
  model_id: (logged.body.model as { info: { model_id: string } }).info.model_id,
  name: 'model',
  new_name: 'other',
  version: '1',
  alias: 'best',
  source: run.artifactRoot,
  stage: 'None',
  status: 'FINISHED',
  key: 'k',
  tag_key: 'k',
  metric_key: 'k',
  value: 1,
  timestamp: 1,
  model_json: '{}',
};

const hostile: readonly unknown[] = [
  null,
  '',
  'a\u0000b',
  '\ud800',
  'x'.repeat(9_000),
  "' OR 1=1; --",
  '../../x',
  '99999999999999999999',
  -1,
  1.5,
  1e308,
  2 ** 53,
  true,
  {},
  { key: 'k' },
  [],
  [null],
  [[]],
  [{}],
  [{ key: {}, value: [] }],
  ['x', 1],
  ['metrics.a DESC', 'params.`b`'],
];

test('no route of the door answers 500, whatever one of its fields holds', async () => {
  const failures: string[] = [];
  for (const { method, path, request } of [...tracking.mlflowRoutes, ...registry.mlflowRoutes]) {
    const fields = Object.keys(request.properties);
    const base = Object.fromEntries(fields.flatMap((name) => (name in sound ? [[name, sound[name]]] : [])));
    for (const field of path.includes('delete') ? [] : fields) {
      const answers = hostile.map(async (value) => {
        const input: Record<string, unknown> = { ...base, [field]: value };
        const url = path
          .replace('/2.0/', '')
          .replace(/:(\w+)/g, (_, name: string) =>
            encodeURIComponent(String(input[name]).slice(0, 300).toWellFormed()),
          );
        const { status, body } = await call(method, url, input);
        if (status >= 500)
          failures.push(
            `${method} ${path} ${field}=${JSON.stringify(value)?.slice(0, 60)}: ${JSON.stringify(body)}`,
          );
        else if (status >= 400) assert.equal(typeof body.error_code, 'string', `${method} ${path}`);
      });
      await Promise.all(answers);
    }
  }
  assert.deepEqual(failures, []);
});

test('no route of the door answers 500 to a value that nests too deep to be written again', async () => {
  const failures: string[] = [];
  const depth = 9_000;
  const deep = ['['.repeat(depth) + ']'.repeat(depth), `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`];
  for (const { method, path, request } of [...tracking.mlflowRoutes, ...registry.mlflowRoutes]) {
    if (method === 'GET') continue;
    const fields = Object.keys(request.properties);
    const bodies = deep.flatMap((value) => [value, ...fields.map((field) => `{"${field}": ${value}}`)]);
    const answers = bodies.map(async (body) => {
      const target = `${url}/api${path.replace(/:\w+/g, '1')}`;
      const response = await fetch(target, { method, body, headers: { 'content-type': 'application/json' } });
      if (response.status >= 500) failures.push(`${method} ${path} ${body.slice(0, 40)}`);
      await response.arrayBuffer();
    });
    await Promise.all(answers);
  }
  assert.deepEqual(failures, []);
});
