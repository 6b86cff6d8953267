import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from './free-port.ts';
import { findTestPython } from './mlflow-client.ts';

/** It loads for some seconds; on a busy machine for many. */
const startLimitMs = 240_000;

/** A real MLflow server with its artifact root in a folder. */
export interface MlflowServer {
  readonly url: string;
  /** As SQLAlchemy writes it. */
  readonly backendStore: string;
  readonly artifactRoot: string;
  stop(): Promise<void>;
}

export async function startMlflowServer(
  folder: string,
  backendStore = `sqlite:///${join(folder, 'mlflow.db')}`,
): Promise<MlflowServer> {
  await mkdir(folder, { recursive: true });
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const artifactRoot = join(folder, 'artifacts');
  const options = {
    '--backend-store-uri': backendStore,
    '--artifacts-destination': artifactRoot,
    '--host': '127.0.0.1',
    '--port': String(port),
    '--workers': '1',
  };
  const child = spawn(findTestPython(), ['-m', 'mlflow', 'server', ...Object.entries(options).flat()], {
    env: {
      ...process.env,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      // Nine processes that each load for seconds, for jobs that no test asks for.
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
      GIT_PYTHON_REFRESH: 'quiet',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
    // Its worker is a child of its own; the group ends both.
    detached: true,
  });
  const ended = once(child, 'exit');
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    log = (log + chunk).slice(-8000);
  });
  const kill = () => {
    if (child.exitCode === null && child.signalCode === null && child.pid)
      process.kill(-child.pid, 'SIGKILL');
  };
  // A test file that fails while it loads runs none of its hooks.
  process.once('uncaughtExceptionMonitor', kill);
  const stop = async () => {
    process.off('uncaughtExceptionMonitor', kill);
    kill();
    await ended;
  };
  const end = Date.now() + startLimitMs;
  while (!(await isUp(url))) {
    if (child.exitCode !== null || Date.now() > end) {
      await stop();
      throw new Error(`The MLflow server did not start:\n${log}`);
    }
    await sleep(100);
  }
  return { url, backendStore, artifactRoot, stop };
}

async function isUp(url: string): Promise<boolean> {
  return (await fetch(`${url}/health`).catch(() => undefined))?.ok === true;
}
