import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runMlflowScript } from '@dividend/testkit/mlflow-client';
import { describeControl } from './describe-control.ts';

/** Families of MLflow's API that are not served; `docs/mlflow.md` says so. */
const notServed: readonly RegExp[] = [
  /^\w+ \/api\/3\.0\/mlflow\/gateway\//,
  /^\w+ \/api\/3\.0\/mlflow\/prompt-optimization\//,
  /^\w+ \/api\/3\.0\/mlflow\/workspaces/,
  // Declared for one vendor's service: MLflow's own server answers 404 too.
  /^GET \/api\/2\.0\/mlflow\/(unified-traces|get-online-trace-details)$/,
];

test('every endpoint that the newest MLflow declares is served, or known not to be', async () => {
  const declared = await runMlflowScript<string[]>(
    join(import.meta.dirname, 'mlflow_endpoints.py'),
    'http://127.0.0.1:1',
  );
  assert.ok(declared.length > 180, `${declared.length} endpoints`);
  const { paths } = (await describeControl()) as { paths: Record<string, object> };
  const served = new Set(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/{[^}]+}/g, '{}')}`),
    ),
  );
  const missing = declared.filter((endpoint) => !served.has(endpoint));
  assert.deepEqual(
    missing.filter((endpoint) => !notServed.some((family) => family.test(endpoint))),
    [],
    'a version of MLflow brought new endpoints: serve them, or name their family above and in docs/mlflow.md',
  );
  for (const family of notServed) {
    assert.ok(
      missing.some((endpoint) => family.test(endpoint)),
      `${family} matches nothing that is missing: take it from the list`,
    );
  }
});
