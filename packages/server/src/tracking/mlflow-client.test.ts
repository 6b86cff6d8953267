import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { mlflowClients, runMlflowScript } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { sql } from 'kysely';
import { createArtifacts } from '../artifacts/index.ts';
import { createLedger } from '../ledger/index.ts';
import { createRegistry } from '../registry/index.ts';
import { createTracking } from './index.ts';

const versionOf = { newest: /^3\.1[7-9]\./, previous: /^3\.6\./ };

async function startDoor() {
  const platform = await createTestPlatform();
  const ledger = createLedger(platform);
  const artifacts = createArtifacts(platform);
  const tracking = createTracking(platform, { ledger, artifacts });
  const registry = createRegistry(platform, {
    ledger,
    tracking,
    specs: { holdCurrent: async () => undefined },
  });
  const url = await startTestServer(platform, [artifacts, tracking, registry]);
  const entries = async (type: string) => {
    const { rows } = await sql<{ data: Record<string, unknown> }>`
      SELECT data FROM ledger_entry WHERE type = ${type} ORDER BY position`.execute(platform.db);
    return rows.map((row) => row.data);
  };
  return { artifacts, tracking, url, entries };
}

for (const mlflowClient of mlflowClients) {
  test(`the ${mlflowClient} MLflow client tours the door, and the ledger holds what it did`, async () => {
    const { artifacts, tracking, url, entries } = await startDoor();
    const script = join(import.meta.dirname, 'mlflow_client_tour.py');
    const tour = await runMlflowScript<{ clientVersion: string; runId: string; modelRunId: string }>(
      script,
      url,
      { client: mlflowClient },
    );

    assert.match(tour.clientVersion, versionOf[mlflowClient]);
    const finished = await entries('run.finished');
    const first = finished.find((data) => data.runId === tour.runId);
    assert.deepEqual(first?.metrics, {
      auc: '0.75',
      endless: '1.7976931348623157e+308',
      loss: '0.25',
      undefined: 'NaN',
    });
    assert.equal(first?.params, 151);
    assert.equal((await entries('run.started')).length, 5);
    const untold = { description: null, tags: {} };
    assert.deepEqual(await entries('model.registered'), [
      { model: 'late-flights', ...untold },
      { model: 'late-flights-prod', ...untold },
    ]);
    assert.deepEqual(await entries('model.deleted'), [{ model: 'late-flights-live' }]);
    assert.deepEqual(await entries('version.deleted'), [{ model: 'late-flights', version: '2' }]);
    assert.deepEqual(await entries('alias.set'), [
      { model: 'late-flights', alias: 'champion', version: '1', previous: null },
      { model: 'late-flights', alias: 'challenger', version: '2', previous: null },
    ]);
    const run = await tracking.getRun(tour.modelRunId);
    assert.equal(run.metrics.auc, 0.9);
    const model = await tracking.findLoggedModel(tour.modelRunId);
    const files = await artifacts.listFiles(model?.artifactRoot ?? '');
    assert.ok(files.some(({ path }) => path === 'model.onnx'));
  });
}

for (const mlflowClient of mlflowClients) {
  test(`what the ${mlflowClient} MLflow client logs by itself arrives whole`, async () => {
    const { url, entries } = await startDoor();
    const script = join(import.meta.dirname, 'mlflow_autolog_tour.py');
    const tour = await runMlflowScript<{ clientVersion: string; runs: number }>(script, url, {
      client: mlflowClient,
    });
    assert.match(tour.clientVersion, versionOf[mlflowClient]);
    assert.equal(tour.runs, 8);
    assert.equal((await entries('run.started')).length, 8);
    assert.equal((await entries('run.finished')).length, 8);
  });
}
