import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { eventually } from '@dividend/testkit/eventually';
import { createMlflowCaller } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { sql } from 'kysely';
import { createArtifacts } from '../artifacts/index.ts';
import { createLedger } from '../ledger/index.ts';
import { createRegistry } from '../registry/index.ts';
import { createTracking } from '../tracking/index.ts';
import { createWebhooks } from './index.ts';
import { signWebhook } from './send-webhook.ts';
import { isPublicAddress } from './webhook-address.ts';

const platform = await createTestPlatform();
const ledger = createLedger(platform);
const tracking = createTracking(platform, { ledger, artifacts: createArtifacts(platform) });
const specs = { holdCurrent: async () => undefined };
const webhooks = createWebhooks(platform, { ledger });
const registry = createRegistry(platform, { ledger, tracking, specs });
const url = await startTestServer(platform, [tracking, webhooks, registry]);
const call = createMlflowCaller(url);
const strictBase = await createTestPlatform();
const strictPlatform = { ...strictBase, config: { ...strictBase.config, webhooksPrivate: false } };
const strict = createMlflowCaller(
  await startTestServer(strictPlatform, [
    createWebhooks(strictPlatform, { ledger: createLedger(strictPlatform) }),
  ]),
);

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
const received: Received[] = [];
/** Statuses to answer next, by path; 200 once they are used up. */
const answers = new Map<string, number[]>();
const receiver = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const path = request.url ?? '';
  received.push({ path, headers: request.headers, body });
  if (path === '/hangs') return;
  response.writeHead(answers.get(path)?.shift() ?? 200, { location: '/elsewhere' }).end('thanks');
});
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
after(() => receiver.close());
const target = (path: string) => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`;

async function subscribe(path: string, events: string[], more: Record<string, unknown> = {}) {
  const { status, body } = await call('POST', 'mlflow/webhooks', {
    name: path.slice(1),
    url: target(path),
    events: events.map((event) => ({ entity: event.split('.')[0], action: event.split('.')[1] })),
    ...more,
  });
  assert.equal(status, 200, JSON.stringify(body));
  return (body.webhook as { webhook_id: string }).webhook_id;
}
const at = (path: string) => received.filter((message) => message.path === path);
async function deliveries(id: string) {
  const response = await fetch(`${url}/api/v1/webhooks/${id}/deliveries`);
  return ((await response.json()) as { items: Record<string, unknown>[] }).items;
}

test('a change of the registry is delivered once, signed as MLflow signs', async () => {
  const secret = 'do not tell';
  const id = await subscribe('/signed', ['MODEL_VERSION_TAG.SET', 'REGISTERED_MODEL.CREATED'], { secret });
  await call('POST', 'mlflow/registered-models/create', { name: 'told', tags: [{ key: 'a', value: 'b' }] });
  await call('POST', 'mlflow/registered-models/create', { name: 'told' });
  const [message] = await eventually('delivery', () => at('/signed').length > 0 && at('/signed'));
  const { timestamp, ...rest } = JSON.parse(message?.body ?? '');
  assert.match(timestamp, /Z$/);
  assert.deepEqual(rest, {
    entity: 'registered_model',
    action: 'created',
    data: { name: 'told', tags: { a: 'b' }, description: null },
  });
  const headers = message?.headers as Record<string, string>;
  const deliveryId = headers['x-mlflow-delivery-id'] ?? '';
  assert.equal(
    headers['x-mlflow-signature'],
    signWebhook(secret, deliveryId, headers['x-mlflow-timestamp'] ?? '', message?.body ?? ''),
  );
  const done = await eventually('settled', async () => {
    const items = await deliveries(id);
    return items[0]?.state === 'delivered' && items;
  });
  assert.deepEqual([done.length, done[0]?.deliveryId, done[0]?.attempts], [1, deliveryId, 1]);
  const { rows } = await sql<{ all: string }>`
    SELECT (SELECT string_agg(canonical, ' ') FROM ledger_entry) || (SELECT string_agg(w::text, ' ') FROM webhook AS w) AS all`.execute(
    platform.db,
  );
  const shown = JSON.stringify([(await call('GET', `mlflow/webhooks/${id}`)).body, done, rows[0]?.all]);
  assert.ok(!shown.includes(secret) && !shown.includes(Buffer.from(secret).toString('hex')));
});

test('a passing failure is tried again under the same delivery id; a refusal or redirect is not', async () => {
  answers.set('/flaky', [503]).set('/refuses', [400]).set('/redirects', [302]);
  const paths = ['/flaky', '/refuses', '/redirects'];
  const ids = await Promise.all(paths.map((path) => subscribe(path, ['PROMPT.CREATED'])));
  await call('POST', 'mlflow/registered-models/create', {
    name: 'asked',
    tags: [{ key: 'mlflow.prompt.is_prompt', value: 'true' }],
  });
  const ended = await eventually('all settled', async () => {
    const items = (await Promise.all(ids.map(deliveries))).map(([item]) => item);
    return items.every((item) => item !== undefined && item.state !== 'waiting') && items;
  });
  assert.deepEqual(
    ended.map((item) => [item?.state, item?.attempts, item?.lastStatus]),
    [
      ['delivered', 2, 200],
      ['failed', 1, 400],
      ['failed', 1, 302],
    ],
  );
  const [first, second] = at('/flaky').map(({ headers }) => headers['x-mlflow-delivery-id']);
  assert.equal(first, second);
  assert.deepEqual(at('/elsewhere'), []);
});

test('a webhook that never answers holds up no other, and one that was switched off gets nothing more', async () => {
  const hanging = await subscribe('/hangs', ['PROMPT.CREATED']);
  const off = await subscribe('/off', ['PROMPT.CREATED']);
  const healthy = await subscribe('/healthy', ['PROMPT.CREATED']);
  const prompt = (name: string) =>
    call('POST', 'mlflow/registered-models/create', {
      name,
      tags: [{ key: 'mlflow.prompt.is_prompt', value: 'true' }],
    });
  answers.set('/off', [503]);
  await prompt('first');
  await eventually('one hangs, one is to be tried again', async () => {
    const [item] = await deliveries(off);
    return at('/hangs').length === 1 && item?.lastStatus === 503;
  });
  await call('PATCH', `mlflow/webhooks/${off}`, { status: 'DISABLED' });
  for (const name of ['second', 'third', 'fourth', 'fifth']) await prompt(name);
  await eventually('the healthy one has all five', async () => at('/healthy').length === 5);
  const waited = await eventually('the retry of the one that is off is due', async () => {
    const [item] = (await deliveries(off)) as { nextAt: string; attempts: number }[];
    return item !== undefined && Date.parse(item.nextAt) < Date.now() - 1500 && item;
  });
  assert.equal(waited.attempts, 1);
  assert.equal(at('/off').length, 1);
  assert.ok((await deliveries(hanging)).every(({ state }) => state === 'waiting'));
  for (const id of [hanging, off, healthy]) await call('DELETE', `mlflow/webhooks/${id}`);
});

test('a delivery whose process died is sent by another, and none is made by a change that fails', async () => {
  const id = await subscribe('/taken', ['PROMPT.CREATED']);
  await sql`INSERT INTO webhook_delivery (webhook_id, event, body, attempts, created_at, next_at)
    VALUES (${id}, 'prompt.created', '{}', 1, now(), now() + interval '1 second')`.execute(platform.db);
  const version = { model: 'undone', source: 'runs:/none/model' };
  await assert.rejects(platform.db.transaction().execute((tx) => registry.createVersion(tx, version)));
  const [item] = await eventually('delivered', async () => {
    const items = await deliveries(id);
    return items[0]?.state === 'delivered' && items;
  });
  assert.equal(item?.attempts, 2);
  const { rows } = await sql`SELECT 1 FROM webhook_delivery WHERE body LIKE '%undone%'`.execute(platform.db);
  assert.deepEqual(rows, []);
});

test('webhooks are listed, changed, tested and deleted; bad input is named', async () => {
  const id = await subscribe('/kept', ['MODEL_VERSION.CREATED']);
  const tested = await call('POST', `mlflow/webhooks/${id}/test`, {});
  assert.deepEqual(tested.body.result, { success: true, response_status: 200, response_body: 'thanks' });
  const changed = await call('PATCH', `mlflow/webhooks/${id}`, { status: 'DISABLED', name: 'renamed' });
  const { name, status } = changed.body.webhook as Record<string, unknown>;
  assert.deepEqual([name, status], ['renamed', 'DISABLED']);
  const page = await call('GET', 'mlflow/webhooks', { max_results: 1 });
  const next = await call('GET', 'mlflow/webhooks', {
    max_results: 1,
    page_token: page.body.next_page_token,
  });
  assert.notDeepEqual(page.body.webhooks, next.body.webhooks);
  const good = { name: 'w', url: target('/x'), events: [{ entity: 'PROMPT', action: 'CREATED' }] };
  for (const [bad, message] of [
    [{ name: '-x' }, /name/],
    [{ url: 'ftp://host' }, /schemes/],
    [{ url: 'http://user:pw@127.0.0.1' }, /password/],
    [{ url: 'http://no.such.host.invalid/' }, /cannot be resolved/],
    [{ events: [] }, /empty/],
    [{ events: [{ entity: 'PROMPT', action: 'SET' }] }, /Invalid action/],
    [{ events: [{ entity: 'constructor', action: 'x' }] }, /Invalid entity/],
    [{ status: 'ON' }, /status/],
    [{ secret: 's'.repeat(1001) }, /secret/],
  ] as const) {
    const { status, body } = await call('POST', 'mlflow/webhooks', { ...good, ...bad });
    assert.equal(status, 400, JSON.stringify(body));
    assert.match(String(body.message), message);
  }
  assert.equal((await call('DELETE', `mlflow/webhooks/${id}`)).status, 200);
  assert.equal((await call('GET', `mlflow/webhooks/${id}`)).status, 404);
});

test('addresses that are not public are refused unless the setting allows them', async () => {
  const events = [{ entity: 'PROMPT', action: 'CREATED' }];
  for (const host of [
    '127.0.0.1',
    'localhost',
    '169.254.169.254',
    '[::1]',
    '[::ffff:10.0.0.1]',
    '2130706433',
  ]) {
    const { status, body } = await strict('POST', 'mlflow/webhooks', {
      name: 'w',
      url: `https://${host}/x`,
      events,
    });
    assert.equal(status, 400, `${host} ${JSON.stringify(body)}`);
    assert.match(String(body.message), /not a public address/);
  }
  assert.match(
    String(
      (await strict('POST', 'mlflow/webhooks', { name: 'w', url: 'http://1.1.1.1/', events })).body.message,
    ),
    /schemes/,
  );
  for (const address of ['8.8.8.8', '2606:4700::1111']) assert.ok(isPublicAddress(address), address);
  for (const address of [
    '10.1.2.3',
    '100.64.0.1',
    '172.31.0.1',
    '192.168.1.1',
    '0.0.0.0',
    '224.0.0.1',
    'fe80::1',
    'fc00::1',
    '2002:7f00:1::',
    '64:ff9b::7f00:1',
    '::',
  ])
    assert.ok(!isPublicAddress(address), address);
});
