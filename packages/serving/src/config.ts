import { resolve } from 'node:path';
import { DividendError } from '@dividend/core/errors';

/** Settings of a serving process. Only this file reads the environment. */
export interface Config {
  /** Base URL of control, without a path. */
  readonly controlUrl: URL;
  /** Token shown to control. */
  readonly servingToken: string;
  /** Folder of the snapshot, the model cache and the journals; the serving processes of one machine may share it. */
  readonly home: string;
  /** Address to listen on. */
  readonly host: string;
  /** Port to listen on, shared with its siblings; 0: any that is free. */
  readonly port: number;
  /** Stable name among siblings: a process started again under the same name takes over the journal of the last. */
  readonly processName: string;
  /** The supervisor holds the other end of standard input: when it closes, drain and exit. */
  readonly watchParentPipe: boolean;
  readonly limits: Limits;
}

export interface Limits {
  readonly maxBodyBytes: number;
  /** Bodies held in memory at one time, all requests together. */
  readonly maxBufferedBytes: number;
  readonly maxRows: number;
  /** Requests accepted and not answered yet; one more is refused. */
  readonly maxInFlight: number;
  /** From the arrival of the head of a request to its answer. */
  readonly deadlineMs: number;
  /** Journal on disk that control has not taken yet; beyond it the oldest rows go, their counts stay. */
  readonly maxJournalBytes: number;
}

const mebibyte = 2 ** 20;

export function readConfig(environment: NodeJS.ProcessEnv): Config {
  return {
    controlUrl: readUrl(environment, 'DIVIDEND_CONTROL_URL'),
    servingToken: required(environment, 'DIVIDEND_SERVING_TOKEN'),
    home: resolve(required(environment, 'DIVIDEND_SERVING_HOME')),
    host: environment.DIVIDEND_SERVING_HOST ?? '127.0.0.1',
    port: readInteger(environment, 'DIVIDEND_SERVING_PORT', 7401, 0, 65_535),
    processName: readName(environment, 'DIVIDEND_SERVING_PROCESS', 'serving-1'),
    watchParentPipe: environment.DIVIDEND_PARENT_PIPE === '1',
    limits: {
      maxBodyBytes: 16 * mebibyte,
      maxBufferedBytes: 64 * mebibyte,
      maxRows: 10_000,
      maxInFlight: readInteger(environment, 'DIVIDEND_SERVING_MAX_IN_FLIGHT', 256, 1, 100_000),
      deadlineMs: readInteger(environment, 'DIVIDEND_SERVING_DEADLINE_MS', 10_000, 1, 3_600_000),
      maxJournalBytes:
        mebibyte * readInteger(environment, 'DIVIDEND_SERVING_JOURNAL_MIB', 1024, 1, 1_000_000),
    },
  };
}

function required(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name];
  if (value !== undefined && value !== '') return value;
  throw new DividendError(
    'SETTING_MISSING',
    'invalid_argument',
    `Setting '${name}' is needed to start serving; set it in the environment`,
    { field: name },
  );
}

function readUrl(environment: NodeJS.ProcessEnv, name: string): URL {
  const text = required(environment, name);
  const url = URL.parse(text);
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw invalid(name, 'an http or https URL', text);
}

function readName(environment: NodeJS.ProcessEnv, name: string, fallback: string): string {
  const text = environment[name] ?? fallback;
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text)) return text;
  throw invalid(name, 'letters, digits, dots and dashes, at most 100', text);
}

function readInteger(
  environment: NodeJS.ProcessEnv,
  name: string,
  fallback: number,
  least: number,
  greatest: number,
): number {
  const text = environment[name];
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= greatest) return value;
  throw invalid(name, `an integer from ${least} to ${greatest}`, text);
}

function invalid(name: string, expected: string, text: string): DividendError {
  return new DividendError(
    'SETTING_INVALID',
    'invalid_argument',
    `Setting '${name}' must be ${expected}, is '${text}'`,
    { field: name },
  );
}
