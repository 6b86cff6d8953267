import type { LedgerCheckpoint } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import {
  type Checkpoint,
  consistencyProof,
  consistencyProofNodes,
  frontierRoot,
  openCheckpoint,
  parseFrontier,
  signCheckpoint,
  verifyConsistency,
} from '@dividend/core/ledger';
import type { Clock } from '../platform/clock.ts';
import type { Db, Tx } from '../platform/postgres/index.ts';
import { sha256, verifyEd25519 } from './ledger-hash.ts';
import type { LedgerIdentity } from './ledger-identity.ts';
import type { LedgerTables } from './ledger-tables.ts';
import { loadNodes } from './stored-nodes.ts';

/** Newest first. */
export async function listCheckpoints(
  db: Db | Tx,
  { limit, before }: { readonly limit: number; readonly before?: number | undefined },
): Promise<LedgerCheckpoint[]> {
  let query = db
    .withTables<LedgerTables>()
    .selectFrom('ledger_checkpoint')
    .select(['size', 'note', 'created_at'])
    .orderBy('size', 'desc')
    .limit(limit);
  if (before !== undefined) query = query.where('size', '<', before);
  const rows = await query.execute();
  return rows.map(({ size, note, created_at }) => ({ size, note, at: created_at.toISOString() }));
}

export async function findLatestCheckpoint(db: Db | Tx): Promise<LedgerCheckpoint | undefined> {
  const [latest] = await listCheckpoints(db, { limit: 1 });
  return latest;
}

/**
 * Signs the root over all that is sealed, unless the newest checkpoint covers it. Returns the newest note; undefined
 * while nothing is sealed. `kept`: a checkpoint kept outside the database, which must be extended too.
 * @throws {DividendError} LEDGER_INCONSISTENT where what is stored does not extend what was signed before: to sign it
 * would be to vouch for rewritten history
 */
export function signHead(
  db: Db,
  clock: Clock,
  identity: LedgerIdentity,
  kept: string | undefined,
): Promise<string | undefined> {
  return db.transaction().execute(async (tx) => {
    const tables = tx.withTables<LedgerTables>();
    const head = await tables
      .selectFrom('ledger_head')
      .select(['size', 'peaks'])
      .forUpdate()
      .executeTakeFirst();
    const latest = await findLatestCheckpoint(tx);
    if (!head) return undefined;
    const { ledger: origin, signer } = identity;
    const root = frontierRoot(sha256, parseFrontier(head.size, head.peaks));
    const checkpoint: Checkpoint = { origin, size: head.size, root, extensions: [] };
    for (const note of new Set([latest?.note, kept]))
      if (note !== undefined) await assertExtends(tx, identity, note, checkpoint);
    if (head.size === 0 || latest?.size === head.size) return latest?.note;
    const note = signCheckpoint(checkpoint, [signer]);
    await tables
      .insertInto('ledger_checkpoint')
      .values({ size: head.size, root: Buffer.from(root), note, created_at: clock.now() })
      .execute();
    return note;
  });
}

async function assertExtends(
  tx: Tx,
  { ledger, signer }: LedgerIdentity,
  note: string,
  next: Checkpoint,
): Promise<void> {
  const opened = openCheckpoint(note, [signer.key], verifyEd25519);
  if (opened.status !== 'verified')
    throw inconsistent(`the last checkpoint is not genuine (${opened.detail})`);
  const { checkpoint: last } = opened;
  if (last.origin !== ledger || last.size > next.size)
    throw inconsistent(`${last.size} entries of '${last.origin}' were signed, ${next.size} are there`);
  const readNode = await loadNodes(tx, consistencyProofNodes(last.size, next.size));
  const isExtended = verifyConsistency(sha256, {
    oldSize: last.size,
    newSize: next.size,
    oldRoot: last.root,
    newRoot: next.root,
    proof: consistencyProof(sha256, readNode, last.size, next.size),
  });
  if (!isExtended) throw inconsistent(`the first ${last.size} entries are not those that were signed`);
}

function inconsistent(why: string): DividendError {
  return new DividendError(
    'LEDGER_INCONSISTENT',
    'internal',
    `The ledger is not signed: ${why}; run 'dividend ledger verify', and restore the database from a backup`,
  );
}
