import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { startControlProcess } from '@dividend/testkit/control-process';
import { eventually } from '@dividend/testkit/eventually';
import { createMlflowCaller } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { sql } from 'kysely';

const platform = await createTestPlatform();

const received: { deliveryId: string; name: string }[] = [];
/** While it is set, requests are left without an answer. */
let held: ServerResponse[] | undefined;
const receiver = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  if (held) return held.push(response);
  const { data } = JSON.parse(body) as { data: { name: string } };
  received.push({ deliveryId: String(request.headers['x-mlflow-delivery-id']), name: data.name });
  response.writeHead(200).end();
});
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
after(() => {
  receiver.closeAllConnections();
  receiver.close();
});

async function deliveries(state: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT count(*)::int AS n FROM webhook_delivery WHERE state = ${state}`.execute(platform.db);
  return rows[0]?.n ?? 0;
}

test('kill -9 of control between commit and delivery, and during one, loses no event', async () => {
  held = [];
  let control = await startControlProcess(platform);
  const subscribed = await createMlflowCaller(control.url)('POST', 'mlflow/webhooks', {
    name: 'models',
    url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
    events: [{ entity: 'REGISTERED_MODEL', action: 'CREATED' }],
  });
  assert.equal(subscribed.status, 200, JSON.stringify(subscribed.body));
  const create = async (name: string) => {
    const { status } = await createMlflowCaller(control.url)('POST', 'mlflow/registered-models/create', {
      name,
    });
    assert.equal(status, 200);
  };
  const names = Array.from({ length: 15 }, (_, index) => `model-${index}`);

  // The first ones are on their way and get no answer; the last one is committed in the moment before the kill.
  for (const name of names.slice(0, 12)) await create(name);
  await eventually('some are on their way', () => (held?.length ?? 0) > 0);
  for (const name of names.slice(12)) await create(name);
  await control.kill('SIGKILL');
  assert.deepEqual([await deliveries('waiting'), received.length], [15, 0]);

  // What was on its way counts as lost after a minute; the test does not wait for it.
  await sql`UPDATE webhook_delivery SET next_at = now()`.execute(platform.db);
  held = undefined;
  control = await startControlProcess(platform);
  await eventually('all are delivered', async () => (await deliveries('delivered')) === 15);
  await control.kill('SIGTERM');
  assert.deepEqual(received.map(({ name }) => name).sort(), [...names].sort());
  assert.equal(new Set(received.map(({ deliveryId }) => deliveryId)).size, 15);
});
