import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { addRelease, carrierReference, endpoint, putIntoProduction } from './fixtures/monitored-platform.ts';
import { beginStory, hourlySpec, type Story } from './fixtures/story.ts';
import { countGroup, likeReference, toBatch } from './fixtures/telemetry.ts';

/** A feed that breaks: miles become kilometres. */
const inKilometres = likeReference(400).map((distance) => distance * 1.609);

async function listEntries(story: Story, type: string): Promise<Record<string, unknown>[]> {
  const { rows } = await sql<{ data: Record<string, unknown> }>`
    SELECT data FROM ledger_entry WHERE type = ${type} ORDER BY position`.execute(
    story.monitored.platform.db,
  );
  return rows.map((row) => row.data);
}

async function listVerdicts(story: Story, column: string): Promise<string[]> {
  const report = await story.monitoring.report(endpoint);
  return report.columns.find((found) => found.column === column)?.points.map((point) => point.verdict) ?? [];
}

test('evaluateDrift raises after two drifted windows and clears after two good ones', async () => {
  const story = await beginStory();
  const seen: string[] = [];
  for (let index = 0; index < 12; index++) {
    const isBroken = index >= 4 && index <= 7;
    await story.send(index, isBroken ? { distances: inKilometres } : {});
    for (const event of await story.evaluate())
      seen.push(`${event.kind} ${event.subject} ${event.windowStart.toISOString().slice(11, 13)}`);
  }
  assert.deepEqual(seen, ['driftRaised distance 05', 'driftCleared distance 09']);
  assert.deepEqual(await listVerdicts(story, 'distance'), [
    ...Array(4).fill('ok'),
    ...Array(4).fill('drifted'),
    ...Array(2).fill('ok'),
  ]);
  assert.ok((await listVerdicts(story, 'carrier')).every((verdict) => verdict === 'ok'));
  assert.ok((await listVerdicts(story, 'score')).every((verdict) => verdict === 'ok'));

  const [raised] = await listEntries(story, 'drift.raised');
  assert.equal(raised?.column, 'distance');
  assert.ok(Number(raised?.psi) > Number(raised?.floor) && Number(raised?.psi) > Number(raised?.noise));
  assert.equal((await listEntries(story, 'drift.cleared')).length, 1);
  const [alarm] = await story.monitoring.listAlarms({ limit: 10 });
  assert.equal(alarm?.state, 'cleared');
  assert.equal(alarm?.windows, 4);
  assert.equal(alarm?.latestEnd.toISOString(), story.hour(8));
});

test('evaluateDrift writes nothing twice, also when many evaluate at once', async () => {
  const story = await beginStory();
  for (let index = 0; index < 6; index++) await story.send(index, { distances: inKilometres });
  const results = await Promise.all([1, 2, 3, 4].map(() => story.evaluate()));
  assert.equal(results.flat().length, 1);
  assert.deepEqual(await story.evaluate(), []);
  assert.equal((await listEntries(story, 'drift.raised')).length, 1);
  assert.equal((await listVerdicts(story, 'distance')).length, 4, 'windows 0 to 3 are past the lateness');
});

test('evaluateDrift never alarms on too little data', async () => {
  const story = await beginStory();
  for (let index = 0; index < 8; index++) await story.send(index, { distances: inKilometres.slice(0, 60) });
  assert.deepEqual(await story.evaluate(), []);
  assert.ok((await listVerdicts(story, 'distance')).every((verdict) => verdict === 'insufficientData'));
});

test('evaluateDrift keeps a raised alarm through windows that say nothing', async () => {
  const story = await beginStory();
  for (const [index, rows] of [400, 400, 10, 10, 10].entries())
    await story.send(index, { distances: inKilometres.slice(-rows) });
  await story.send(6);
  await story.evaluate();
  const alarms = await story.monitoring.listAlarms({ state: 'raised', limit: 10 });
  assert.deepEqual(
    alarms.map((alarm) => alarm.subject),
    ['distance'],
  );
});

test('evaluateDrift waits until a window has settled, and lets late rows not change its verdict', async () => {
  const story = await beginStory();
  await story.send(0);
  await story.send(2);
  // Counted just now: more of it may be on the way.
  await story.monitoring.evaluate(endpoint);
  assert.deepEqual(await listVerdicts(story, 'distance'), []);
  await story.evaluate();
  assert.deepEqual(await listVerdicts(story, 'distance'), ['ok']);
  await story.send(0, { distances: inKilometres, cohort: 'control' });
  await story.evaluate();
  const report = await story.monitoring.report(endpoint);
  assert.equal(report.columns[0]?.points.length, 1);
  assert.equal(report.traffic[0]?.rows, 800);
});

test('evaluateDrift judges a window whole when one prediction came with a time far ahead', async () => {
  const story = await beginStory();
  await story.send(1_000, { distances: [500] });
  for (let part = 0; part < 4; part++) {
    await story.send(0, { distances: likeReference(400).filter((_, index) => index % 4 === part) });
    await story.monitoring.evaluate(endpoint);
  }
  await story.evaluate();
  const report = await story.monitoring.report(endpoint);
  assert.equal(report.columns[0]?.points[0]?.rows, 400);
});

test('evaluateDrift takes traffic of other releases only where it was counted on the same bins', async () => {
  const story = await beginStory();
  const { platform } = story.monitored;
  const same = await addRelease(platform, '2');
  const other = await addRelease(platform, '3', { reference: [carrierReference] });
  const group = countGroup({
    releaseIndex: other,
    hour: story.hour(0),
    distances: likeReference(100),
    cohort: 'control',
  });
  const { carrier } = group.columns;
  assert.ok(carrier);
  await story.monitoring.recordTelemetry(toBatch([{ ...group, columns: { carrier } }]));
  await story.send(0, { releaseIndex: same, cohort: 'canary' });
  await story.send(0);
  await story.send(2);
  await story.evaluate();
  const report = await story.monitoring.report(endpoint);
  const rows = (name: string) => report.columns.find(({ column }) => column === name)?.points[0]?.rows;
  assert.equal(rows('distance'), 800);
  assert.equal(rows('carrier'), 900);
  assert.equal(rows('score'), 400, 'the score is the champion’s own');
});

test('evaluateDrift clears the alarm of a column that the new champion does not have', async () => {
  const story = await beginStory();
  for (let index = 0; index < 4; index++) await story.send(index, { distances: inKilometres });
  await story.evaluate();
  const next = await addRelease(story.monitored.platform, '2', { reference: [carrierReference] });
  await putIntoProduction(story.monitored, next);
  await story.send(5);
  await story.send(7);
  const events = await story.evaluate();
  assert.deepEqual(
    events.map(({ kind, subject }) => [kind, subject]),
    [['driftCleared', 'distance']],
  );
});

test('evaluateDrift leaves windows waiting while nothing is in production', async () => {
  const story = await beginStory(hourlySpec());
  await story.monitored.platform.db
    .transaction()
    .execute((tx) => story.monitored.routing.removeRoute(tx, endpoint, 'production'));
  await story.send(0);
  await story.send(3);
  assert.deepEqual(await story.evaluate(), []);
  await putIntoProduction(story.monitored, story.releaseIndex);
  await story.evaluate();
  assert.deepEqual(await listVerdicts(story, 'distance'), ['ok']);
});
