import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { MlflowInstall } from './install-mlflow.ts';

/** A tracking server under test. */
export interface TrackingServer {
  readonly name: 'mlflow' | 'dividend';
  readonly url: string;
  readonly databaseUrl: string;
  readonly pid: number;
  /** From the start of its process to its first answer from the database, in milliseconds. */
  readonly startMs: number;
  stop(): Promise<void>;
}

export interface ServerSetup {
  readonly root: string;
  readonly home: string;
  /** Of the shared PostgreSQL; each server has a database of its own name in it. */
  readonly postgresUrl: string;
  readonly mlflow: MlflowInstall;
  readonly mlflowWorkers: number;
  readonly ports: { readonly mlflow: number; readonly dividend: number };
}

const startLimitMs = 180_000;

/** MLflow as its documentation starts it for a team: PostgreSQL backend, artifacts served by the server, default workers. */
export async function startMlflow(setup: ServerSetup): Promise<TrackingServer> {
  const databaseUrl = await createDatabase(setup.postgresUrl, 'bench_mlflow');
  const home = join(setup.home, 'mlflow');
  const args = ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(setup.ports.mlflow)];
  args.push(
    '--workers',
    String(setup.mlflowWorkers),
    '--backend-store-uri',
    databaseUrl.replace(/^postgres:/, 'postgresql+psycopg2:'),
  );
  args.push('--artifacts-destination', join(home, 'artifacts'));
  return start(
    'mlflow',
    { program: setup.mlflow.python, args, home, port: setup.ports.mlflow, databaseUrl },
    {},
  );
}

/** Control, as `dividend up` starts it. */
export async function startDividend(setup: ServerSetup): Promise<TrackingServer> {
  const databaseUrl = await createDatabase(setup.postgresUrl, 'bench_dividend');
  const home = join(setup.home, 'dividend');
  const packages = join(setup.root, 'packages');
  const profile = process.env.BENCH_CPU_PROF_DIR;
  const args = [
    '--disable-warning=ExperimentalWarning',
    ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]),
    join(packages, 'server/src/main.ts'),
  ];
  const port = setup.ports.dividend;
  return start(
    'dividend',
    { program: process.execPath, args, home, port, databaseUrl },
    {
      DATABASE_URL: databaseUrl,
      DIVIDEND_HOME: home,
      DIVIDEND_PORT: String(port),
      DIVIDEND_SERVING_TOKEN: 'bench',
      DIVIDEND_TRIAL_PROGRAM: join(packages, 'serving/src/trial-main.ts'),
      NODE_COMPILE_CACHE: join(home, 'compile-cache'),
      NODE_OPTIONS: '--max-semi-space-size=8',
    },
  );
}

interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  readonly home: string;
  readonly port: number;
  readonly databaseUrl: string;
}

async function start(
  name: TrackingServer['name'],
  launch: Launch,
  env: Record<string, string>,
): Promise<TrackingServer> {
  await mkdir(launch.home, { recursive: true });
  const logFile = join(launch.home, 'server.log');
  const log = openSync(logFile, 'a');
  const startedAt = performance.now();
  const child = spawn(launch.program, launch.args, {
    cwd: launch.home,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/', ...env },
    stdio: ['ignore', log, log],
    // A group of its own: the workers of MLflow end with it.
    detached: true,
  });
  closeSync(log);
  const url = `http://127.0.0.1:${launch.port}`;
  await untilReady(url, child, logFile).catch(async (error) => {
    await endGroup(child);
    throw error;
  });
  return {
    name,
    url,
    databaseUrl: launch.databaseUrl,
    pid: child.pid ?? 0,
    startMs: performance.now() - startedAt,
    stop: () => endGroup(child),
  };
}

async function untilReady(url: string, child: ChildProcess, logFile: string): Promise<void> {
  const end = Date.now() + startLimitMs;
  while (Date.now() < end && child.exitCode === null) {
    // A worker may die over the question: then the next is asked.
    const isReady = await fetch(`${url}/api/2.0/mlflow/experiments/get?experiment_id=0`)
      .then(async (response) => (await response.arrayBuffer()) && response.ok)
      .catch(() => false);
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const printed = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-10).join('\n');
  throw new Error(`'${url}' did not answer; its log ends with:\n${printed}`);
}

function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
    return Promise.resolve();
  const group = -child.pid;
  return new Promise((resolve) => {
    const last = setTimeout(() => killGroup(group), 20_000);
    child.once('exit', () => {
      clearTimeout(last);
      killGroup(group);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

function killGroup(group: number): void {
  try {
    process.kill(group, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

/** Made where it is missing. */
async function createDatabase(postgresUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
  return postgresUrl.replace(/\/[^/]*$/, `/${name}`);
}
