import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMlflowCaller } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { createArtifacts } from '../artifacts/index.ts';
import { createLedger } from '../ledger/index.ts';
import { createTracking } from '../tracking/index.ts';
import { createRegistry } from './index.ts';

const platform = await createTestPlatform();
const ledger = createLedger(platform);
const artifacts = createArtifacts(platform);
const tracking = createTracking(platform, { ledger, artifacts });
const registry = createRegistry(platform, {
  ledger,
  tracking,
  specs: { findCurrent: async () => undefined },
});
const call = createMlflowCaller(await startTestServer(platform, [artifacts, tracking, registry]));

const run = await tracking.createRun({ experiment: 'hostile', runName: 'r' });
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
  experiment_name: 'hostile',
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
