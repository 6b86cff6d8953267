import { createHash, randomBytes } from 'node:crypto';
import { commitmentSaltBytes, commitSalted, type SaltedCommitment } from '@dividend/core/ledger';
import { sql } from 'kysely';
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

/** Commits to texts that entries of the same transaction will name, in their order, and keeps the texts beside the ledger. */
export async function commitTexts(
  tx: Tx,
  texts: readonly { readonly field: string; readonly value: string }[],
): Promise<SaltedCommitment[]> {
  const openings = texts.map(({ field, value }) => {
    const salt = randomBytes(commitmentSaltBytes);
    return { field, value, salt, committed: commitSalted(sha256, salt, field, value) };
  });
  if (openings.length > 0)
    await sql`
      INSERT INTO ledger_opening (commitment, salt, field, value)
      SELECT * FROM unnest(${openings.map(({ committed }) => committed.commitment)}::text[],
        ${openings.map(({ salt }) => salt)}::bytea[], ${openings.map(({ field }) => field)}::text[],
        ${openings.map(({ value }) => value)}::text[])`.execute(tx);
  return openings.map(({ committed }) => committed);
}

export async function findOpening(db: Db, commitment: string): Promise<CommitmentOpening | undefined> {
  return db
    .withTables<LedgerTables>()
    .selectFrom('ledger_opening')
    .selectAll()
    .where('commitment', '=', commitment)
    .executeTakeFirst();
}
