import type { LedgerExportLine } from '@dividend/contracts/api';
import { formatNoteKey } from '@dividend/core/ledger';
import type { Db } from '../platform/postgres/index.ts';
import type { LedgerIdentity } from './ledger-identity.ts';
import { readCheckpoints, readSealedRecords, readSealedSize } from './sealed-records.ts';

/** The ledger as it is sealed now, in lines that verify without Dividend. What is sealed meanwhile is not in it. */
export async function* exportLedger(db: Db, { ledger, signer }: LedgerIdentity): AsyncGenerator<string> {
  const line = (value: LedgerExportLine) => `${JSON.stringify(value)}\n`;
  const size = await readSealedSize(db);
  const checkpoints = await readCheckpoints(db, size);
  const publicKey = formatNoteKey(signer.key);
  yield line({ kind: 'header', format: 'dividend-ledger/1', ledger, publicKey, size });
  for (const { note } of checkpoints) yield line({ kind: 'checkpoint', note });
  let records = 0;
  for await (const { record } of readSealedRecords(db, size)) {
    records++;
    yield line({ kind: 'record', ...record });
  }
  yield line({ kind: 'end', records, checkpoints: checkpoints.length });
}
