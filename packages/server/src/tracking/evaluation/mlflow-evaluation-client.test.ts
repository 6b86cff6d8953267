import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { mlflowClients, runMlflowScript } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { createArtifacts } from '../../artifacts/index.ts';
import { createLedger } from '../../ledger/index.ts';
import { createTracking } from '../index.ts';

for (const client of mlflowClients) {
  test(`the ${client} MLflow client keeps datasets and scorers, and evaluates with them`, async () => {
    const platform = await createTestPlatform();
    const artifacts = createArtifacts(platform);
    const tracking = createTracking(platform, { ledger: createLedger(platform), artifacts });
    const url = await startTestServer(platform, [artifacts, tracking]);
    const script = join(import.meta.dirname, 'mlflow_evaluation_tour.py');
    const tour = await runMlflowScript<{ runId: string }>(script, url, { client });
    const run = await tracking.getRun(tour.runId);
    assert.equal(run.status, 'FINISHED');
    assert.equal(run.metrics['is_right/mean'], 0.4);
  });
}
