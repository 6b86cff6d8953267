import { setTimeout as delay } from 'node:timers/promises';
import type { DividendError } from '@dividend/core/errors';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../postgres/embedded-postgres.ts';
import { hasRoom } from './disk-room.ts';

/** Server processes of a killed one hold its memory for a moment. */
const firstWaitMs = 300;
const longestWaitMs = 5_000;
const roomIntervalMs = 1_000;

export interface SupervisedPostgres {
  readonly url: string;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/**
 * Keeps the embedded database running on one port: when it ends unasked it is started again until it answers, on a full
 * disk once there is room.
 */
export async function supervisePostgres(
  folder: string,
  report: (event: string) => void,
): Promise<SupervisedPostgres> {
  let current: EmbeddedPostgres = await startEmbeddedPostgres(folder);
  const { url } = current;
  const port = Number(new URL(url).port);
  const stopping = new AbortController();
  let restarting: Promise<void> = Promise.resolve();

  const pause = (ms: number) => delay(ms, undefined, { signal: stopping.signal }).catch(() => {});
  const watch = () => {
    current.process.once('exit', (code, signal) => {
      if (stopping.signal.aborted) return;
      report(`PostgreSQL ended (${signal ?? `exit code ${code}`}); starting it again`);
      restarting = restart();
    });
  };
  const restart = async () => {
    let reported = '';
    for (let waitMs = firstWaitMs; !stopping.signal.aborted; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      try {
        current = await startEmbeddedPostgres(folder, { port });
        watch();
        return;
      } catch (error) {
        const { message, code } = error as DividendError;
        if (code !== reported) report(`PostgreSQL did not start yet: ${message}`);
        reported = code;
        await pause(waitMs);
        // Each start that fails for want of room leaves less of it.
        while (code === 'DISK_FULL' && !stopping.signal.aborted && !(await hasRoom(folder)))
          await pause(roomIntervalMs);
      }
    }
  };
  watch();

  return {
    url,
    get pid() {
      return current.process.pid;
    },
    stop: async () => {
      stopping.abort();
      await restarting;
      await current.stop();
    },
  };
}
