import { createHash, randomBytes } from 'node:crypto';
import { commitmentSaltBytes, commitSalted, type SaltedCommitment } from '@dividend/core/ledger';
import type { Db, Tx } from '../platform/postgres/index.ts';
import type { LedgerTables } from './ledger-tables.ts';

/** What shows that a text is the one that an entry commits to. */
export interface CommitmentOpening {
  readonly commitment: string;
  readonly field: string;
  readonly value: string;
  readonly salt: Buffer;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

/** Commits to a text that an entry of the same transaction will name, and keeps the text beside the ledger. */
export async function commitText(tx: Tx, field: string, value: string): Promise<SaltedCommitment> {
  const salt = randomBytes(commitmentSaltBytes);
  const committed = commitSalted(sha256, salt, field, value);
  await tx
    .withTables<LedgerTables>()
    .insertInto('ledger_opening')
    .values({ commitment: committed.commitment, salt, field, value })
    .execute();
  return committed;
}

export async function findOpening(db: Db, commitment: string): Promise<CommitmentOpening | undefined> {
  return db
    .withTables<LedgerTables>()
    .selectFrom('ledger_opening')
    .selectAll()
    .where('commitment', '=', commitment)
    .executeTakeFirst();
}
