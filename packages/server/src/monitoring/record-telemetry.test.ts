import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { before, test } from 'node:test';
import { mergeColumnCounts } from '@dividend/core/monitoring';
import { sql } from 'kysely';
import { flattenColumns, unflattenColumns } from './column-layout.ts';
import {
  addRelease,
  carrierReference,
  createMonitoredPlatform,
  distanceReference,
  endpoint,
  type Monitored,
} from './fixtures/monitored-platform.ts';
import { countGroup, likeReference, predictionRow, toBatch } from './fixtures/telemetry.ts';
import type { MonitoringTables } from './monitoring-tables.ts';
import { incomingFolder } from './prediction-files.ts';
import { recordTelemetry } from './record-telemetry.ts';
import { sealPredictions } from './seal-predictions.ts';

const reference = [distanceReference, carrierReference];
const hour = '2001-01-01T10:00:00.000Z';
let monitored: Monitored;
let release: number;
before(async () => {
  monitored = await createMonitoredPlatform();
  release = await addRelease(monitored.platform, '1');
});

const record = (batch: ReturnType<typeof toBatch>) =>
  recordTelemetry(monitored.platform, monitored.releases, batch);

async function readWindow(hour: string) {
  return monitored.platform.db
    .withTables<MonitoringTables>()
    .selectFrom('monitoring_window')
    .selectAll()
    .where('hour', '=', new Date(hour))
    .executeTakeFirstOrThrow();
}

test('recordTelemetry merges batches to what one batch of all would give', async () => {
  const one = {
    ...countGroup({ releaseIndex: release, hour, distances: [5, 700, 1999, 4000] }),
    errors: { RUNTIME: 1 },
  };
  const other = {
    ...countGroup({ releaseIndex: release, hour, distances: likeReference(50) }),
    errors: { RUNTIME: 2, TIMEOUT: 1 },
  };
  assert.equal(await record(toBatch([one])), true);
  assert.equal(await record(toBatch([other])), true);

  const row = await readWindow(hour);
  assert.equal(row.requests, 54);
  assert.equal(row.errors_total, 4);
  assert.deepEqual(row.errors, { RUNTIME: 3, TIMEOUT: 1 });
  assert.equal(row.latency_sum, 108);
  const columns = unflattenColumns(reference, {
    counts: row.column_counts,
    sums: row.column_sums,
    mins: row.column_mins,
    maxs: row.column_maxs,
  });
  for (const name of ['distance', 'carrier'] as const) {
    const [a, b] = [one.columns[name], other.columns[name]];
    assert.ok(a && b);
    assert.deepEqual(columns.get(name), mergeColumnCounts(a, b));
  }
  assert.deepEqual(
    row.score_bins,
    one.score?.bins.map((count, bin) => count + (other.score?.bins[bin] ?? 0)),
  );
});

test('recordTelemetry counts a window that a batch names twice', async () => {
  const group = countGroup({ releaseIndex: release, hour: '2001-01-01T11:00:00.000Z', distances: [1, 2, 3] });
  await record(toBatch([group, group, group]));
  assert.equal((await readWindow('2001-01-01T11:00:00.000Z')).rows, 9);
});

test('recordTelemetry counts a chunk once, also when it is sent many times at once', async () => {
  const at = '2001-01-01T12:00:00.000Z';
  const batch = toBatch(
    [countGroup({ releaseIndex: release, hour: at, distances: [1, 2] })],
    [predictionRow()],
  );
  const results = await Promise.all(Array.from({ length: 8 }, () => record(batch)));
  assert.equal(results.filter(Boolean).length, 1);
  assert.equal(await record(batch), false);
  assert.equal((await readWindow(at)).rows, 2);
});

test('recordTelemetry loses nothing when different batches of the same windows meet', async () => {
  const hours = ['13', '14', '15'].map((h) => `2001-01-01T${h}:00:00.000Z`);
  const groups = hours.map((at) => countGroup({ releaseIndex: release, hour: at, distances: [1, 2] }));
  await Promise.all(
    Array.from({ length: 10 }, (_, index) => record(toBatch(index % 2 === 0 ? groups : groups.toReversed()))),
  );
  for (const at of hours) assert.equal((await readWindow(at)).rows, 20);
});

