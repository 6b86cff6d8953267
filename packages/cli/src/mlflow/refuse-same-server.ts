import type { LedgerStatus } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import type { Client } from '@dividend/sdk';
import { createRestClient } from './rest-client.ts';

/**
 * A platform that is read from or written to by itself would never come to an end; it is known by its ledger, whatever its address.
 * @param address of the server at the other end, which was found to answer
 * @throws {DividendError} SAME_SERVER
 */
export async function refuseSameServer(
  control: Client,
  address: string,
  field: '--from' | '--to',
): Promise<void> {
  const { origin } = await control.ledgerStatus();
  const other = await createRestClient(address, field)
    .get<Partial<LedgerStatus>>('/api/v1/ledger/status')
    .catch(() => undefined);
  if (other?.origin !== origin) return;
  throw new DividendError(
    'SAME_SERVER',
    'invalid_argument',
    `${field} is the platform at ${control.url} itself; give the address of another server, or with --url that of another platform`,
    { field },
  );
}
