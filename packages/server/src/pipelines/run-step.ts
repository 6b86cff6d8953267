import { setTimeout as delay } from 'node:timers/promises';
import type { StepSpec } from '@dividend/contracts/spec';
import { DividendError } from '@dividend/core/errors';
import { translateDatabaseError } from '../platform/postgres/index.ts';
import { saveCached, touchCached } from './cache-store.ts';
import type { StepRow, StepSummary } from './pipeline-tables.ts';
import { registerVersion } from './register-version.ts';
import { getStep, ProcessStops, processStops, type RunContext } from './run-context.ts';
import { type Attempt, clearStep, noteAttempt, runProgram } from './run-program.ts';
import { type Settlement, settleStep } from './settle-step.ts';
import { startRelease } from './start-release.ts';
import { resolveInputs, type StepInput } from './step-inputs.ts';
import { stepFolder } from './step-paths.ts';
import { countAttempt, listSteps, startStep } from './step-store.ts';
import { type CacheLookup, lookUpCache } from './take-from-cache.ts';

/** Between two attempts, doubled each time. */
const firstRetryWaitMs = 1_000;
const longestRetryWaitMs = 60_000;
/** Of these the run is not to blame: it waits and goes on. */
const passingCodes = new Set(['DATABASE_UNAVAILABLE', 'WRITE_CONFLICT']);

type Inputs = Readonly<Record<string, StepInput>>;

/**
 * Brings one step to its end, from wherever a process before this one left it. What it needs has ended well.
 * @throws {ProcessStops} where this process stops
 * @throws {DividendError} DATABASE_UNAVAILABLE, WRITE_CONFLICT: call it again
 */
export async function runStep(context: RunContext, name: string): Promise<void> {
  const step = getStep(context, name);
  const rows = await listSteps(context.platform.db, [context.run.id]);
  const row = rows.find((candidate) => candidate.name === name);
  if (!row) throw new TypeError(`Run '${context.run.id}' has no step '${name}'`);
  try {
    const inputs = resolveInputs(step, context.applied.spec.pipeline.steps, rows);
    const lookup = await lookUpCache(context, step, inputs);
    await settleStep(context, step, await decideEnd(context, step, row, inputs, lookup));
  } catch (error) {
    await settleFailed(context, step, error);
  }
  await clearStep(context, step);
}

async function decideEnd(
  context: RunContext,
  step: StepSpec,
  row: StepRow,
  inputs: Inputs,
  lookup: CacheLookup,
): Promise<Settlement> {
  if (lookup.hit && row.status === 'waiting') return takeCached(context, step, lookup);
  if (row.status === 'waiting')
    await startStep(context.platform.db, row, {
      started_at: context.platform.clock.now(),
      cache_reason: lookup.reason,
      origin_run_id: context.run.run_id,
    });
  if (context.signal.reason === processStops) throw new ProcessStops();
  const isProgram = step.uses !== 'register' && step.uses !== 'release';
  // A program may run on from before a crash: it is ended where it is waited for.
  if (context.signal.aborted && !isProgram) return failedWith(`Step '${step.name}' was cancelled`);
  if (step.uses === 'register') return registerVersion(context, inputs);
  if (step.uses === 'release') return startRelease(context, step, inputs);
  const attempt = await attemptProgram(context, step, inputs, row.attempts || 1);
  if (attempt.error !== null) return { ...attempt, status: 'failed' };
  await logMetrics(context, step, attempt.summary);
  return { ...attempt, status: 'succeeded', within: (tx) => keepOutcome(context, step, attempt, lookup, tx) };
}

async function takeCached(
  context: RunContext,
  step: StepSpec,
  { hit, reason }: Extract<CacheLookup, { hit: object }>,
): Promise<Settlement> {
  await logMetrics(context, step, hit.summary);
  if (hit.origin_run_id !== null && context.run.run_id !== null)
    await context.services.tracking.logBatch(context.run.run_id, {
      tags: { [`dividend.cached.${step.name}`]: hit.origin_run_id },
    });
  return {
    status: 'succeeded',
    outputs: hit.outputs,
    summary: hit.summary,
    error: null,
    cpuSeconds: 0,
    cached: { reason, originRunId: hit.origin_run_id },
    within: async (tx) => {
      await touchCached(tx, hit, context.platform.clock.now());
      return undefined;
    },
  };
}

/** Attempts until one ends well or none is left. */
async function attemptProgram(
  context: RunContext,
  step: StepSpec,
  inputs: Inputs,
  firstAttempt: number,
): Promise<Attempt> {
  const attempts = (step.retries ?? 0) + 1;
  for (let attempt = firstAttempt; ; attempt++) {
    const result = await context.slots.run(() => runProgram(context, step, inputs));
    if (result.error === null || attempt >= attempts || context.signal.aborted) return result;
    await clearStep(context, step);
    await countAttempt(
      context.platform.db,
      { pipeline_run_id: context.run.id, name: step.name },
      result.cpuSeconds,
    );
    const waitMs = Math.min(longestRetryWaitMs, firstRetryWaitMs * 2 ** (attempt - 1));
    await delay(waitMs, undefined, { signal: context.signal }).catch(() => {});
    await noteAttempt(context, step, attempt + 1);
  }
}

/** The metrics of an evaluation belong to the MLflow run too, so that runs can be compared there. */
async function logMetrics(
  { services, run }: RunContext,
  step: StepSpec,
  summary: StepSummary,
): Promise<void> {
  if (step.uses !== 'evaluate' || run.run_id === null) return;
  const { metrics } = summary as { metrics?: Readonly<Record<string, number>> };
  if (metrics) await services.tracking.logBatch(run.run_id, { metrics });
}

async function keepOutcome(
  context: RunContext,
  step: StepSpec,
  { outputs, summary }: Attempt,
  lookup: CacheLookup,
  tx: Parameters<typeof saveCached>[0],
): Promise<undefined> {
  if (lookup.hit || !lookup.entry) return;
  await saveCached(tx, {
    ...lookup.entry,
    model: context.run.model,
    step: step.name,
    outputs,
    summary,
    pipeline_run_id: context.run.id,
    origin_run_id: context.run.run_id,
    used_at: context.platform.clock.now(),
  });
}

function failedWith(error: string): Settlement {
  return { status: 'failed', error, outputs: {}, summary: {}, cpuSeconds: 0 };
}

/** Records what stopped the step, except where nothing was decided. */
async function settleFailed(context: RunContext, step: StepSpec, thrown: unknown): Promise<void> {
  const error = translateDatabaseError(thrown);
  if (error instanceof ProcessStops) throw error;
  if (error instanceof DividendError && passingCodes.has(error.code)) throw error;
  if (!(error instanceof DividendError))
    context.platform.log.error('A pipeline step failed inside Dividend', {
      run: context.run.id,
      step: step.name,
      error: (error as Error).stack,
    });
  // Such as one that runs on from before a crash, whose inputs are gone since.
  await context.executor.cancel(stepFolder(context.platform.config, context.run.id, step.name).root);
  const reason =
    error instanceof DividendError ? error.message : `it failed inside Dividend: ${(error as Error).message}`;
  const message = reason.startsWith(`Step '${step.name}'`) ? reason : `Step '${step.name}' failed: ${reason}`;
  await settleStep(context, step, failedWith(message));
}