test('recordTelemetry refuses what does not fit the bins, and counts nothing of it', async () => {
  const at = '2001-01-01T16:00:00.000Z';
  const good = countGroup({ releaseIndex: release, hour: at, distances: [1] });
  const distance = good.columns.distance;
  assert.ok(distance);
  const cases: [string, object][] = [
    ['groups.1.columns.distance', { columns: { distance: { ...distance, counts: [1] } } }],
    ['groups.1.columns.distance', { columns: { distance: { ...distance, n: 7 } } }],
    ['groups.1.columns.speed', { columns: { speed: distance } }],
    ['groups.1.releaseIndex', { releaseIndex: 999 }],
    ['groups.1.windowStart', { windowStart: '2001-01-01T16:30:00.000Z' }],
    ['groups.1.windowStart', { windowStart: '+010000-01-01T00:00:00.000Z' }],
  ];
  for (const [field, change] of cases) {
    await assert.rejects(record(toBatch([good, { ...good, ...change }])), {
      code: 'TELEMETRY_INVALID',
      field,
    });
  }
  const { rows } = await sql`SELECT 1 FROM monitoring_window WHERE hour = ${at}::timestamptz`.execute(
    monitored.platform.db,
  );
  assert.equal(rows.length, 0);
});

test('recordTelemetry refuses field names that neither PostgreSQL nor DuckDB can keep', async () => {
  for (const name of ['half \ud83d', 'nul \0']) {
    const row = predictionRow({ inputs: { [name]: 1 } });
    await assert.rejects(record(toBatch([], [predictionRow(), row])), {
      code: 'TELEMETRY_INVALID',
      field: 'rows.1.inputs',
    });
  }
});

test('recordTelemetry puts the rows on disk before the chunk counts', async () => {
  const batch = toBatch([], [predictionRow({ unitId: 'a' }), predictionRow({ unitId: 'b' })]);
  await record(batch);
  const { rows } = await sql<{ name: string }>`
    SELECT name FROM prediction_file WHERE rows = 2`.execute(monitored.platform.db);
  const folder = incomingFolder(monitored.platform.config.home, endpoint);
  assert.ok((await readdir(folder)).includes(rows[0]?.name ?? ''));
  const text = await readFile(`${folder}/${rows[0]?.name}`, 'utf8');
  assert.deepEqual(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    batch.rows,
  );
});

test('recordTelemetry counts a chunk once after its commit failed and it was sent again', async () => {
  const { platform, ledger } = monitored;
  const at = '2001-01-01T17:00:00.000Z';
  const batch = toBatch(
    [countGroup({ releaseIndex: release, hour: at, distances: [1, 2] })],
    [predictionRow()],
  );
  // The last statement of the transaction fails, with the file already on disk: as a crash before the commit leaves it.
  await sql`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'crash'; END $$`.execute(
    platform.db,
  );
  await sql`CREATE TRIGGER fail BEFORE INSERT ON prediction_file EXECUTE FUNCTION fail()`.execute(
    platform.db,
  );
  await assert.rejects(record(batch), /crash/);
  await sql`DROP TRIGGER fail ON prediction_file`.execute(platform.db);
  await sealPredictions(platform, ledger, endpoint);
  assert.equal(await record(batch), true);
  assert.equal(await record(batch), false);
  assert.equal((await readWindow(at)).rows, 2);
  assert.equal((await sealPredictions(platform, ledger, endpoint))?.rows, 1);
});

test('flattenColumns and unflattenColumns are each other’s inverse', () => {
  const { columns } = countGroup({ releaseIndex: 1, hour, distances: [-5, 3, 99, 5000] });
  const back = unflattenColumns(reference, flattenColumns(reference, columns));
  assert.deepEqual(Object.fromEntries(back), columns);
  const empty = unflattenColumns(reference, flattenColumns(reference, {}));
  assert.equal(empty.get('distance')?.n, 0);
  assert.equal(empty.get('distance')?.min, null);
});
