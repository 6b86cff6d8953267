import { appendLeaves, chainHash, leafHash, parseFrontier, toUtf8 } from '@dividend/core/ledger';
import { sql } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';
import { sha256 } from './ledger-hash.ts';
import type { LedgerTables } from './ledger-tables.ts';

/** One transaction; a thousand take some 30 ms. */
const batchSize = 1000;

/**
 * Seals the committed entries that wait, oldest position first: the next sequence numbers, links and leaves, in one
 * transaction. A transaction that commits late gets a later place. Without waiting where another process seals.
 */
export function sealBatch(db: Db): Promise<'sealed' | 'nothingWaits' | 'headTaken'> {
  return db.transaction().execute(async (tx) => {
    if (!(await hasWaiting(tx))) return 'nothingWaits';
    const tables = tx.withTables<LedgerTables>();
    const head = await tables
      .selectFrom('ledger_head')
      .selectAll()
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (!head) return 'headTaken';
    const entries = await takeWaiting(tx);
    if (entries.length === 0) return 'nothingWaits';
    let previous: Uint8Array = head.chain_hash;
    const seals = entries.map(({ position, canonical }, index) => {
      const leaf = leafHash(sha256, toUtf8(canonical));
      const prev = previous;
      previous = chainHash(sha256, prev, leaf);
      return {
        seq: head.size + index,
        position,
        leaf_hash: toBuffer(leaf),
        prev_hash: toBuffer(prev),
        chain_hash: toBuffer(previous),
      };
    });
    const { frontier, nodes } = appendLeaves(
      sha256,
      parseFrontier(head.size, head.peaks),
      seals.map((seal) => seal.leaf_hash),
    );
    await tables.insertInto('ledger_seal').values(seals).execute();
    if (nodes.length > 0) {
      await tables
        .insertInto('ledger_node')
        .values(nodes.map(({ level, index, hash }) => ({ level, index, hash: toBuffer(hash) })))
        .execute();
    }
    await tables
      .updateTable('ledger_head')
      .set({ size: frontier.size, chain_hash: toBuffer(previous), peaks: frontier.peaks.map(toBuffer) })
      .execute();
    return 'sealed';
  });
}

/** Most looks find nothing: they must not take the lock of the head. */
async function hasWaiting(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{
    waits: boolean;
  }>`SELECT EXISTS (SELECT FROM ledger_unsealed) AS waits`.execute(tx);
  return rows[0]?.waits === true;
}

async function takeWaiting(tx: Tx): Promise<{ position: number; canonical: string }[]> {
  const { rows } = await sql<{ position: number; canonical: string }>`
    WITH taken AS (
      DELETE FROM ledger_unsealed
      WHERE position IN (SELECT position FROM ledger_unsealed ORDER BY position LIMIT ${batchSize})
      RETURNING position
    )
    SELECT position, canonical FROM ledger_entry JOIN taken USING (position) ORDER BY position`.execute(tx);
  return rows;
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
