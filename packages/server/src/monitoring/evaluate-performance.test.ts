import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { addRelease, endpoint, putIntoProduction } from './fixtures/monitored-platform.ts';
import { beginStory, hourlySpec, type Story } from './fixtures/story.ts';

const spec = hourlySpec({
  triggers: [
    {
      name: 'decay',
      when: { performance: 'brier', worseThanReferenceBy: 0.05, minLabels: 200 },
      windows: 2,
      do: 'retrain',
    },
  ],
});
/** Brier of labels given with skill 1 is 0.004, of skill 0 is 0.1875. */
const metrics = { brier: 0.01, auc: 0.99 };

const performanceOf = async (story: Story) => (await story.monitoring.report(endpoint)).performance;

test('evaluatePerformance measures each version by its own late labels, in the window of the prediction', async () => {
  const story = await beginStory(spec, metrics);
  const challenger = await addRelease(story.monitored.platform, '2');
  await story.send(0);
  await story.send(0, { releaseIndex: challenger, cohort: 'canary', distances: [1, 2] });
  await story.send(9);
  await story.label(0, 300, 1);
  await story.label(0, 100, 0, challenger);
  await story.evaluate();
  const [champion, canary, ...rest] = await performanceOf(story);
  assert.deepEqual(rest, []);
  assert.equal(champion?.version, '1');
  assert.equal(champion?.windowStart, story.hour(0));
  assert.equal(champion?.coverage, 0.75);
  assert.ok(Math.abs((champion?.brier ?? 0) - (0.25 * 0.01 + 0.75 * 0.0025)) < 1e-4);
  assert.equal(champion?.auc, 1);
  assert.ok(Math.abs((canary?.brier ?? 0) - 0.1875) < 1e-4);
  // A label that comes later still goes into the same window.
  await story.label(0, 100, 1);
  await story.evaluate();
  assert.equal((await performanceOf(story))[0]?.labels, 400);
});

test('evaluatePerformance falls once after two bad windows, and recovers', async () => {
  const story = await beginStory(spec, metrics);
  const seen: string[] = [];
  const skills = [1, 1, 0, 0, 0, 1, 1, 1, 1];
  for (const [index, skill] of skills.entries()) {
    await story.send(index);
    await story.label(index, 390, skill);
    for (const event of await story.evaluate())
      seen.push(
        `${event.kind} ${event.subject} ${event.triggerName} ${event.windowStart.toISOString().slice(11, 13)}`,
      );
    assert.deepEqual(await story.evaluate(), []);
  }
  assert.deepEqual(seen, ['performanceFell brier decay 03', 'performanceRecovered brier decay 06']);
  const { rows } = await sql<{ data: Record<string, unknown> }>`
    SELECT data FROM ledger_entry WHERE type = 'performance.fell'`.execute(story.monitored.platform.db);
  assert.equal(rows.length, 1);
  assert.equal(rows[0]?.data.version, '1');
  assert.equal(rows[0]?.data.threshold, 0.01 + 0.05);
  assert.equal(rows[0]?.data.labels, 390);
});

test('evaluatePerformance does not judge a window before its labels are there, or their time is past', async () => {
  const story = await beginStory(spec, metrics);
  for (const index of [0, 1, 2]) {
    await story.send(index);
    // Half of the labels: not covered, and three hours are not past.
    await story.label(index, 200, 0);
  }
  assert.deepEqual(await story.evaluate(), []);
  await story.send(4);
  assert.deepEqual(await story.evaluate(), [], 'window 0 is final, window 1 is not');
  await story.send(5);
  assert.deepEqual(
    (await story.evaluate()).map(({ kind }) => kind),
    ['performanceFell'],
  );
});

