import type { ColumnType, GeneratedAlways } from 'kysely';

type Fixed<T> = ColumnType<T, T, never>;

export type LedgerTables = {
  ledger_identity: {
    only_row: ColumnType<boolean, never, never>;
    ledger: Fixed<string>;
    public_key: Fixed<string>;
    created_at: ColumnType<Date, never, never>;
  };
  ledger_entry: {
    position: GeneratedAlways<number>;
    id: Fixed<string>;
    type: Fixed<string>;
    subject: Fixed<string>;
    actor: Fixed<string>;
    time: Fixed<Date>;
    canonical: Fixed<string>;
    data: ColumnType<Record<string, unknown>, string, never>;
  };
  ledger_opening: {
    commitment: Fixed<string>;
    salt: Fixed<Buffer>;
    field: Fixed<string>;
    value: Fixed<string>;
  };
  ledger_unsealed: { position: number };
  ledger_seal: {
    seq: Fixed<number>;
    position: Fixed<number>;
    leaf_hash: Fixed<Buffer>;
    prev_hash: Fixed<Buffer>;
    chain_hash: Fixed<Buffer>;
  };
  ledger_node: { level: Fixed<number>; index: Fixed<number>; hash: Fixed<Buffer> };
  ledger_head: {
    only_row: ColumnType<boolean, never, never>;
    size: number;
    chain_hash: Buffer;
    peaks: Buffer[];
  };
  ledger_checkpoint: {
    size: Fixed<number>;
    root: Fixed<Buffer>;
    note: Fixed<string>;
    created_at: Fixed<Date>;
  };
};
