import { setTimeout as delay } from 'node:timers/promises';
import { DividendError } from '@dividend/core/errors';
import { orderSteps } from '@dividend/core/pipelines';
import { translateDatabaseError } from '../platform/postgres/index.ts';
import { needsOf } from '../specs/index.ts';
import type { StepStatus } from './pipeline-tables.ts';
import type { RunContext } from './run-context.ts';
import { runStep } from './run-step.ts';
import { endStep, listSteps } from './step-store.ts';

const unavailableWaitMs = 1_000;

/**
 * Brings all steps of a run to their end: each begins when all it needs has ended well, in the order of the spec where
 * several can, and is skipped where something it needs did not. Steps that have ended are not run again, so this can be
 * called again after a crash at any moment.
 * @throws {ProcessStops} where this process stops
 */
export async function runSteps(context: RunContext): Promise<void> {
  const { steps } = context.applied.spec.pipeline;
  const nodes = steps.map((step) => ({ name: step.name, needs: needsOf(step) }));
  const order = orderSteps(nodes);
  if (!order.acyclic) throw new TypeError(`Spec ${context.applied.digest} has a circle of steps`);
  const ended = new Map<string, Promise<StepStatus>>();
  for (const name of order.order) {
    const needs = nodes.find((node) => node.name === name)?.needs ?? [];
    const outcome = Promise.all(needs.map((need) => ended.get(need) ?? ('skipped' as const))).then(
      (statuses) =>
        bringToEnd(
          context,
          name,
          statuses.every((status) => status === 'succeeded'),
        ),
    );
    ended.set(name, outcome);
  }
  const outcomes = await Promise.allSettled(ended.values());
  const broken = outcomes.find((outcome) => outcome.status === 'rejected');
  if (broken) throw broken.reason;
}

async function bringToEnd(context: RunContext, name: string, canRun: boolean): Promise<StepStatus> {
  for (;;) {
    try {
      const status = await statusOf(context, name);
      if (status !== 'waiting' && status !== 'running') return status;
      if (canRun && !(status === 'waiting' && context.signal.aborted)) await runStep(context, name);
      else await skip(context, name);
    } catch (thrown) {
      const error = translateDatabaseError(thrown);
      if (!(error instanceof DividendError && error.retryable)) throw error;
      context.platform.log.warn('A pipeline step waits for the database', {
        run: context.run.id,
        step: name,
        error,
      });
      await delay(unavailableWaitMs);
    }
  }
}

async function statusOf({ platform, run }: RunContext, name: string): Promise<StepStatus> {
  const rows = await listSteps(platform.db, [run.id]);
  return rows.find((row) => row.name === name)?.status ?? 'skipped';
}

async function skip({ platform, run }: RunContext, name: string): Promise<void> {
  await platform.db.transaction().execute((tx) =>
    endStep(
      tx,
      { pipeline_run_id: run.id, name },
      {
        status: 'skipped',
        finishedAt: platform.clock.now(),
        outputs: {},
        summary: {},
        error: null,
        cpuSeconds: null,
      },
    ),
  );
}
