import type { Ledger } from '../ledger/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { Releases } from '../releases/index.ts';
import type { AppliedSpecs } from './endpoints.ts';
import { enterTallies } from './label-tally.ts';
import { sweepMonitoring } from './sweep-monitoring.ts';

/** Often enough that a minute's labels are in the ledger soon after the minute. */
const tallyEveryMs = 15_000;
const sweepEveryMs = 6 * 3_600_000;

/** Work beside the requests: tallies into the ledger, retention. `stop` enters what is left. */
export function startHousekeeping(
  platform: Platform,
  services: { ledger: Pick<Ledger, 'append'>; specs: AppliedSpecs; releases: Pick<Releases, 'getByIndex'> },
): { stop(): Promise<void> } {
  const { log } = platform;
  let running: Promise<void> = Promise.resolve();
  const run = (what: string, action: () => Promise<void>) => {
    running = running.then(action).catch((error) => log.warn(`${what} failed`, { error }));
  };
  const tally = setInterval(
    () => run('Entering labels into the ledger', () => enterTallies(platform, services)),
    tallyEveryMs,
  );
  const sweep = setInterval(() => run('Sweep of monitoring', () => sweepMonitoring(platform)), sweepEveryMs);
  return {
    stop: async () => {
      clearInterval(tally);
      clearInterval(sweep);
      run('Entering labels into the ledger', () => enterTallies(platform, services, true));
      await running;
    },
  };
}
