import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DividendError } from '@dividend/core/errors';
import pg from 'pg';
import { diskFull } from '../supervisor/disk-room.ts';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts';
import { findUnprivilegedLaunch, type UnprivilegedLaunch } from './unprivileged-launch.ts';

export interface EmbeddedPostgres {
  /** `postgres://…@127.0.0.1:<port>/dividend` */
  readonly url: string;
  readonly process: ChildProcess;
  /** Waits for running statements, then stops (fast shutdown). */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL of this home folder on a free loopback port; makes the cluster and the database at the first
 * start. Returns when it answers. One that a killed supervisor left running is stopped first.
 * @throws {DividendError} DISK_FULL; POSTGRES_START_FAILED with the last lines PostgreSQL printed
 */
export async function startEmbeddedPostgres(
  folder: string,
  options: { settings?: Record<string, string>; port?: number } = {},
): Promise<EmbeddedPostgres> {
  const binaries = await findPostgresBinaries();
  const launch = await findUnprivilegedLaunch();
  const data = join(folder, 'data');
  await mkdir(folder, { recursive: true });
  await giveTo(folder, launch);
  const password = await initialiseCluster(folder, data, binaries, launch);
  await stopLeftover(data);
  const port = options.port ?? (await findFreePort());
  const child = await startServer(data, port, binaries, launch, options.settings ?? {});
  const url = `postgres://dividend:${password}@127.0.0.1:${port}/dividend`;
  await createDatabase(url);
  return { url, process: child, stop: () => stopServer(child) };
}

async function initialiseCluster(
  folder: string,
  data: string,
  binaries: PostgresBinaries,
  launch: UnprivilegedLaunch,
): Promise<string> {
  const passwordFile = join(folder, 'password');
  const finished = join(folder, 'initialised');
  if (await exists(finished)) return (await readFile(passwordFile, 'utf8')).trim();
  await rm(data, { recursive: true, force: true });
  await writeFile(passwordFile, randomBytes(18).toString('hex'), { mode: 0o600 });
  await giveTo(passwordFile, launch);
  const args = [
    '-D',
    data,
    '-U',
    'dividend',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ];
  const [program, programArgs] = commandOf(binaries.initdb, args, launch);
  await promisify(execFile)(program, programArgs, { ...userOf(launch), cwd: folder }).catch(
    (error: { stderr?: string; message: string }) => {
      if (isDiskFull(error.stderr ?? ''))
        throw diskFull('The embedded database could not be made', folder, error);
      throw new DividendError(
        'POSTGRES_INIT_FAILED',
        'failed_precondition',
        `The embedded database could not be made in '${folder}': ${lastLines(error.stderr ?? error.message)}`,
        { cause: error },
      );
    },
  );
  await writeFile(finished, '');
  return (await readFile(passwordFile, 'utf8')).trim();
}

/** Durability as PostgreSQL has it by default; memory and connections sized for one machine. */
const defaultSettings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '64MB',
  max_wal_size: '512MB',
  lc_messages: 'C',
  timezone: 'UTC',
  log_min_messages: 'warning',
};

async function startServer(
  data: string,
  port: number,
  binaries: PostgresBinaries,
  launch: UnprivilegedLaunch,
  settings: Record<string, string>,
): Promise<ChildProcess> {
  const args = ['-D', data, '-p', String(port)];
  for (const [name, value] of Object.entries({ ...defaultSettings, ...settings }))
    args.push('-c', `${name}=${value}`);
  const [program, programArgs] = commandOf(binaries.postgres, args, launch);
  const child = spawn(program, programArgs, {
    ...userOf(launch),
    cwd: data,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let printed = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    printed = (printed + text).slice(-4000);
  });
  const ended = new Promise<never>((_, reject) => {
    const fail = (why: string) =>
      reject(
        isDiskFull(printed)
          ? diskFull('The embedded database could not start', data, new Error(lastLines(printed)))
          : new DividendError(
              'POSTGRES_START_FAILED',
              'unavailable',
              `The embedded database did not start: ${lastLines(printed) || why}`,
            ),
      );
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`exit code ${code}`));
  });
  ended.catch(() => {});
  await Promise.race([untilReady(data, child.pid), ended]);
  return child;
}

/**
 * PostgreSQL writes `ready` into the eighth line of its pid file when it takes connections. The file of one that was
 * killed still says so: only that of this process, named in the first line, counts.
 */
async function untilReady(data: string, pid: number | undefined): Promise<void> {
  for (let attempt = 0; attempt < 2400; attempt++) {
    const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    if (Number(lines[0]) === pid && lines[7]?.trim() === 'ready') return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new DividendError(
    'POSTGRES_START_FAILED',
    'unavailable',
    'The embedded database did not become ready within a minute',
  );
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url.replace(/\/dividend$/, '/postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = 'dividend'");
    if (rowCount === 0) await client.query('CREATE DATABASE dividend');
  } finally {
    await client.end();
  }
}

function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGINT');
  });
}

async function stopLeftover(data: string): Promise<void> {
  const pidFile = join(data, 'postmaster.pid');
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (!(pid > 1) || !(await isPostgresOf(pid, data))) return;
  process.kill(pid, 'SIGINT');
  for (let attempt = 0; attempt < 1200 && isAlive(pid); attempt++)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

/** A pid in a stale file may by now be any process: only one whose command line names this folder is ours to stop. */
async function isPostgresOf(pid: number, data: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(async () => {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({
      stdout: '',
    }));
    return stdout;
  });
  return commandLine.includes(data);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

function commandOf(program: string, args: string[], launch: UnprivilegedLaunch): [string, string[]] {
  const [first = program, ...rest] = [...launch.prefix, program, ...args];
  return [first, rest];
}

function userOf({ uid, gid }: UnprivilegedLaunch): { uid?: number; gid?: number } {
  return uid === undefined || gid === undefined ? {} : { uid, gid };
}

async function giveTo(path: string, { uid, gid }: UnprivilegedLaunch): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

function isDiskFull(printed: string): boolean {
  return printed.includes('No space left on device');
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' / ');
}
