import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

export interface ProcessSpec {
  readonly name: string;
  readonly program: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** File that takes what it prints. */
  readonly logFile: string;
}

export interface SupervisedProcess {
  readonly name: string;
  readonly pid: number | undefined;
  readonly restarts: number;
  /** Sends SIGTERM and waits; SIGKILL after the limit. No restart afterwards. */
  stop(limitMs: number): Promise<void>;
}

const firstWaitMs = 100;
const longestWaitMs = 5_000;
/** A process that lived this long starts over with the shortest wait. */
const healthyAfterMs = 10_000;

/**
 * Runs a Node program and starts it again whenever it ends, waiting longer each time it ends early. It gets a pipe as
 * standard input that ends with us, so that it can drain when we are killed.
 */
export function superviseProcess(spec: ProcessSpec, report: (event: string) => void): SupervisedProcess {
  let child: ChildProcess | undefined;
  let restarts = 0;
  let waitMs = firstWaitMs;
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;

  const start = () => {
    const startedAt = Date.now();
    const log = openLog(spec.logFile);
    child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', spec.program, ...(spec.args ?? [])],
      {
        env: { ...process.env, ...spec.env, DIVIDEND_PARENT_PIPE: '1' },
        stdio: ['pipe', log, log],
        // A group of its own: Ctrl-C in a terminal reaches us alone, who stop everything in its order.
        detached: true,
      },
    );
    if (log !== 'ignore') closeSync(log);
    child.stdin?.on('error', () => {});
    child.once('exit', (code, signal) => {
      if (stopping) return;
      restarts++;
      waitMs = Date.now() - startedAt > healthyAfterMs ? firstWaitMs : Math.min(waitMs * 2, longestWaitMs);
      report(`${spec.name} ended (${signal ?? `exit code ${code}`}); starting it again`);
      timer = setTimeout(start, waitMs);
    });
  };
  start();

  return {
    name: spec.name,
    get pid() {
      return child?.pid;
    },
    get restarts() {
      return restarts;
    },
    stop: (limitMs) => {
      stopping = true;
      clearTimeout(timer);
      return child ? endChild(child, limitMs) : Promise.resolve();
    },
  };
}

/** On a full disk a process without a log is better than none. */
function openLog(path: string): number | 'ignore' {
  try {
    return openSync(path, 'a');
  } catch {
    return 'ignore';
  }
}

function endChild(child: ChildProcess, limitMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const last = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.once('exit', () => {
      clearTimeout(last);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