test('evaluatePerformance adds windows together where the trigger says so', async () => {
  const over = hourlySpec({
    triggers: [
      {
        name: 'decay',
        when: { performance: 'brier', worseThanReferenceBy: 0.1, over: 3, minLabels: 1000 },
        windows: 1,
        do: 'retrain',
      },
    ],
  });
  const story = await beginStory(over, metrics);
  const seen: string[] = [];
  // The mean of three windows is above 0.11 only once two of them are bad (0.1875 each).
  for (const [index, skill] of [0, 0, 1, 1, 0, 0, 0, 0].entries()) {
    await story.send(index);
    await story.label(index, 390, skill);
    for (const { windowStart } of await story.evaluate()) seen.push(windowStart.toISOString());
  }
  assert.deepEqual(seen, [story.hour(2), story.hour(3), story.hour(5)], 'fell, recovered, fell');
  const { rows } = await sql<{ data: Record<string, unknown> }>`
    SELECT data FROM ledger_entry WHERE type = 'performance.fell' ORDER BY position`.execute(
    story.monitored.platform.db,
  );
  assert.equal(rows[0]?.data.windowStart, story.hour(0));
  assert.equal(rows[0]?.data.windowEnd, story.hour(3));
  assert.equal(rows[0]?.data.labels, 1170);
});

test('evaluatePerformance judges in order of time, whichever labels come first', async () => {
  const slow = { ...spec, monitoring: { window: '1h' as const, labelLatency: '12h' } };
  const story = await beginStory(slow, metrics);
  for (const index of [0, 1, 2, 4]) await story.send(index);
  await story.label(0, 200, 0);
  await story.label(1, 390, 0);
  await story.label(2, 390, 0);
  assert.deepEqual(await story.evaluate(), [], 'window 0 may still get labels');
  await story.label(0, 190, 0);
  const events = await story.evaluate();
  assert.deepEqual(
    events.map(({ kind, windowStart }) => [kind, windowStart.toISOString()]),
    [['performanceFell', story.hour(1)]],
  );
});

test('evaluatePerformance never falls on too few labels', async () => {
  const story = await beginStory(spec, metrics);
  for (const index of [0, 1, 2, 3]) {
    await story.send(index, { distances: [1, 2, 3] });
    await story.label(index, 150, 0);
  }
  await story.send(9);
  assert.deepEqual(await story.evaluate(), []);
});

test('evaluatePerformance begins anew with another version', async () => {
  const story = await beginStory(spec, metrics);
  for (const index of [0, 1, 2, 3]) {
    await story.send(index);
    await story.label(index, 390, 0);
  }
  await story.evaluate();
  assert.equal((await story.monitoring.listAlarms({ state: 'raised', limit: 10 })).length, 1);
  const next = await addRelease(story.monitored.platform, '2', { metrics });
  await putIntoProduction(story.monitored, next);
  assert.deepEqual(
    (await story.evaluate()).map(({ kind }) => kind),
    ['performanceRecovered'],
  );
  const seen: string[] = [];
  for (const index of [4, 5, 6, 7]) {
    await story.send(index, { releaseIndex: next });
    await story.label(index, 390, 0, next);
    for (const event of await story.evaluate()) seen.push(event.windowStart.toISOString());
  }
  assert.deepEqual(seen, [story.hour(5)], 'its own second bad window');
});

test('report shows label lag, latency and the reference of the champion', async () => {
  const story = await beginStory(spec, metrics);
  await story.send(0);
  await story.label(0, 10, 1);
  const report = await story.monitoring.report(endpoint);
  assert.equal(report.version, '1');
  assert.deepEqual(report.reference, metrics);
  assert.ok((report.traffic[0]?.latencyMsP50 ?? 0) > 1.5 && (report.traffic[0]?.latencyMsP50 ?? 9) <= 2);
  assert.ok((report.labelLag.p50Seconds ?? 0) > 0);
  const distance = report.columns.find(({ column }) => column === 'distance');
  assert.equal(
    distance?.reference.labels.length,
    distance?.latest.ratios.length,
    'live counts before any window closed',
  );
  assert.ok(Math.abs((distance?.latest.ratios ?? []).reduce((sum, ratio) => sum + ratio, 0) - 1) < 1e-9);
  const [summary] = await story.monitoring.endpoints();
  assert.deepEqual(summary, {
    endpoint,
    model: endpoint,
    version: '1',
    requests: 400,
    failed: 0,
    labels: 10,
    alarms: 0,
    newestEventAt: story.hour(0),
  });
});
