// Runs one job to its end, in a process of its own: it outlives the control process that started it, keeps the log, holds
// the time limit, and writes down how the program ended for whichever control process asks next.
//   node step-runner-main.ts <folder>
import { type ChildProcess, spawn } from 'node:child_process';
import type { JobEnd, StepJob } from './executor.ts';
import { claimJob, readJobFile, reserveEnd, writeEnd, writeJobFile } from './job-folder.ts';
import { identify, type ProcessIdentity, signalGroup } from './process-identity.ts';
import { readChildCpuSeconds, readTreeRssBytes } from './process-usage.ts';
import { StepLog } from './step-log.ts';

const sampleIntervalMs = 100;
/** A program that left children holding its output open is not waited for longer than this. */
const outputLimitMs = 1000;

let stopAsked = false;
let onStop = (): void => {};
process.on('SIGTERM', () => {
  stopAsked = true;
  onStop();
});

const folder = process.argv[2] ?? '';
const job = await readJobFile(folder, 'job');
if (job && (await claimJob(folder, identify(process.pid) as ProcessIdentity))) {
  await reserveEnd(folder);
  await writeEnd(folder, await runJob(job));
}
process.exit(0);

async function runJob(job: StepJob): Promise<JobEnd> {
  const startedMs = performance.now();
  const log = new StepLog(job.logPath, job.logLimitBytes);
  const seconds = () => (performance.now() - startedMs) / 1000;
  const [program = ''] = job.command;
  const child = startProgram(job);
  if (child instanceof Error) return notStarted(program, child, seconds());
  for (const output of [child.stdout, child.stderr]) output?.on('data', (chunk: Buffer) => log.add(chunk));
  const ended = whenEnded(child);
  const started = await whenStarted(child);
  if (started !== true) return notStarted(program, started, seconds());

  const pid = child.pid as number;
  const identity = identify(pid);
  if (identity) await writeJobFile(folder, 'program', identity);
  let reason: JobEnd['reason'] = 'exited';
  const end = (why: JobEnd['reason']) => {
    if (reason !== 'exited') return;
    reason = why;
    signalGroup(pid, 'SIGTERM');
    setTimeout(() => signalGroup(pid, 'SIGKILL'), job.graceMs);
  };
  onStop = () => end('cancelled');
  if (stopAsked) onStop();
  setTimeout(() => end('timedOut'), job.timeoutMs);
  let maxRssBytes = readTreeRssBytes(pid);
  setInterval(() => {
    maxRssBytes = Math.max(maxRssBytes, readTreeRssBytes(pid));
  }, sampleIntervalMs);

  const { exitCode, signal } = await ended;
  signalGroup(pid, 'SIGKILL');
  return {
    reason,
    exitCode,
    signal,
    cpuSeconds: readChildCpuSeconds(),
    maxRssBytes: maxRssBytes > 0 ? maxRssBytes : null,
    seconds: seconds(),
    logTail: log.tail(),
  };
}

function startProgram({ command, workingDir, environment }: StepJob): ChildProcess | Error {
  const [program = '', ...args] = command;
  const options = { cwd: workingDir, env: { ...environment }, detached: true };
  try {
    return spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    return error as Error;
  }
}

function whenStarted(child: ChildProcess): Promise<true | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', resolve);
  });
}

/** The program's end, with its output read where that ends soon after. */
function whenEnded(child: ChildProcess): Promise<{ exitCode: number | null; signal: string | null }> {
  return new Promise((resolve) => {
    child.once('exit', (exitCode, signal) => {
      const done = () => resolve({ exitCode, signal });
      child.once('close', done);
      setTimeout(done, outputLimitMs);
    });
  });
}

function notStarted(program: string, error: NodeJS.ErrnoException, seconds: number): JobEnd {
  const detail =
    error.code === 'ENOENT' ? `the program '${program}' was not found on its path` : error.message;
  return {
    reason: 'notStarted',
    exitCode: null,
    signal: null,
    cpuSeconds: 0,
    maxRssBytes: null,
    seconds,
    logTail: '',
    detail,
  };
}
