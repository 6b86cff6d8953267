import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DividendError } from '@dividend/core/errors';
import { checkDatabase } from './check-database.ts';
import { diskFull, hasRoom } from './disk-room.ts';
import { claimPort } from './free-port.ts';
import { lockHome, wasKilled } from './home-lock.ts';
import { makeHome } from './make-home.ts';
import { supervisePostgres } from './supervise-postgres.ts';
import { type ProcessSpec, type SupervisedProcess, superviseProcess } from './supervised-process.ts';

export interface PlatformOptions {
  readonly home: string;
  readonly host: string;
  readonly port: number;
  readonly servingPort: number;
  readonly servingProcesses: number;
  /** PostgreSQL to use; undefined: the embedded one in the home folder. */
  readonly databaseUrl: string | undefined;
  readonly report: (event: string) => void;
}

export interface ProcessState {
  readonly name: string;
  readonly pid: number | undefined;
  readonly restarts: number;
}

export interface RunningPlatformHandle {
  readonly controlUrl: string;
  readonly servingUrl: string;
  processes(): ProcessState[];
  stop(): Promise<void>;
}

/** Serving drains for up to 10 s, control for up to 15 s. */
const servingStopLimitMs = 15_000;
const controlStopLimitMs = 20_000;
/** What a killed supervisor left needs at most this long to drain. */
const releaseLimitMs = 15_000;

const packages = resolve(import.meta.dirname, '../../..');
const programs = {
  control: join(packages, 'server/src/main.ts'),
  serving: join(packages, 'serving/src/main.ts'),
  trial: join(packages, 'serving/src/trial-main.ts'),
  console: join(packages, 'console/dist'),
  python: join(packages, '../.venv/bin'),
};

/**
 * Starts everything on this machine and returns when control answers and a serving process listens.
 * @throws {DividendError} DISK_FULL, HOME_IN_USE, PORT_IN_USE, START_FAILED and what the database throws; nothing runs then
 */
export async function runPlatform(options: PlatformOptions): Promise<RunningPlatformHandle> {
  const home = resolve(options.home);
  try {
    return await startAll({ ...options, home });
  } catch (error) {
    const { code } = error as { code?: string };
    // With no room a process cannot even log why it did not start.
    if (code === 'ENOSPC' || (code === 'START_FAILED' && !(await hasRoom(home))))
      throw diskFull('The platform could not start', home, error);
    throw error;
  }
}

