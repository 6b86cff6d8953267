import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { sql } from 'kysely';
import { createLedger } from '../ledger/index.ts';
import { type App, createHttpApp } from '../platform/http/index.ts';
import { silentLog } from '../platform/log.ts';
import type { Platform } from '../platform/platform.ts';
import { createIncidents, type Incidents } from './index.ts';

let now = new Date('2026-05-01T12:00:00Z');
let platform: Platform;
let incidents: Incidents;
let app: App;
before(async () => {
  platform = await createTestPlatform({ clock: { now: () => now } });
  incidents = createIncidents(platform, { ledger: createLedger(platform) });
  app = createHttpApp(silentLog);
  incidents.routes?.(app);
});

const monitorIncident = {
  key: 'alarm/alm_1',
  endpoint: 'flight-late',
  model: 'flight-late',
  title: "Column 'distance' drifted",
  cause: 'data',
  startedAt: new Date('2026-05-01T11:00:00Z'),
  detectedAt: new Date('2026-05-01T11:30:00Z'),
  detectedBy: 'monitor',
} as const;

async function listEntries(type: string): Promise<Record<string, unknown>[]> {
  const { rows } = await sql<{ data: Record<string, unknown> }>`
    SELECT data FROM ledger_entry WHERE type = ${type} ORDER BY position`.execute(platform.db);
  return rows.map((row) => row.data);
}

const post = (url: string, payload: object) => app.inject({ method: 'POST', url, payload });

test('open gives one incident per key, with one entry', async () => {
  const open = () => platform.db.transaction().execute((tx) => incidents.open(tx, monitorIncident));
  const opened = await Promise.all([open(), open(), open()]);
  assert.equal(new Set(opened.map(({ id }) => id)).size, 1);
  assert.equal((await listEntries('incident.opened')).length, 1);
  assert.equal((await incidents.find({ key: 'alarm/alm_1' }))?.status, 'open');
});

test('resolve says how long detection and restoring took, once', async () => {
  const incident = await incidents.find({ key: 'alarm/alm_1' });
  const resolve = () =>
    platform.db
      .transaction()
      .execute((tx) =>
        incidents.resolve(tx, incident?.id ?? '', { resolution: 'The alarm cleared', humanSeconds: 0 }),
      );
  assert.equal((await resolve()).status, 'resolved');
  await assert.rejects(resolve(), { code: 'INCIDENT_RESOLVED' });
  const [entry, ...rest] = await listEntries('incident.resolved');
  assert.deepEqual(rest, []);
  assert.equal(entry?.detectedSeconds, 1800);
  assert.equal(entry?.restoredSeconds, 1800);
  // The same thing does not open it again.
  const again = await platform.db.transaction().execute((tx) => incidents.open(tx, monitorIncident));
  assert.equal(again.status, 'resolved');
});

test('incident routes let a person report and resolve', async () => {
  now = new Date('2026-05-01T13:00:00Z');
  const created = await post('/api/v1/incidents', {
    model: 'flight-late',
    title: 'Wrong answers at the gate',
    cause: 'change',
    causeRolloutId: 'rol_1',
    startedAt: '2026-05-01T10:00:00Z',
  });
  assert.equal(created.statusCode, 201);
  const { id } = created.json();
  const open = (await app.inject('/api/v1/incidents?status=open')).json();
  assert.deepEqual(
    open.items.map((item: { id: string }) => item.id),
    [id],
  );
  const resolved = await post(`/api/v1/incidents/${id}/resolve`, {
    resolution: 'Rolled back',
    humanMinutes: 90,
  });
  assert.equal(resolved.json().resolution, 'Rolled back');
  assert.equal((await listEntries('incident.resolved')).at(-1)?.humanSeconds, 5400);
  const page = (await app.inject('/api/v1/incidents?limit=1')).json();
  assert.equal(page.items.length, 1);
  const next = (await app.inject(`/api/v1/incidents?limit=1&cursor=${page.next}`)).json();
  assert.equal(next.items[0].detectedBy, 'monitor');
  assert.equal(next.next, undefined);
});

test('incident routes refuse times that cannot be', async () => {
  const future = { model: 'm', title: 't', startedAt: '2027-01-01T00:00:00Z' };
  assert.equal((await post('/api/v1/incidents', future)).json().error.code, 'INCIDENT_TIME_INVALID');
  const odd = { model: 'm', title: 't', startedAt: 'yesterday' };
  assert.equal((await post('/api/v1/incidents', odd)).json().error.field, 'startedAt');
  assert.equal((await post('/api/v1/incidents/inc_0/resolve', { resolution: 'x' })).statusCode, 404);
});
