import type { NodeAddress, NodeReader } from '@dividend/core/ledger';
import { sql } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';

/** Loads hashes of the tree in one query, for proofs that then read them one by one. A missing one proves nothing. */
export async function loadNodes(db: Db | Tx, addresses: readonly NodeAddress[]): Promise<NodeReader> {
  const levels = addresses.map(({ level }) => level);
  const indexes = addresses.map(({ index }) => index);
  const { rows } = await sql<NodeAddress & { hash: Buffer | null }>`
    WITH wanted AS (SELECT * FROM unnest(${levels}::int[], ${indexes}::bigint[]) AS w(level, index))
    SELECT w.level, w.index, coalesce(n.hash, s.leaf_hash) AS hash FROM wanted w
    LEFT JOIN ledger_node n ON n.level = w.level AND n.index = w.index
    LEFT JOIN ledger_seal s ON w.level = 0 AND s.seq = w.index`.execute(db);
  const found = new Map(rows.map((row) => [keyOf(row), row.hash]));
  return (address) => found.get(keyOf(address)) ?? new Uint8Array();
}

function keyOf({ level, index }: NodeAddress): string {
  return `${level}/${index}`;
}
