import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { sql } from 'kysely';
import { countCohorts } from './cohort-counts.ts';
import { addRelease, createMonitoredPlatform, type Monitored } from './fixtures/monitored-platform.ts';
import { giveReceipt } from './fixtures/receipts.ts';
import { countGroup, toBatch } from './fixtures/telemetry.ts';
import { enterTallies } from './label-tally.ts';
import type { MonitoringTables } from './monitoring-tables.ts';
import { recordLabels } from './record-labels.ts';
import { recordTelemetry } from './record-telemetry.ts';

let monitored: Monitored;
let champion: number;
let challenger: number;
before(async () => {
  monitored = await createMonitoredPlatform();
  champion = await addRelease(monitored.platform, '1');
  challenger = await addRelease(monitored.platform, '2');
});

const mac = () => monitored.routing.receiptMac();
const give = (labels: { receipt: string; label: number; observedAt?: string }[]) =>
  recordLabels(monitored.platform, { releases: monitored.releases, mac: mac() }, { labels });

const readWindow = (releaseIndex: number, hour: string) =>
  monitored.platform.db
    .withTables<MonitoringTables>()
    .selectFrom('label_window')
    .selectAll()
    .where('release_index', '=', releaseIndex)
    .where('hour', '=', new Date(hour))
    .executeTakeFirstOrThrow();

test('recordLabels counts a late label for the version and the hour that answered', async () => {
  const old = giveReceipt(mac(), { releaseIndex: champion, at: '2001-01-01T10:59:00Z', score: 0.2 });
  const recent = giveReceipt(mac(), { releaseIndex: challenger, at: '2001-01-01T11:00:00Z', score: 0.8 });
  const result = await give([
    { receipt: old, label: 1, observedAt: '2001-03-01T00:00:00Z' },
    { receipt: recent, label: 1, observedAt: '2001-01-01T11:00:30Z' },
  ]);
  assert.deepEqual(result, { accepted: 2, duplicates: 0, rejected: [] });

  const ofOld = await readWindow(champion, '2001-01-01T10:00:00Z');
  assert.equal(ofOld.labels, 1);
  assert.equal(ofOld.positives, 1);
  assert.ok(Math.abs(ofOld.brier_sum - 0.64) < 1e-4);
  assert.ok(Math.abs(ofOld.log_loss_sum + Math.log(0.2)) < 1e-4);
  assert.equal(ofOld.score_bins.indexOf(1), 40);
  assert.equal(ofOld.lag_bins.indexOf(1), 22, 'between 30 and 60 days');
  const ofRecent = await readWindow(challenger, '2001-01-01T11:00:00Z');
  assert.ok(Math.abs(ofRecent.brier_sum - 0.04) < 1e-4);
  assert.equal(ofRecent.lag_bins.indexOf(1), 3, 'between 15 s and 1 min');
});

test('recordLabels counts each receipt once: in a batch, again, and at the same time', async () => {
  const hour = '2001-01-02T10:00:00Z';
  const receipts = Array.from({ length: 50 }, () => giveReceipt(mac(), { releaseIndex: champion, at: hour }));
  const labels = receipts.map((receipt) => ({ receipt, label: 0 }));
  const results = await Promise.all([
    give([...labels, ...labels.slice(0, 10)]),
    give(labels.toReversed()),
    give(labels),
  ]);
  assert.equal(
    results.reduce((sum, result) => sum + result.accepted, 0),
    50,
  );
  assert.equal(
    results.reduce((sum, result) => sum + result.duplicates, 0),
    110,
  );
  assert.equal((await readWindow(champion, hour)).labels, 50);
  // Of a batch that is partly known, only the rest counts.
  const more = Array.from({ length: 5 }, () => giveReceipt(mac(), { releaseIndex: champion, at: hour }));
  const mixed = await give([...more, ...receipts.slice(0, 5)].map((receipt) => ({ receipt, label: 0 })));
  assert.deepEqual([mixed.accepted, mixed.duplicates], [5, 5]);
  assert.equal((await readWindow(champion, hour)).labels, 55);
  // The first label stands.
  await give([{ receipt: receipts[0] ?? '', label: 1 }]);
  assert.equal((await readWindow(champion, hour)).positives, 0);
});

