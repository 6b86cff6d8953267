import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '@dividend/server/platform/platform';
import { findFreePort } from './free-port.ts';

/** On a busy machine it loads for some seconds. */
const startLimitMs = 60_000;

/** A whole control process over the database and home of a test's platform, to be killed and started again. */
export interface ControlProcess {
  readonly url: string;
  kill(signal: NodeJS.Signals): Promise<void>;
}

const program = join(import.meta.dirname, '../../server/src/main.ts');

/** Its log is shown with DIVIDEND_TEST_LOG=1; it ends with the process that started it. */
export async function startControlProcess({ config }: Pick<Platform, 'config'>): Promise<ControlProcess> {
  const port = await findFreePort();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
    env: {
      PATH: config.searchPath,
      DATABASE_URL: config.databaseUrl,
      DIVIDEND_HOME: config.home,
      DIVIDEND_PORT: String(port),
      DIVIDEND_EXECUTOR: config.executorId,
      DIVIDEND_SERVING_TOKEN: config.servingToken,
      DIVIDEND_TRIAL_PROGRAM: config.trialProgram,
      DIVIDEND_WEBHOOKS_PRIVATE: config.webhooksPrivate ? '1' : '0',
      DIVIDEND_PARENT_PIPE: '1',
    },
    stdio: ['pipe', 'ignore', process.env.DIVIDEND_TEST_LOG ? 'inherit' : 'ignore'],
  });
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const end = Date.now() + startLimitMs;
  while (!(await fetch(`${url}/health`).catch(() => undefined))?.ok) {
    if (child.exitCode === null && Date.now() < end) {
      await sleep(50);
      continue;
    }
    child.kill('SIGKILL');
    throw new Error('Control did not start; DIVIDEND_TEST_LOG=1 shows why');
  }
  return {
    url,
    kill: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
}
