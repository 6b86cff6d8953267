import type { KeptCheckpoint, SealedRecord } from '@dividend/core/ledger';
import { sql } from 'kysely';
import type { Db } from '../platform/postgres/index.ts';
import type { LedgerTables } from './ledger-tables.ts';

/** A sealed record, and whether the columns beside the canonical text say the same as it. */
export interface StoredRecord {
  readonly record: SealedRecord;
  readonly columnsAgree: boolean;
}

const pageSize = 2_000;

/** How many entries are sealed. */
export async function readSealedSize(db: Db): Promise<number> {
  const head = await db
    .withTables<LedgerTables>()
    .selectFrom('ledger_head')
    .select('size')
    .executeTakeFirst();
  return head?.size ?? 0;
}

/** The first `size` seals in order, with the entry each points to; memory does not grow with the ledger. */
export async function* readSealedRecords(db: Db, size: number): AsyncGenerator<StoredRecord> {
  let after = -1;
  for (;;) {
    const { rows } = await sql<RecordRow>`
      SELECT s.seq, e.canonical AS entry, s.leaf_hash, s.prev_hash, s.chain_hash,
        e.canonical::jsonb = jsonb_build_object('specversion', '1.0', 'source', 'dividend', 'schemaversion', 1,
          'id', e.id, 'type', e.type, 'subject', e.subject, 'actor', e.actor, 'data', e.data,
          'time', to_char(e.time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'ledger', (SELECT ledger FROM ledger_identity)) AS columns_agree
      FROM ledger_seal s JOIN ledger_entry e USING (position)
      WHERE s.seq > ${after} AND s.seq < ${size} ORDER BY s.seq LIMIT ${pageSize}`.execute(db);
    for (const row of rows) yield toStoredRecord(row);
    const last = rows.at(-1);
    if (!last) return;
    after = last.seq;
  }
}

export async function readCheckpoints(db: Db, size: number): Promise<KeptCheckpoint[]> {
  const rows = await db
    .withTables<LedgerTables>()
    .selectFrom('ledger_checkpoint')
    .select('note')
    .where('size', '<=', size)
    .orderBy('size')
    .execute();
  return rows.map(({ note }) => ({ note, anchor: null }));
}

/** Entries that are neither sealed nor waiting: somebody emptied the sealer's queue. */
export async function countForgotten(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM ledger_entry e
    WHERE NOT EXISTS (SELECT FROM ledger_seal s WHERE s.position = e.position)
      AND NOT EXISTS (SELECT FROM ledger_unsealed u WHERE u.position = e.position)`.execute(db);
  return rows[0]?.count ?? 0;
}

interface RecordRow {
  seq: number;
  entry: string;
  leaf_hash: Buffer;
  prev_hash: Buffer;
  chain_hash: Buffer;
  columns_agree: boolean;
}

function toStoredRecord(row: RecordRow): StoredRecord {
  return {
    columnsAgree: row.columns_agree,
    record: {
      seq: row.seq,
      entry: row.entry,
      leafHash: row.leaf_hash.toString('hex'),
      prevHash: row.prev_hash.toString('hex'),
      chainHash: row.chain_hash.toString('hex'),
    },
  };
}
