import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type App, createHttpApp } from '../platform/http/index.ts';
import { silentLog } from '../platform/log.ts';
import { addRelease, endpoint, setArms } from './fixtures/monitored-platform.ts';
import { giveReceipt } from './fixtures/receipts.ts';
import { beginStory, type Story } from './fixtures/story.ts';
import { countGroup, predictionRow, toBatch } from './fixtures/telemetry.ts';

let story: Story;
let app: App;
before(async () => {
  story = await beginStory();
  app = createHttpApp(silentLog);
  story.monitoring.routes?.(app);
});

const authorization = 'Bearer test-token';
const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url, payload, headers });
const get = async (url: string) => (await app.inject({ method: 'GET', url })).json();

test('POST /internal/v1/telemetry counts once and wants the serving token', async () => {
  const batch = toBatch(
    [countGroup({ releaseIndex: story.releaseIndex, hour: story.hour(0), distances: [1, 2] })],
    [predictionRow()],
  );
  assert.equal((await post('/internal/v1/telemetry', batch)).statusCode, 401);
  assert.deepEqual((await post('/internal/v1/telemetry', batch, { authorization })).json(), {
    counted: true,
  });
  assert.deepEqual((await post('/internal/v1/telemetry', batch, { authorization })).json(), {
    counted: false,
  });
});

test('POST /internal/v1/telemetry refuses arrays of a wrong length, naming the field', async () => {
  const group = countGroup({ releaseIndex: story.releaseIndex, hour: story.hour(0), distances: [1] });
  const wrong: [object, RegExp][] = [
    [{ ...group, score: { bins: [1], sum: 1, sumSquares: 1 } }, /score/],
    [{ ...group, latencyMs: { ...group.latencyMs, buckets: [1] } }, /latencyMs/],
    [{ ...group, columns: { distance: { ...group.columns.distance, counts: [1] } } }, /columns\.distance/],
    [{ ...group, requests: -1 }, /requests/],
  ];
  for (const [bad, field] of wrong) {
    const response = await post(
      '/internal/v1/telemetry',
      { ...toBatch([]), groups: [bad] },
      { authorization },
    );
    assert.equal(response.statusCode, 400);
    assert.match(response.json().error.field, field);
  }
});

test('POST /api/v1/feedback accepts, knows duplicates and refuses one by one', async () => {
  const receipt = giveReceipt(story.monitored.routing.receiptMac(), {
    releaseIndex: story.releaseIndex,
    at: story.hour(0),
  });
  const labels = [
    { receipt, label: 1 },
    { receipt: 'forged', label: 0 },
  ];
  const first = (await post('/api/v1/feedback', { labels })).json();
  assert.equal(first.accepted, 1);
  assert.equal(first.rejected[0].index, 1);
  assert.equal((await post('/api/v1/feedback', { labels })).json().duplicates, 1);
  assert.equal((await post('/api/v1/feedback', { labels: [{ receipt, label: 2 }] })).statusCode, 400);
});

test('GET routes answer by their contracts', async () => {
  for (let index = 1; index < 5; index++) await story.send(index, { distances: Array(400).fill(1999) });
  await story.evaluate();
  const alarms = await get(`/api/v1/alarms?state=raised&endpoint=${endpoint}&limit=1`);
  assert.equal(alarms.items[0].subject, 'distance');
  assert.equal((await get('/api/v1/endpoints')).items[0].alarms, 1);
  const report = await get(`/api/v1/endpoints/${endpoint}/monitoring`);
  assert.equal(report.columns[0].alarm, 'raised');
  assert.equal((await get('/api/v1/endpoints/nowhere/monitoring')).error.code, 'ENDPOINT_NOT_FOUND');

  await story.monitoring.sealPredictions();
  const segments = await get(`/api/v1/predictions/segments?endpoint=${endpoint}`);
  assert.equal(segments.items[0].rows, 1);
  assert.match(segments.items[0].digest, /^sha256:/);
});

test('the version in production is known while canary and control share all the traffic', async () => {
  const canary = await addRelease(story.monitored.platform, '2');
  await setArms(story.monitored, 50, { stable: story.releaseIndex, canary });
  assert.equal((await get('/api/v1/endpoints')).items[0].version, '1');
  assert.equal((await get(`/api/v1/endpoints/${endpoint}/monitoring`)).version, '1');
});
