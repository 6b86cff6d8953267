import { resolve } from 'node:path';
import { DividendError } from '@dividend/core/errors';

/** Settings of a control process. Only this file reads the environment. */
export interface Config {
  /** PostgreSQL ≥ 15. */
  readonly databaseUrl: string;
  /** Folder of everything Dividend keeps: artifacts, prediction log, keys. */
  readonly home: string;
  /** Address to listen on; loopback only. */
  readonly host: string;
  /** Port to listen on; 0: any that is free. */
  readonly port: number;
  /** Stable name of this process among its siblings: DBOS resumes the work of the same name after a crash. */
  readonly executorId: string;
  /** Token that serving processes show; they get it from the supervisor or the operator. */
  readonly servingToken: string;
  /** Where serving answers, for smoke tests in staging. */
  readonly servingUrl: string;
  /** Folder that command steps find first on their path; absent: as the machine has it. */
  readonly pythonBin: string | undefined;
  /** Where programs of command steps are looked for, after the folder of `DIVIDEND_PYTHON_BIN`. */
  readonly searchPath: string;
  /** Folder of the built console to serve; absent: no console. */
  readonly consoleDir: string | undefined;
  /** Program that loads a model in a child process before any traffic. */
  readonly trialProgram: string;
  /** Logs of pipeline runs, cached outcomes and records of durable workflows are removed this many days after their last use. */
  readonly keepDays: number;
  /** Webhooks may go to private, loopback and link-local addresses, and by http. */
  readonly webhooksPrivate: boolean;
  /** The supervisor holds the other end of standard input: when it closes, drain and exit. */
  readonly watchParentPipe: boolean;
}

export function readConfig(environment: NodeJS.ProcessEnv): Config {
  return {
    databaseUrl: required(environment, 'DATABASE_URL'),
    home: resolve(environment.DIVIDEND_HOME ?? '.dividend'),
    host: environment.DIVIDEND_HOST ?? '127.0.0.1',
    port: readInteger(environment, 'DIVIDEND_PORT', 7400, { from: 0, to: 65_535 }),
    executorId: environment.DIVIDEND_EXECUTOR ?? 'control-1',
    servingToken: required(environment, 'DIVIDEND_SERVING_TOKEN'),
    servingUrl: environment.DIVIDEND_SERVING_URL ?? 'http://127.0.0.1:7401',
    pythonBin: environment.DIVIDEND_PYTHON_BIN,
    searchPath: environment.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    consoleDir: environment.DIVIDEND_CONSOLE_DIR,
    trialProgram: required(environment, 'DIVIDEND_TRIAL_PROGRAM'),
    keepDays: readInteger(environment, 'DIVIDEND_KEEP_DAYS', 30, { from: 1, to: 36_500 }),
    webhooksPrivate: environment.DIVIDEND_WEBHOOKS_PRIVATE === '1',
    watchParentPipe: environment.DIVIDEND_PARENT_PIPE === '1',
  };
}

function required(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name];
  if (value !== undefined && value !== '') return value;
  throw new DividendError(
    'SETTING_MISSING',
    'invalid_argument',
    `Setting '${name}' is needed to start control; set it in the environment`,
    { field: name },
  );
}

function readInteger(
  environment: NodeJS.ProcessEnv,
  name: string,
  fallback: number,
  { from, to }: { from: number; to: number },
): number {
  const text = environment[name];
  if (text === undefined) return fallback;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isInteger(value) && value >= from && value <= to) return value;
  throw new DividendError(
    'SETTING_INVALID',
    'invalid_argument',
    `Setting '${name}' must be a whole number from ${from} to ${to}, is '${text}'`,
    { field: name },
  );
}
