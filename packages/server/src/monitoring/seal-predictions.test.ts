import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { makeSmallDisk, mayNotMount } from '@dividend/testkit/small-disk';
import { sql } from 'kysely';
import { openDuck, quoteLiteral } from '../platform/duckdb/index.ts';
import { createMonitoredPlatform, endpoint, type Monitored } from './fixtures/monitored-platform.ts';
import { predictionRow, toBatch } from './fixtures/telemetry.ts';
import { incomingFolder, predictionFolder } from './prediction-files.ts';
import { listSegments } from './prediction-store.ts';
import { recordTelemetry } from './record-telemetry.ts';
import { sealPredictions, sweepPredictions } from './seal-predictions.ts';

let monitored: Monitored;
let incoming: string;
before(async () => {
  monitored = await createMonitoredPlatform();
  incoming = incomingFolder(monitored.platform.config.home, endpoint);
});

const send = (units: string[], inputs: Record<string, number | string | boolean | null> = { distance: 1 }) =>
  recordTelemetry(
    monitored.platform,
    monitored.releases,
    toBatch(
      [],
      units.map((unitId) => predictionRow({ unitId, inputs })),
    ),
  );

async function readUnits(): Promise<string[]> {
  const { platform } = monitored;
  const duck = await openDuck({ memoryMb: 256, threads: 1 });
  try {
    const segments = await listSegments(platform.db, { limit: 100 });
    const paths = segments.map((segment) => quoteLiteral(join(platform.config.home, segment.path)));
    const rows = await duck.rows<{ unitId: string }>(
      `SELECT unitId FROM read_parquet([${paths.join(', ')}], union_by_name = true) ORDER BY unitId`,
    );
    return rows.map((row) => row.unitId);
  } finally {
    duck.close();
  }
}

