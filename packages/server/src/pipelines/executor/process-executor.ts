import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Executor, JobState, StepJob } from './executor.ts';
import { readJobFile, writeJobFile } from './job-folder.ts';
import { isRunning, killGroup, type ProcessIdentity, signal } from './process-identity.ts';

const runnerProgram = join(import.meta.dirname, 'step-runner-main.ts');
/** A runner takes its job within some 100 ms; this much on a machine that is very busy. */
const claimLimitMs = 30_000;
/** What a runner needs beyond the grace of its program to write down the end. */
const endLimitMs = 5_000;
const pollIntervalMs = 50;

/** A variable that every process of a job has: it tells them from strangers. */
export const jobVariable = 'DIVIDEND_STEP_FOLDER';

/**
 * Runs jobs as processes of this machine, each under a runner that lives on when control dies. They are never children
 * to wait for: the folder alone tells their state, so before and after a crash are the same.
 */
export function createProcessExecutor(): Executor {
  return { submit, poll, cancel };
}

async function submit(folder: string, job: StepJob): Promise<void> {
  const environment = { ...job.environment, [jobVariable]: folder };
  await writeJobFile(folder, 'job', { ...job, environment });
  const log = await open(job.logPath, 'a');
  try {
    const runner = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', runnerProgram, folder], {
      cwd: folder,
      env: { PATH: job.environment.PATH ?? '', [jobVariable]: folder },
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await new Promise<void>((resolve, reject) => {
      runner.once('spawn', resolve);
      runner.once('error', reject);
    });
    runner.unref();
  } finally {
    await log.close();
  }
  await untilTaken(folder);
}

async function untilTaken(folder: string): Promise<void> {
  const limit = Date.now() + claimLimitMs;
  while ((await readClaim(folder)) === undefined && Date.now() < limit) await delay(pollIntervalMs / 5);
}

async function poll(folder: string): Promise<JobState> {
  const runner = await readClaim(folder);
  if (!runner) return { state: 'absent' };
  const alive = isRunning(runner);
  // Read after the look at the runner: it writes the end before it goes.
  const end = await readJobFile(folder, 'end');
  if (end) return { state: 'ended', end };
  return alive ? { state: 'running' } : { state: 'lost' };
}

async function cancel(folder: string): Promise<void> {
  const runner = await readClaim(folder);
  if (!runner) return;
  const job = await readJobFile(folder, 'job');
  if (isRunning(runner)) {
    signal(runner.pid, 'SIGTERM');
    const limit = Date.now() + (job?.graceMs ?? 0) + endLimitMs;
    while (isRunning(runner) && Date.now() < limit) await delay(pollIntervalMs);
    if (isRunning(runner)) signal(runner.pid, 'SIGKILL');
  }
  const program = await readJobFile(folder, 'program');
  if (program) killGroup(program, `${jobVariable}=${folder}`);
}

/** The runner that took the job; undefined while the file is not written in full. */
async function readClaim(folder: string): Promise<ProcessIdentity | undefined> {
  try {
    return await readJobFile(folder, 'runner');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
