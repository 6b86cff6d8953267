import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { eventually } from '@dividend/testkit/eventually';
import { mlflowClients, runMlflowScript } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { createArtifacts } from '../artifacts/index.ts';
import { createLedger } from '../ledger/index.ts';
import { createTracking } from '../tracking/index.ts';
import { createWebhooks } from '../webhooks/index.ts';
import { createRegistry } from './index.ts';

const bodies: { entity: string; data: { name: string } }[] = [];
const receiver = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  bodies.push(JSON.parse(body));
  response.end();
});
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
after(() => receiver.close());

for (const client of mlflowClients) {
  test(`the ${client} MLflow client keeps prompts and webhooks`, async () => {
    const platform = await createTestPlatform();
    const ledger = createLedger(platform);
    const artifacts = createArtifacts(platform);
    const tracking = createTracking(platform, { ledger, artifacts });
    const webhooks = createWebhooks(platform, { ledger });
    const specs = { holdCurrent: async () => undefined };
    const registry = createRegistry(platform, { ledger, tracking, specs });
    const url = await startTestServer(platform, [artifacts, tracking, webhooks, registry]);
    bodies.length = 0;
    const target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const script = join(import.meta.dirname, 'mlflow_prompt_tour.py');
    await runMlflowScript(script, url, { client, args: [target] });
    const announced = await eventually('the webhook is told', () =>
      bodies.find(({ data }) => data.name === 'announced'),
    );
    assert.equal(announced.entity, 'registered_model');
  });
}