test('recordLabels refuses forged, malformed and foreign receipts one by one', async () => {
  const genuine = giveReceipt(mac(), { releaseIndex: champion, at: '2001-01-03T10:00:00Z' });
  const forged = giveReceipt(() => new Uint8Array(32), {
    releaseIndex: champion,
    at: '2001-01-03T10:00:00Z',
  });
  const foreign = giveReceipt(mac(), { releaseIndex: 4_000_000, at: '2001-01-03T10:00:00Z' });
  const result = await give([
    { receipt: forged, label: 1 },
    { receipt: genuine, label: 1 },
    { receipt: 'nonsense', label: 1 },
    { receipt: foreign, label: 1 },
    { receipt: genuine, label: 1, observedAt: 'yesterday' },
  ]);
  assert.equal(result.accepted, 1);
  assert.deepEqual(
    result.rejected.map(({ index }) => index),
    [0, 2, 3, 4],
  );
  assert.match(result.rejected[3]?.reason ?? '', /observedAt/);
});

test('recordLabels keeps predictions without a score out of the losses', async () => {
  const hour = '2001-01-04T10:00:00Z';
  await give([{ receipt: giveReceipt(mac(), { releaseIndex: champion, at: hour, score: null }), label: 1 }]);
  const window = await readWindow(champion, hour);
  assert.deepEqual([window.labels, window.scored, window.brier_sum], [1, 0, 0]);
});

test('countCohorts gives requests and labels of a rollout by cohort, zeros without traffic', async () => {
  const at = '2001-01-05T10:00:00.000Z';
  const rolloutIndex = 7;
  await recordTelemetry(
    monitored.platform,
    monitored.releases,
    toBatch([
      countGroup({ releaseIndex: challenger, hour: at, distances: [1, 2], cohort: 'canary', rolloutIndex }),
      countGroup({
        releaseIndex: challenger,
        hour: at,
        distances: [1],
        cohort: 'canary',
        rolloutIndex,
        environment: 'staging',
      }),
      countGroup({ releaseIndex: champion, hour: at, distances: [1, 2, 3], cohort: 'control', rolloutIndex }),
      countGroup({ releaseIndex: champion, hour: at, distances: [1, 2, 3, 4] }),
    ]),
  );
  const receipt = (label: number) => ({
    receipt: giveReceipt(mac(), { releaseIndex: challenger, at, cohort: 'canary', rolloutIndex, score: 0.5 }),
    label,
  });
  await give([receipt(1), receipt(0), receipt(1)]);
  const counts = await countCohorts(monitored.platform.db, rolloutIndex);
  assert.equal(counts.canary.requests, 2);
  assert.deepEqual(counts.canary.latencyMs, { n: 2, sum: 4, sumSquares: 8 });
  assert.equal(counts.canary.labels.n, 3);
  assert.equal(counts.canary.labels.positives, 2);
  assert.ok(Math.abs(counts.canary.labels.brierSum - 0.75) < 1e-4);
  assert.ok(Math.abs(counts.canary.labels.brierSumSquares - 3 / 16) < 1e-4);
  assert.equal(counts.control.requests, 3);
  assert.equal(counts.control.labels.n, 0);
  assert.equal(counts.stable.requests, 0);
});

test('enterTallies tells the ledger of each label once, whoever enters', async () => {
  const { platform, ledger, releases, specs } = monitored;
  await Promise.all([1, 2, 3].map(() => enterTallies(platform, { ledger, releases, specs }, true)));
  const { rows } = await sql<{ model: string; accepted: number; rejected: number }>`
    SELECT data ->> 'model' AS model, sum((data ->> 'accepted')::int)::int AS accepted,
      sum((data ->> 'rejected')::int)::int AS rejected
    FROM ledger_entry WHERE type = 'labels.counted' GROUP BY 1 ORDER BY 1`.execute(platform.db);
  const { rows: kept } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM label`.execute(platform.db);
  assert.deepEqual(rows, [
    { model: 'flight-late', accepted: kept[0]?.n, rejected: 0 },
    { model: 'unknown', accepted: 0, rejected: 4 },
  ]);
});
