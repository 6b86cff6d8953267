import { type ChildProcess, fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { LoadOrder, LoadResult } from './load-order.ts';

/** Something that is measured. */
export interface Target {
  readonly name: string;
  readonly url: string;
  readonly body: string;
  /** Undefined where the process is not ours: its memory is not read. */
  readonly pid: number | undefined;
}

const children: ChildProcess[] = [];

export function startProcess(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
): ChildProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.push(child);
  return child;
}

export function startLoadGenerator(): (order: LoadOrder) => Promise<LoadResult> {
  const child = fork(join(import.meta.dirname, 'load-generator.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  children.push(child);
  return (order) =>
    new Promise((resolve) => {
      child.once('message', (result) => resolve(result as LoadResult));
      child.send(order);
    });
}

export async function stopProcesses(): Promise<void> {
  const ends = children.map((child) => new Promise((resolve) => child.once('exit', resolve)));
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(ends);
}

/** Waits until an address answers a POST with 200. */
export async function untilAnswers(url: string, body: string, boundMs = 20_000): Promise<void> {
  const end = Date.now() + boundMs;
  let last = 'no connection';
  while (Date.now() < end) {
    const response = await fetch(url, { method: 'POST', body }).catch((error) =>
      String(error.cause ?? error),
    );
    if (typeof response === 'string') last = response;
    else {
      last = `${response.status} ${await response.text()}`;
      if (response.status === 200) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`'${url}' did not answer within ${boundMs} ms: ${last}`);
}

/** Resident memory in MiB, as the kernel counts it. */
export function residentMib(pid: number | undefined): number {
  if (pid === undefined) return Number.NaN;
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}

/** Processor time used so far, in milliseconds. */
export function processorMs(pid: number | undefined): number {
  if (pid === undefined) return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

export function findFreePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
