import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface PlatformProcess {
  readonly controlUrl: string;
  readonly servingUrl: string;
  readonly readySeconds: number;
  /** Ends when the platform does. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

interface UpEvent {
  readonly event: string;
  readonly controlUrl: string;
  readonly servingUrl: string;
  readonly seconds: number;
  readonly message?: string;
}

const command = join(import.meta.dirname, '../../../packages/cli/src/main.ts');

/** Runs `dividend up --json` as a user would, on a home folder of the demo's own. */
export async function startPlatform(
  home: string,
  ports: { control: number; serving: number },
  report: (line: string) => void,
): Promise<PlatformProcess> {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      command,
      'up',
      '--json',
      '--home',
      home,
      '--port',
      String(ports.control),
      '--serving-port',
      String(ports.serving),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], detached: true },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = await untilReady(child, ended, report);
  return {
    controlUrl: ready.controlUrl,
    servingUrl: ready.servingUrl,
    readySeconds: ready.seconds,
    ended,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function untilReady(
  child: ChildProcess,
  ended: Promise<void>,
  report: (line: string) => void,
): Promise<UpEvent> {
  return new Promise((resolve, reject) => {
    if (child.stdout) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const event = JSON.parse(line) as UpEvent;
        if (event.event === 'ready') resolve(event);
        if (event.message !== undefined) report(event.message);
      });
    }
    void ended.then(() => reject(new Error('The platform ended before it was ready; see the message above')));
  });
}
