// A real `mlflow server` and Dividend's control on one PostgreSQL, under the same load in turns.
//   npm run bench:tracking -- [--rounds 5] [--only log-batch,search] [--json results.json] [--home folder] [--workers 4]
// `--home` keeps databases and seed for the next run; without it all is made anew below the temporary folder and removed.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from 'dividend/postgres/embedded-postgres';
import { findFreePort } from './bench-processes.ts';
import { installMlflow } from './tracking/install-mlflow.ts';
import { type Contender, measureRow, median, type RowResult, startLoad } from './tracking/measure-rows.ts';
import { type Measure, memoryMeasure, printMeasures, printRows } from './tracking/print-results.ts';
import { treeMib } from './tracking/process-memory.ts';
import { requestRows } from './tracking/request-rows.ts';
import { seedDividend } from './tracking/seed-dividend.ts';
import { seedMlflow } from './tracking/seed-mlflow.ts';
import type { Seeded } from './tracking/seed-plan.ts';
import {
  type ServerSetup,
  startDividend,
  startMlflow,
  type TrackingServer,
} from './tracking/tracking-servers.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
    home: { type: 'string' },
    workers: { type: 'string', default: '4' },
    port: { type: 'string' },
  },
});
/** Durability as it comes (fsync and synchronous_commit on), memory for a database of some gigabytes. */
const postgresSettings = { max_connections: '200', shared_buffers: '256MB', max_wal_size: '2GB' };
const root = resolve(import.meta.dirname, '..');
const rounds = Number(options.rounds);
const wanted = options.only.split(',').filter((part) => part !== '');
const rows = requestRows.filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
);
const home =
  options.home === undefined ? await mkdtemp(join(tmpdir(), 'bench-tracking-')) : resolve(options.home);
const stops: (() => unknown)[] = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stopAll().then(() => process.exit(1)));

try {
  await run();
} finally {
  await stopAll();
  if (options.home === undefined) await rm(home, { recursive: true, force: true });
}

async function run(): Promise<void> {
  const mlflow = await installMlflow(root);
  await mkdir(home, { recursive: true });
  const postgres = await startEmbeddedPostgres(join(home, 'postgres'), {
    settings: postgresSettings,
  });
  stops.push(() => postgres.stop());
  const firstPort = options.port === undefined ? undefined : Number(options.port);
  const setup: ServerSetup = {
    root,
    home,
    postgresUrl: postgres.url,
    mlflow,
    mlflowWorkers: Number(options.workers),
    ports: {
      mlflow: firstPort ?? (await findFreePort()),
      dividend: firstPort === undefined ? await findFreePort() : firstPort + 1,
    },
  };
  const seeded = await seed(setup);
  const measures: Measure[] = wanted.length === 0 ? [await measureStart(setup)] : [];
  const servers = [await startMlflow(setup), await startDividend(setup)] as const;
  stops.push(...servers.map((server) => server.stop));
  printConditions(mlflow.version);

  const idle = servers.map(({ pid }) => treeMib(pid));
  const peaks = [...idle];
  const load = startLoad();
  stops.push(load.stop);
  const contenders: Contender[] = servers.map((server) => ({ ...server, seeded: seeded[server.name] }));
  const results: RowResult[] = [];
  for (const row of rows) {
    const rowPeaks = servers.map(() => 0);
    const runRound: typeof load.run = async (order) => {
      // What the round before left to the disk is not for this one to wait for.
      execFileSync('sync');
      const result = await load.run(order);
      for (const [index, { pid }] of servers.entries())
        rowPeaks[index] = Math.max(rowPeaks[index] ?? 0, treeMib(pid));
      return result;
    };
    const seconds = Number(options.seconds ?? row.seconds);
    results.push(await measureRow(row, contenders, { rounds, seconds, runRound }));
    for (const [index, peak] of rowPeaks.entries()) peaks[index] = Math.max(peaks[index] ?? 0, peak);
    const memory = servers.map(({ name }, index) => `${name} ${rowPeaks[index]?.toFixed(0)} MiB`);
    process.stderr.write(`${row.name}: done; at most ${memory.join(', ')}\n`);
  }
  measures.push(
    memoryMeasure('resident idle, MiB', idle[0] ?? 0, idle[1] ?? 0),
    memoryMeasure('resident at most under load, MiB', peaks[0] ?? 0, peaks[1] ?? 0),
  );
  printRows(results);
  console.log('');
  printMeasures(measures);
  if (options.json !== undefined)
    await writeFile(options.json, JSON.stringify({ results, measures }, null, 2));
}

async function seed(setup: ServerSetup): Promise<Record<'mlflow' | 'dividend', Seeded>> {
  const file = join(home, 'seeded.json');
  if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8'));
  const mlflow = await startMlflow(setup);
  await mlflow.stop();
  const ofMlflow = await seedMlflow(mlflow.databaseUrl);
  const dividend = await startDividend(setup);
  const startedAt = performance.now();
  const ofDividend = await seedDividend(dividend.url).finally(dividend.stop);
  process.stderr.write(
    `Seeded: MLflow by SQL, Dividend by its API in ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`,
  );
  const seeded = { mlflow: ofMlflow, dividend: ofDividend };
  await writeFile(file, JSON.stringify(seeded));
  return seeded;
}

/** Median of three starts on databases that are migrated, up to the first answer that needs them. */
async function measureStart(setup: ServerSetup): Promise<Measure> {
  const times: Record<TrackingServer['name'], number[]> = { mlflow: [], dividend: [] };
  for (let round = 0; round < 3; round++) {
    for (const start of [startMlflow, startDividend]) {
      const server = await start(setup);
      times[server.name].push(server.startMs);
      await server.stop();
    }
  }
  const [mlflow, dividend] = [median(times.mlflow), median(times.dividend)];
  return { name: 'start to first answer, ms', mlflow, dividend, goal: undefined };
}

function printConditions(mlflowVersion: string): void {
  const load = loadavg()
    .map((value) => value.toFixed(1))
    .join(', ');
  console.log(
    `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}, load before ${load}`,
  );
  console.log(
    `MLflow ${mlflowVersion} with ${options.workers} workers; one PostgreSQL for both (fsync and synchronous_commit on, 256 MB shared buffers), load from the same machine`,
  );
  console.log(
    `${rounds} rounds in turns after a warm-up, medians of rounds; in brackets the connections, each with one request at a time`,
  );
  console.log(
    'PostgreSQL/s: the same statements straight on the database (files: written, hashed and synced, or read)\n',
  );
}

async function stopAll(): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}
