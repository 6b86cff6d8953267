import { setTimeout as delay } from 'node:timers/promises';
import { DividendError } from '@dividend/core/errors';
import { runAs } from '../access/index.ts';
import { durableStep, registerDurable } from '../platform/dbos/index.ts';
import type { Platform } from '../platform/platform.ts';
import { translateDatabaseError } from '../platform/postgres/index.ts';
import { closeRun } from './close-run.ts';
import type { Executor } from './executor/executor.ts';
import { openTrackedRun } from './open-run.ts';
import { cancelled, type PipelineServices, ProcessStops, processStops, type Slots } from './run-context.ts';
import { runSteps } from './run-steps.ts';
import { getRun } from './run-store.ts';

/** How soon a wish to cancel that another control process took is seen. */
const cancelLookMs = 1_000;
const unavailableWaitMs = 1_000;

export interface RunLauncher {
  launch(runId: string): Promise<void>;
  /** Ends the programs of a run that is under way here. */
  cancel(runId: string): void;
  /** Ends the programs of all runs here and leaves the runs to the next start. */
  stop(): Promise<void>;
}

/**
 * The durable workflow of a run, in two steps: all pipeline steps, and the end. The graph runs inside one durable step,
 * because DBOS knows its steps by the order they begin in, which parallel chains do not keep; how far each pipeline step
 * came is in its own row, written with its entry, so that the body can run again from the top after a crash.
 */
export function createRunLauncher(
  platform: Platform,
  services: PipelineServices,
  executor: Executor,
  slots: Slots,
): RunLauncher {
  const active = new Map<string, { abort: AbortController; ended: Promise<unknown> }>();

  const runHere = async (runId: string): Promise<string | null> => {
    const abort = new AbortController();
    const work = carryOut(platform, services, { executor, slots }, runId, abort);
    active.set(runId, { abort, ended: work.catch(() => {}) });
    try {
      return await work;
    } catch (error) {
      // Not to be decided by this process: it never answers, and the next one begins here again.
      if (error instanceof ProcessStops) return await new Promise(() => {});
      throw error;
    } finally {
      active.delete(runId);
    }
  };
  const workflow = registerDurable('pipeline-run', async (runId: string): Promise<void> => {
    const fault = await durableStep({ name: 'steps' }, () => runHere(runId));
    await durableStep({ name: 'end' }, () =>
      whileUnavailable(platform, () => closeRun(platform, services, runId, fault)),
    );
  });

  return {
    launch: (runId) => workflow.start(runId, runId),
    cancel: (runId) => active.get(runId)?.abort.abort(cancelled),
    stop: async () => {
      for (const { abort } of active.values()) abort.abort(processStops);
      await Promise.all([...active.values()].map(({ ended }) => ended));
    },
  };
}

/** All of a run but its end; gives why it could not go on, null where the steps themselves say how they ended. */
async function carryOut(
  platform: Platform,
  services: PipelineServices,
  means: { executor: Executor; slots: Slots },
  runId: string,
  abort: AbortController,
): Promise<string | null> {
  const watch = watchForCancel(platform, runId, abort);
  try {
    return await whileUnavailable(platform, async () => {
      const run = await getRun(platform.db, runId);
      if (run.cancel_asked_at !== null) abort.abort(cancelled);
      const applied = await services.specs.get(run.spec_digest);
      return runAs(run.actor, async () => {
        const tracked = await openTrackedRun(platform, services, run, applied);
        await runSteps({ platform, services, ...means, run: tracked, applied, signal: abort.signal });
        return null;
      });
    });
  } catch (error) {
    if (error instanceof ProcessStops) throw error;
    platform.log.error('A pipeline run could not go on', { run: runId, error: (error as Error).stack });
    return `The run could not go on: ${(error as Error).message}`;
  } finally {
    clearInterval(watch);
  }
}

function watchForCancel({ db }: Platform, runId: string, abort: AbortController): NodeJS.Timeout {
  return setInterval(() => {
    getRun(db, runId)
      .then((run) => {
        if (run.cancel_asked_at !== null) abort.abort(cancelled);
      })
      .catch(() => {});
  }, cancelLookMs);
}

/** Does it again as long as only the database is in the way. */
async function whileUnavailable<Result>({ log }: Platform, action: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await action();
    } catch (thrown) {
      const error = translateDatabaseError(thrown);
      if (!(error instanceof DividendError && error.retryable)) throw error;
      log.warn('A pipeline run waits for the database', { error });
      await delay(unavailableWaitMs);
    }
  }
}
