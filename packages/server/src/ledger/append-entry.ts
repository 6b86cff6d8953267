import type { LedgerEntryData, LedgerEntryType } from '@dividend/contracts/ledger';
import { DividendError } from '@dividend/core/errors';
import { parseLedgerEntry, toCanonicalText } from '@dividend/core/ledger';
import { currentActor } from '../access/index.ts';
import type { Clock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import type { Tx } from '../platform/postgres/index.ts';
import type { LedgerTables } from './ledger-tables.ts';

export interface NewEntry<Type extends LedgerEntryType> {
  readonly type: Type;
  /** What it is about: `model/flight-late`, `rollout/rol_…`. */
  readonly subject: string;
  readonly data: LedgerEntryData[Type];
  /** Default: the caller of the request under way. */
  readonly actor?: string;
}

const schemaVersion = 1;

/**
 * Writes entries in the caller's transaction, so that changes and their record stand or fall together; their ids.
 * @throws {DividendError} LEDGER_ENTRY_INVALID, LEDGER_ENTRY_TOO_LARGE, CANONICAL_JSON_UNSUPPORTED; the caller's
 * transaction has to fail with it
 */
export async function appendEntries(
  tx: Tx,
  clock: Clock,
  ledger: string,
  entries: readonly NewEntry<LedgerEntryType>[],
): Promise<string[]> {
  const rows = entries.map((entry) => toRow(entry, ledger, clock.now()));
  await tx.withTables<LedgerTables>().insertInto('ledger_entry').values(rows).execute();
  return rows.map(({ id }) => id);
}

function toRow(entry: NewEntry<LedgerEntryType>, ledger: string, now: Date) {
  const id = newId('ent', now);
  const actor = entry.actor ?? currentActor();
  const { type, subject, data } = entry;
  const content = {
    specversion: '1.0',
    id,
    source: 'dividend',
    type,
    subject,
    time: now.toISOString(),
    actor,
    ledger,
    schemaversion: schemaVersion,
    data: { ...data },
  };
  const canonical = toCanonicalText(parseLedgerEntry(content));
  refuseNul(canonical);
  return { id, type, subject, actor, time: now, canonical, data: JSON.stringify(data) };
}

/** PostgreSQL's jsonb holds every string but those with U+0000. */
function refuseNul(canonical: string): void {
  if (!/(?<!\\)(?:\\\\)*\\u0000/.test(canonical)) return;
  throw new DividendError(
    'LEDGER_ENTRY_INVALID',
    'invalid_argument',
    'Ledger entry cannot be taken: "data" holds the character U+0000, which the database cannot store; remove it',
    { field: 'data' },
  );
}
