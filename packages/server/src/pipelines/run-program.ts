import { appendFile, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { StepSpec } from '@dividend/contracts/spec';
import { DividendError } from '@dividend/core/errors';
import { collectOutputs, readResult } from './collect-outputs.ts';
import { describeFailure } from './describe-failure.ts';
import type { JobEnd } from './executor/executor.ts';
import type { StepOutputs, StepSummary } from './pipeline-tables.ts';
import { ProcessStops, processStops, type RunContext } from './run-context.ts';
import { prepareStep } from './step-folder.ts';
import type { StepInput } from './step-inputs.ts';
import { stepFolder, stepLogPath } from './step-paths.ts';

const pollIntervalMs = 50;
/** A program that vanishes again and again is ended by something that will not stop, such as want of memory. */
const maxLosses = 3;

/** One attempt at a step's program, from preparation to outputs. */
export interface Attempt {
  readonly cpuSeconds: number | null;
  readonly summary: StepSummary;
  readonly outputs: StepOutputs;
  /** Null where it ended well. */
  readonly error: string | null;
}

/**
 * Runs a step's program to its end: one that still runs from before a crash of control is waited for, one that was lost
 * runs again.
 * @throws {DividendError} where it could not be prepared or its outputs not be taken
 * @throws {ProcessStops} where this process stops; the program is ended and will run again
 */
export async function runProgram(
  context: RunContext,
  step: StepSpec,
  inputs: Readonly<Record<string, StepInput>>,
): Promise<Attempt> {
  const folder = stepFolder(context.platform.config, context.run.id, step.name);
  return judge(context, step, inputs, await runToEnd(context, step, inputs, folder.root));
}

/** Removes what a step worked in: once its end is recorded, so that until then a crash loses nothing. */
export async function clearStep({ platform, run }: RunContext, step: StepSpec): Promise<void> {
  await rm(stepFolder(platform.config, run.id, step.name).root, { recursive: true, force: true });
}

/** The end of a program that was cancelled before it began. */
const neverStarted: JobEnd = {
  reason: 'cancelled',
  exitCode: null,
  signal: null,
  cpuSeconds: 0,
  maxRssBytes: null,
  seconds: 0,
  logTail: '',
};

async function runToEnd(
  context: RunContext,
  step: StepSpec,
  inputs: Readonly<Record<string, StepInput>>,
  folder: string,
): Promise<JobEnd> {
  for (let losses = 0; losses < maxLosses; losses++) {
    const state = await context.executor.poll(folder);
    // Ended by a process that stopped, not by anybody's wish: it has to run.
    const mustRun = state.state === 'absent' || state.state === 'lost' || endedByStop(context, state);
    if (mustRun && context.signal.reason === processStops) throw new ProcessStops();
    if (mustRun && context.signal.aborted) return neverStarted;
    if (mustRun) await start(context, step, inputs, folder, state.state === 'absent' ? losses : losses + 1);
    const end = await whenEnded(context, folder);
    if (end) return end;
  }
  throw new DividendError(
    'STEP_LOST',
    'internal',
    `Step '${step.name}' vanished ${maxLosses} times without an exit code: its process was killed from outside, or the machine lacks memory or disk`,
  );
}

function endedByStop({ signal }: RunContext, state: { state: string; end?: JobEnd }): boolean {
  return state.state === 'ended' && state.end?.reason === 'cancelled' && !signal.aborted;
}

async function start(
  context: RunContext,
  step: StepSpec,
  inputs: Readonly<Record<string, StepInput>>,
  folder: string,
  losses: number,
): Promise<void> {
  await context.executor.cancel(folder);
  const job = await prepareStep(context, step, inputs);
  if (losses > 0)
    await appendFile(job.logPath, '\n[the process was lost with the control process; it runs again]\n');
  await context.executor.submit(folder, job);
}

/** The end of the job; undefined where it was lost. */
async function whenEnded({ executor, signal }: RunContext, folder: string): Promise<JobEnd | undefined> {
  for (;;) {
    if (signal.aborted) await executor.cancel(folder);
    if (signal.reason === processStops) throw new ProcessStops();
    const state = await executor.poll(folder);
    if (state.state === 'ended') return state.end;
    if (state.state !== 'running') return undefined;
    await delay(pollIntervalMs);
  }
}

async function judge(
  context: RunContext,
  step: StepSpec,
  inputs: Readonly<Record<string, StepInput>>,
  end: JobEnd,
): Promise<Attempt> {
  const folder = stepFolder(context.platform.config, context.run.id, step.name);
  const result = step.uses === 'command' ? undefined : await readResult(folder);
  // What the process itself was told is exact; samples miss short peaks.
  const maxRssBytes = result?.maxRssBytes ?? end.maxRssBytes;
  const measured = maxRssBytes === null ? {} : { maxRssBytes };
  const isWell = end.reason === 'exited' && end.exitCode === 0;
  if (isWell) {
    const { outputs, summary } = await collectOutputs(context, step, inputs);
    return { outputs, summary: { ...summary, ...measured }, cpuSeconds: end.cpuSeconds, error: null };
  }
  const told = end.reason === 'exited' ? result?.error : undefined;
  return {
    outputs: {},
    summary: {
      ...result?.summary,
      ...measured,
      ...(end.exitCode === null ? {} : { exitCode: end.exitCode }),
    },
    cpuSeconds: end.cpuSeconds,
    error: told === undefined ? describeFailure(step, end) : `Step '${step.name}' failed: ${told}`,
  };
}

/** Says in the log that another attempt begins. */
export async function noteAttempt(
  { platform, run }: RunContext,
  step: StepSpec,
  attempt: number,
): Promise<void> {
  await appendFile(stepLogPath(platform.config, run.id, step.name), `\n[attempt ${attempt}]\n`);
}
