import type { Log } from '../platform/log.ts';
import { createListener, type Listener } from '../platform/postgres/index.ts';

/** PostgreSQL channel on which committed entries and seals are announced. */
export const ledgerChannel = 'dividend_ledger';

/** Calls `wake` when any process has committed an entry, and whenever something may have been missed. */
export function createLedgerSignal(databaseUrl: string, log: Log, wake: () => void): Listener {
  return createListener(databaseUrl, log, {
    channels: [ledgerChannel],
    what: 'ledger entries',
    notified: wake,
    connected: wake,
  });
}