async function startAll(options: PlatformOptions): Promise<RunningPlatformHandle> {
  const { home, report } = options;
  await makeHome(home);
  for (const folder of ['keys', 'logs', 'serving']) await mkdir(join(home, folder), { recursive: true });
  // A supervisor that was killed left its mark, and children that may still drain on these ports.
  const waitMs = (await wasKilled(home)) ? releaseLimitMs : 0;
  if (options.databaseUrl !== undefined) await checkDatabase(options.databaseUrl);
  const port = await claimPort(options.port, options.host, 'control', '--port', waitMs);
  const servingPort = await claimPort(options.servingPort, options.host, 'serving', '--serving-port', waitMs);
  const controlUrl = `http://${options.host}:${port}`;
  const servingUrl = `http://${options.host}:${servingPort}`;
  const unlock = await lockHome(home, { pid: process.pid, controlUrl, servingUrl });

  const stops: (() => Promise<void>)[] = [unlock];
  const stop = async () => {
    for (const action of stops.splice(0).reverse()) await action();
  };
  try {
    const postgres =
      options.databaseUrl === undefined ? await supervisePostgres(join(home, 'postgres'), report) : undefined;
    if (postgres) stops.push(() => postgres.stop());
    const shared = { home, host: options.host, controlUrl, servingUrl, token: await readToken(home) };
    const databaseUrl = options.databaseUrl ?? postgres?.url ?? '';
    const control = superviseProcess(controlSpec(shared, port, databaseUrl), report);
    stops.push(() => control.stop(controlStopLimitMs));
    const serving = Array.from({ length: options.servingProcesses }, (_, index) =>
      superviseProcess(servingSpec(shared, servingPort, index + 1), report),
    );
    stops.push(async () => {
      await Promise.all(serving.map((process) => process.stop(servingStopLimitMs)));
    });
    // Of this route only our own control takes our token: not another that was quicker to take the port.
    const own = { headers: { authorization: `Bearer ${shared.token}` } };
    await untilAnswers(
      `${controlUrl}/internal/v1/snapshot`,
      control,
      join(home, 'logs/control.log'),
      report,
      own,
    );
    await untilAnswers(`${servingUrl}/v2/health/live`, serving[0], join(home, 'logs/serving-1.log'), report);
    return {
      controlUrl,
      servingUrl,
      processes: () => [
        ...(postgres ? [{ name: 'postgres', pid: postgres.pid, restarts: 0 }] : []),
        ...[control, ...serving].map(({ name, pid, restarts }) => ({ name, pid, restarts })),
      ],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Shared {
  readonly home: string;
  readonly host: string;
  readonly controlUrl: string;
  readonly servingUrl: string;
  readonly token: string;
}

/** Compiled code of our programs: later starts are faster and smaller by it. */
function compileCache({ home }: Shared): string {
  return join(home, 'compile-cache');
}

/** By itself the heap keeps up to 128 MiB for young objects; this takes 24 MiB, at the same throughput (docs/serving.md). */
function smallYoungGeneration(): string {
  return `${process.env.NODE_OPTIONS ?? ''} --max-semi-space-size=8`.trim();
}

function controlSpec(shared: Shared, port: number, databaseUrl: string): ProcessSpec {
  return {
    name: 'control',
    program: programs.control,
    logFile: join(shared.home, 'logs/control.log'),
    env: {
      DATABASE_URL: databaseUrl,
      DIVIDEND_HOME: shared.home,
      NODE_COMPILE_CACHE: compileCache(shared),
      NODE_OPTIONS: smallYoungGeneration(),
      DIVIDEND_HOST: shared.host,
      DIVIDEND_PORT: String(port),
      DIVIDEND_EXECUTOR: 'control-1',
      DIVIDEND_SERVING_TOKEN: shared.token,
      DIVIDEND_SERVING_URL: shared.servingUrl,
      DIVIDEND_TRIAL_PROGRAM: programs.trial,
      ...(existsSync(programs.console) ? { DIVIDEND_CONSOLE_DIR: programs.console } : {}),
      ...(process.env.DIVIDEND_PYTHON_BIN === undefined && existsSync(programs.python)
        ? { DIVIDEND_PYTHON_BIN: programs.python }
        : {}),
    },
  };
}

function servingSpec(shared: Shared, port: number, number: number): ProcessSpec {
  return {
    name: `serving-${number}`,
    program: programs.serving,
    logFile: join(shared.home, `logs/serving-${number}.log`),
    env: {
      NODE_COMPILE_CACHE: compileCache(shared),
      DIVIDEND_CONTROL_URL: shared.controlUrl,
      DIVIDEND_SERVING_TOKEN: shared.token,
      DIVIDEND_SERVING_HOME: join(shared.home, 'serving'),
      DIVIDEND_SERVING_HOST: shared.host,
      DIVIDEND_SERVING_PORT: String(port),
      DIVIDEND_SERVING_PROCESS: `serving-${number}`,
      NODE_OPTIONS: smallYoungGeneration(),
    },
  };
}

async function readToken(home: string): Promise<string> {
  const path = join(home, 'keys/serving-token');
  const existing = await readFile(path, 'utf8').catch(() => undefined);
  if (existing) return existing.trim();
  const token = randomBytes(24).toString('base64url');
  await writeFile(path, token, { mode: 0o600 });
  return token;
}

/** A large database that is migrated may take minutes; what fails at once ends sooner, by its restarts. */
const startLimitMs = 600_000;
const slowStartMs = 20_000;

async function untilAnswers(
  url: string,
  child: SupervisedProcess | undefined,
  logFile: string,
  report: (event: string) => void,
  init: RequestInit = {},
): Promise<void> {
  const started = Date.now();
  let reports = 0;
  for (let waitedMs = 0; waitedMs < startLimitMs; waitedMs = Date.now() - started) {
    const response = await fetch(url, init).catch(() => undefined);
    if (response?.ok) return;
    if ((child?.restarts ?? 0) >= 3) break;
    if (waitedMs > (reports + 1) * slowStartMs) {
      reports++;
      report(`${child?.name ?? url} is still starting; what it does is in '${logFile}'`);
    }
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new DividendError(
    'START_FAILED',
    'unavailable',
    `${child?.name ?? url} did not start: ${await lastMessage(logFile)}; more is in '${logFile}'`,
  );
}

/** First line of the last message in a log of ours. */
async function lastMessage(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n');
  const last = lines.at(-1) ?? '';
  try {
    return (JSON.parse(last) as { message: string }).message.split('\n')[0] ?? last;
  } catch {
    return last;
  }
}
