import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { mlflowClients, runMlflowScript } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { sql } from 'kysely';
import { createArtifacts } from '../../artifacts/index.ts';
import { createLedger } from '../../ledger/index.ts';
import { createRegistry } from '../../registry/index.ts';
import { createTracking } from '../index.ts';

async function startDoor() {
  const platform = await createTestPlatform();
  const ledger = createLedger(platform);
  const artifacts = createArtifacts(platform);
  const tracking = createTracking(platform, { ledger, artifacts });
  const specs = { holdCurrent: async () => undefined };
  const registry = createRegistry(platform, { ledger, tracking, specs });
  return { platform, url: await startTestServer(platform, [artifacts, tracking, registry]) };
}

for (const client of mlflowClients) {
  test(`the ${client} MLflow client traces, searches, judges and deletes`, async () => {
    const { platform, url } = await startDoor();
    const script = join(import.meta.dirname, 'mlflow_traces_tour.py');
    const tour = await runMlflowScript<{ experimentId: string }>(script, url, { client });
    const { rows } = await sql<{ data: unknown }>`
      SELECT data FROM ledger_entry WHERE type = 'traces.deleted' ORDER BY position`.execute(platform.db);
    const deleted = { experimentId: tour.experimentId, traces: 1 };
    assert.deepEqual(
      rows.map((row) => row.data),
      [deleted, deleted],
    );
  });
}
