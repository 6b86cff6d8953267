import { setTimeout as delay } from 'node:timers/promises';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { DividendError } from '@dividend/core/errors';
import type { Log } from '../log.ts';
import { translateDatabaseError } from '../postgres/index.ts';

const firstWaitMs = 500;
const longestWaitMs = 5_000;

/** A registered durable function: `start` returns once the runtime is launched; the same id never runs twice. */
export interface Durable<Args extends unknown[], Result> {
  start(id: string, ...args: Args): Promise<void>;
  /** Waits for the end. Rejects with the error the workflow ended with. */
  result(id: string): Promise<Result>;
}

export interface StepOptions {
  readonly name: string;
  /** Attempts in all, ≥ 1. Default 1. Between two attempts the wait doubles from `firstWaitSeconds` (default 1). */
  readonly attempts?: number;
  readonly firstWaitSeconds?: number;
  readonly shouldRetry?: (error: unknown) => boolean;
}

/**
 * At its launch DBOS takes up all that is pending, as left by a process that died. A workflow that began meanwhile would be
 * taken up too, and run twice side by side; so none begins before.
 */
const launched = Promise.withResolvers<void>();

/**
 * Names a function as a workflow, before `launchDurable`. Its body only calls `durableStep` and `durableSleep`, starts
 * them in a fixed order, and reads no clock, random number or file outside a step: after a crash it is run again from
 * the top, and finished steps give back what they gave.
 */
export function registerDurable<Args extends unknown[], Result>(
  name: string,
  body: (...args: Args) => Promise<Result>,
): Durable<Args, Result> {
  const workflow = DBOS.registerWorkflow(body, { name });
  return {
    start: async (id, ...args) => {
      await launched.promise;
      await DBOS.startWorkflow(workflow, { workflowID: id })(...args);
    },
    result: async (id) => (await DBOS.getResult<Result>(id)) as Result,
  };
}

/** Runs `body` once and records its result; after a crash the record is given back. At-least-once: make it idempotent. */
export function durableStep<Result>(options: StepOptions, body: () => Promise<Result>): Promise<Result> {
  const attempts = options.attempts ?? 1;
  return DBOS.runStep(body, {
    name: options.name,
    retriesAllowed: attempts > 1,
    maxAttempts: attempts,
    intervalSeconds: options.firstWaitSeconds ?? 1,
    ...(options.shouldRetry ? { shouldRetry: (error: unknown) => options.shouldRetry?.(error) ?? true } : {}),
  });
}

/** A wait that goes on over a restart. */
export function durableSleep(milliseconds: number): Promise<void> {
  return DBOS.sleepms(milliseconds);
}

export interface DurableRuntime {
  /** Lets running steps end, up to the limit, then stops; unfinished workflows resume at the next start. */
  stop(limitMs: number): Promise<void>;
  /** Removes workflows that ended before `before`. */
  sweep(before: Date): Promise<void>;
}

/**
 * Starts the runtime and resumes what this executor left unfinished; waits while the database does not take it. `applicationVersion` changes only when a workflow's
 * order of steps does: work of another version is left to a process of that version.
 */
export async function launchDurable(options: {
  databaseUrl: string;
  executorId: string;
  applicationVersion: string;
  log: Log;
}): Promise<DurableRuntime> {
  DBOS.setConfig({
    name: 'dividend',
    systemDatabaseUrl: options.databaseUrl,
    executorID: options.executorId,
    applicationVersion: options.applicationVersion,
    systemDatabasePoolSize: 8,
    logger: toDbosLogger(options.log),
  });
  await launchPatiently(options.log);
  return {
    stop: (limitMs) => DBOS.shutdown({ workflowCompletionTimeoutMS: limitMs }),
    sweep: async (before) => {
      const ended = await DBOS.listWorkflows({
        status: ['SUCCESS', 'ERROR', 'CANCELLED'],
        completedBefore: before.toISOString(),
        limit: 1000,
      });
      await DBOS.deleteWorkflows(ended.map((workflow) => workflow.workflowID));
    },
  };
}

/** A launch writes to the database: while that is away, or its disk full, what needs no workflow goes on. */
async function launchPatiently(log: Log): Promise<void> {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    try {
      await DBOS.launch();
      launched.resolve();
      return;
    } catch (thrown) {
      const error = translateDatabaseError((thrown as { error?: unknown }).error ?? thrown);
      if (!(error instanceof DividendError && error.retryable)) throw thrown;
      log.warn('Durable workflows wait for the database', { error });
      await DBOS.shutdown();
      await delay(waitMs);
    }
  }
}

function toDbosLogger(log: Log) {
  const text = (entry: unknown) => (entry instanceof Error ? entry.message : String(entry));
  return {
    info: () => {},
    debug: () => {},
    warn: (entry: unknown) => log.warn(`DBOS: ${text(entry)}`),
    error: (entry: unknown) => log.error(`DBOS: ${text(entry)}`),
  };
}
