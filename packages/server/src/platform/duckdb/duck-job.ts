import { fork } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DividendError, type ErrorKind } from '@dividend/core/errors';
import type { Config } from '../config.ts';
import { translateDiskError } from '../disk.ts';
import type { DuckLimits } from './duck.ts';

export interface DuckJobLimits {
  /** Memory of DuckDB, MB; more spills to disk. */
  readonly memoryMb: number;
  readonly threads: number;
  /** The process is ended by force after this. */
  readonly timeoutMs: number;
}

export interface DuckJob<Input> {
  readonly input: Input;
  readonly limits: DuckLimits;
}

export type DuckAnswer<Result> =
  | { readonly result: Result }
  | { readonly error: { code: string; kind: ErrorKind; message: string; field: string | undefined } };

/** What a job may keep outside DuckDB, MB: 200 000 cells of 1 kB, twice. */
const maxHeapMb = 512;
/** The reason is in the last lines. */
const errorTailBytes = 2_000;

/** The last job of each program: one at a time bounds what all of them together take. */
const last = new Map<string, Promise<unknown>>();

/**
 * Runs a program that calls `answerDuckJob` in a child process, so that the memory DuckDB takes goes with it. Jobs of one
 * program run one after the other. The child dies with this process.
 *
 * @param program path of the child's main file
 * @param input what structured clone can copy
 * @throws {DividendError} as the job threw it; QUERY_TIMED_OUT (deadline_exceeded); QUERY_PROCESS_LOST (unavailable)
 *   where the process ended without an answer
 */
export function runDuckJob<Input, Result>(
  config: Pick<Config, 'home' | 'executorId'>,
  program: string,
  input: Input,
  limits: DuckJobLimits,
): Promise<Result> {
  const job = (last.get(program) ?? Promise.resolve()).then(async () => {
    const folder = duckTempFolder(config);
    const tempDir = await makeTempDir(folder);
    try {
      return await answerOf<Input, Result>(
        program,
        { input, limits: { ...limits, tempDir } },
        limits.timeoutMs,
      );
    } finally {
      await rm(tempDir, { recursive: true, force: true });
    }
  });
  last.set(
    program,
    job.catch(() => {}),
  );
  return job;
}

async function makeTempDir(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true });
    return await mkdtemp(join(folder, 'job-'));
  } catch (error) {
    throw translateDiskError(error, 'What a query spills', folder);
  }
}

/** Where jobs spill to; what a crash leaves there may be removed at start. */
export function duckTempFolder({ home, executorId }: Pick<Config, 'home' | 'executorId'>): string {
  return join(home, 'tmp', executorId);
}

function answerOf<Input, Result>(program: string, job: DuckJob<Input>, timeoutMs: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    // It needs no setting of this process, least of all its secrets.
    const { PATH = '', NODE_COMPILE_CACHE } = process.env;
    const child = fork(program, {
      env: { PATH, ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }) },
      execArgv: ['--disable-warning=ExperimentalWarning', `--max-old-space-size=${maxHeapMb}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let answer: DuckAnswer<Result> | undefined;
    let errors = '';
    let isTimeOver = false;
    const timer = setTimeout(() => {
      isTimeOver = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-errorTailBytes);
    });
    child.on('message', (message) => {
      answer = message as DuckAnswer<Result>;
    });
    const fail = (error: DividendError) => {
      clearTimeout(timer);
      reject(error);
    };
    child.on('error', (error) => fail(lost(error.message)));
    child.on('close', (code, signal) => {
      if (answer !== undefined && 'result' in answer) {
        clearTimeout(timer);
        return resolve(answer.result);
      }
      if (answer !== undefined) return fail(toError(answer.error));
      if (isTimeOver) return fail(timedOut(timeoutMs));
      fail(lost(`${signal ?? `exit code ${code}`}${errors === '' ? '' : `: ${lastLine(errors)}`}`));
    });
    child.send(job, (error) => error && child.kill('SIGKILL'));
  });
}

function toError(error: Extract<DuckAnswer<never>, { error: unknown }>['error']): DividendError {
  const { code, kind, message, field } = error;
  return new DividendError(code, kind, message, field === undefined ? {} : { field });
}

function timedOut(timeoutMs: number): DividendError {
  return new DividendError(
    'QUERY_TIMED_OUT',
    'deadline_exceeded',
    `The query did not end within ${timeoutMs / 1000} s; give it less data, or try again when the machine is less busy`,
  );
}

function lost(why: string): DividendError {
  return new DividendError(
    'QUERY_PROCESS_LOST',
    'unavailable',
    `The process of the query ended without an answer (${why}); see whether the machine lacks memory, then try again`,
  );
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
