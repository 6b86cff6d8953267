import { runAs } from '../access/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { toDividendError } from '../platform/http/index.ts';
import type { Platform } from '../platform/platform.ts';
import { claimJob, endJob, type GcRow, renewLease } from './job-store.ts';
import { GcInterrupted, runJob } from './run-job.ts';

/** A job that another process left is found this soon; one that begins here wakes the loop. */
const lookEveryMs = 5_000;
/** A process without a sign of life for so long has died. */
const leaseMs = 60_000;
const renewEveryMs = 15_000;

/** Works on the running job, whichever process began it, after any crash; one process at a time. */
export function createJobLoop(platform: Platform, ledger: Ledger) {
  const { db, clock, log, config } = platform;
  const owner = config.executorId;
  const leaseEnd = () => new Date(clock.now().getTime() + leaseMs);
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;
  let isStopping = false;
  let isStarted = false;

  async function look(): Promise<void> {
    const row = await claimJob(db, { owner, now: clock.now(), until: leaseEnd() });
    if (row !== undefined) await work(row);
  }

  async function work(row: GcRow): Promise<void> {
    const renew = setInterval(() => {
      renewLease(db, row.gc_id, owner, leaseEnd()).catch(() => {});
    }, renewEveryMs);
    try {
      await runAs(row.actor, () => runJob(platform, ledger, row, () => isStopping));
    } catch (thrown) {
      if (thrown instanceof GcInterrupted) return;
      const error = toDividendError(thrown);
      log.warn('A removal met an error', { gcId: row.gc_id, error: thrown });
      if (error.retryable) return;
      await endJob(db, row.gc_id, { state: 'failed', error: error.message, now: clock.now() });
    } finally {
      clearInterval(renew);
    }
  }

  function wake(): void {
    if (isStopping || !isStarted) return;
    clearTimeout(timer);
    working = (working ?? Promise.resolve())
      .then(look)
      .catch((error) => {
        if (!isStopping) log.warn('Removals could not be looked for', { error });
      })
      .then(() => {
        clearTimeout(timer);
        if (!isStopping) timer = setTimeout(wake, lookEveryMs);
      });
  }

  return {
    wake,
    start: () => {
      isStarted = true;
      wake();
    },
    stop: async () => {
      isStopping = true;
      clearTimeout(timer);
      await working;
    },
  };
}