test('sealPredictions makes one Parquet segment of the waiting files, by digest in the ledger', async () => {
  const { platform, ledger } = monitored;
  await send(['a', 'b'], { distance: 5, carrier: 'AA', 'odd "name"': true });
  await send(['c'], { distance: null, carrier: 'UA', extra: 2 });
  const segment = await sealPredictions(platform, ledger, endpoint);
  assert.equal(segment?.rows, 3);
  const bytes = await readFile(join(platform.config.home, segment.path));
  assert.equal(segment.digest, `sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  assert.deepEqual(await readdir(incoming), []);

  const duck = await openDuck({ memoryMb: 256, threads: 1 });
  const rows = await duck.rows(`SELECT unitId, eventTime, inputs, outputs.late AS late
    FROM read_parquet(${quoteLiteral(join(platform.config.home, segment.path))}) ORDER BY unitId`);
  duck.close();
  assert.deepEqual(rows[0], {
    unitId: 'a',
    eventTime: '2001-01-01T10:20:00.000Z',
    inputs: { distance: 5, carrier: 'AA', 'odd "name"': true, extra: null },
    late: 0.25,
  });
  const { rows: entries } = await sql<{ data: { digest: string; rows: number } }>`
    SELECT data FROM ledger_entry WHERE type = 'predictions.sealed'`.execute(platform.db);
  assert.deepEqual(
    entries.map(({ data }) => [data.digest, data.rows]),
    [[segment.digest, 3]],
  );
  assert.equal(await sealPredictions(platform, ledger, endpoint), undefined);
});

test('sealPredictions neither loses nor doubles a row when it crashes before the commit', async () => {
  const { platform, ledger } = monitored;
  await send(['d', 'e']);
  const crash = new Error('crash');
  await assert.rejects(sealPredictions(platform, { append: () => Promise.reject(crash) }, endpoint), crash);
  // The segment it wrote is on disk, but no one names it.
  await send(['f']);
  await sealPredictions(platform, ledger, endpoint);
  assert.deepEqual(await readUnits(), ['a', 'b', 'c', 'd', 'e', 'f']);
});

test('sealPredictions reads only files of chunks that were committed', async () => {
  const { platform, ledger } = monitored;
  await mkdir(incoming, { recursive: true });
  await writeFile(
    join(incoming, 'never-committed.ndjson'),
    `${JSON.stringify(predictionRow({ unitId: 'x' }))}\n`,
  );
  await send(['g']);
  await Promise.all([1, 2, 3].map(() => sealPredictions(platform, ledger, endpoint)));
  assert.deepEqual(await readUnits(), ['a', 'b', 'c', 'd', 'e', 'f', 'g']);
});

test('sealPredictions takes a field that changes its type as text', async () => {
  const { platform, ledger } = monitored;
  await send(['h'], { distance: 5 });
  await send(['i'], { distance: 'far' });
  assert.equal((await sealPredictions(platform, ledger, endpoint))?.rows, 2);
});

test('sweepPredictions removes what crashes left, once it is old', async () => {
  const { platform } = monitored;
  const folder = predictionFolder(platform.config.home, endpoint);
  const sealed = (await listSegments(platform.db, { limit: 100 })).map(({ id }) => `${id}.parquet`);
  const isLeft = async () =>
    (await readdir(folder)).filter((name) => name.endsWith('.parquet') && !sealed.includes(name)).length;
  assert.equal(await isLeft(), 1);
  await sweepPredictions(platform, endpoint);
  assert.equal(await isLeft(), 1, 'another process may be at it');
  const old = new Date(Date.now() - 7_200_000);
  for (const name of await readdir(folder))
    if (name.endsWith('.parquet')) await utimes(join(folder, name), old, old);
  await sweepPredictions(platform, endpoint);
  assert.equal(await isLeft(), 0);
  assert.deepEqual((await readdir(folder)).filter((name) => name.endsWith('.parquet')).sort(), sealed.sort());
});

/** The newest segment's fields, and what a row holds in them. */
async function readNewest(): Promise<Record<string, unknown>[]> {
  const { platform } = monitored;
  const [newest] = await listSegments(platform.db, { limit: 1 });
  const duck = await openDuck({ memoryMb: 256, threads: 1 });
  try {
    return await duck.rows(
      `SELECT unitId, inputs FROM read_parquet(${quoteLiteral(join(platform.config.home, newest?.path ?? ''))})`,
    );
  } finally {
    duck.close();
  }
}

test('sealPredictions keeps a row with half a surrogate pair, with U+FFFD for the half', async () => {
  const { platform, ledger } = monitored;
  await send(['half \ud83d unit'], {
    carrier: 'whole \u{1f6eb}, half \udeeb',
    path: 'C:\\ud800',
    nul: 'a\0b',
  });
  assert.equal((await sealPredictions(platform, ledger, endpoint))?.rows, 1);
  assert.deepEqual(await readNewest(), [
    {
      unitId: 'half \ufffd unit',
      inputs: { carrier: 'whole \u{1f6eb}, half \ufffd', path: 'C:\\ud800', nul: 'a\0b' },
    },
  ]);
});

test('sealPredictions keeps fields as JSON whose names cannot stand in one struct', async () => {
  const { platform, ledger } = monitored;
  for (const inputs of [{ Distance: 1, distance: 2 }, { '': 3 }]) {
    await send(['odd'], inputs);
    assert.equal((await sealPredictions(platform, ledger, endpoint))?.rows, 1);
    const [row] = await readNewest();
    assert.deepEqual(JSON.parse(row?.inputs as string), inputs);
  }
});

test('sealPredictions leaves no half-written segment behind when it fails', async () => {
  const { platform, ledger } = monitored;
  await send(['lost']);
  const [waiting = ''] = await readdir(incoming);
  const path = join(incoming, waiting);
  const content = await readFile(path, 'utf8');
  await writeFile(path, `${content}not a row\n`);
  await assert.rejects(sealPredictions(platform, ledger, endpoint), { code: 'QUERY_FAILED' });
  const folder = predictionFolder(platform.config.home, endpoint);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.endsWith('.tmp')),
    [],
  );
  await writeFile(path, content);
  assert.equal((await sealPredictions(platform, ledger, endpoint))?.rows, 1);
});

test('sealPredictions on a full disk keeps the files waiting, and seals them once there is room', async (context) => {
  const disk = await makeSmallDisk(4);
  if (!disk) return context.skip(mayNotMount);
  const full = await createMonitoredPlatform();
  const { home } = full.platform.config;
  await symlink(disk.folder, join(home, 'predictions'));
  const batch = (unitId: string) => toBatch([], [predictionRow({ unitId })]);
  await recordTelemetry(full.platform, full.releases, batch('before'));
  disk.fill();
  await assert.rejects(sealPredictions(full.platform, full.ledger, endpoint), { code: 'DISK_FULL' });
  const refused = batch('refused');
  await assert.rejects(recordTelemetry(full.platform, full.releases, refused), {
    code: 'DISK_FULL',
    kind: 'unavailable',
    message: /'.*predictions.*'/,
  });
  assert.deepEqual(
    (await readdir(predictionFolder(home, endpoint), { recursive: true })).filter((name) =>
      name.includes('.tmp'),
    ),
    [],
  );
  disk.free();
  assert.equal(await recordTelemetry(full.platform, full.releases, refused), true);
  assert.equal((await sealPredictions(full.platform, full.ledger, endpoint))?.rows, 2);
});
