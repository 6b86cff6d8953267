import { DividendError } from '@dividend/core/errors';
import { formatNoteKey, genesisHash, type NoteSigner } from '@dividend/core/ledger';
import { sql } from 'kysely';
import { newId } from '../platform/ids.ts';
import type { Platform } from '../platform/platform.ts';
import { openDatabase, type Tx } from '../platform/postgres/index.ts';
import { appendEntries } from './append-entry.ts';
import { sha256 } from './ledger-hash.ts';
import { ledgerKeyPath, openLedgerSigner } from './ledger-key.ts';
import type { LedgerTables } from './ledger-tables.ts';

export interface LedgerIdentity {
  /** Id of the ledger, also the origin of its checkpoints: `dividend/<id>`. */
  readonly ledger: string;
  readonly signer: NoteSigner;
}

/** Any constant: of several processes that start at once, one opens the ledger. */
const openLockKey = 7_400_101;

/**
 * Reads who this ledger is, or opens it: identity, empty head and the first entry in one transaction. An append may be
 * the first to ask, inside a transaction that fails later or while the pool is used up; so it has a connection of its own.
 * @throws {DividendError} LEDGER_KEY_MISSING where another key opened the ledger than the one in the home folder
 */
export async function openLedgerIdentity(platform: Platform): Promise<LedgerIdentity> {
  const { config, log } = platform;
  const signerOf = openLedgerSigner(config.home);
  const db = openDatabase(config.databaseUrl, log, { maxConnections: 1 });
  try {
    return await db.transaction().execute(async (tx) => {
      await sql`SELECT pg_advisory_xact_lock(${openLockKey})`.execute(tx);
      const known = await tx
        .withTables<LedgerTables>()
        .selectFrom('ledger_identity')
        .select(['ledger', 'public_key'])
        .executeTakeFirst();
      if (!known) return makeIdentity(platform, tx, signerOf);
      const signer = signerOf(known.ledger);
      if (formatNoteKey(signer.key) !== known.public_key) throw keyMissing(config.home, known.public_key);
      return { ledger: known.ledger, signer };
    });
  } finally {
    await db.destroy();
  }
}

async function makeIdentity(
  { clock }: Platform,
  tx: Tx,
  signerOf: (ledger: string) => NoteSigner,
): Promise<LedgerIdentity> {
  const ledger = `dividend/${newId('led', clock.now())}`;
  const signer = signerOf(ledger);
  const publicKey = formatNoteKey(signer.key);
  const tables = tx.withTables<LedgerTables>();
  await tables.insertInto('ledger_identity').values({ ledger, public_key: publicKey }).execute();
  await tables
    .insertInto('ledger_head')
    .values({ size: 0, chain_hash: Buffer.from(genesisHash(sha256, ledger)), peaks: [] })
    .execute();
  await appendEntries(tx, clock, ledger, [
    {
      type: 'ledger.opened',
      subject: 'ledger',
      actor: 'dividend',
      data: { origin: ledger, publicKey },
    },
  ]);
  return { ledger, signer };
}

function keyMissing(home: string, publicKey: string): DividendError {
  return new DividendError(
    'LEDGER_KEY_MISSING',
    'failed_precondition',
    `The ledger of this database is signed with '${publicKey}', of which '${ledgerKeyPath(home)}' is not the key; put the key file of the home folder that opened it there`,
  );
}
