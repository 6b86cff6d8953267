import type { EntityRecord } from '@dividend/contracts/imports';
import type { Ledger } from '../ledger/index.ts';
import type { BlobStore } from '../platform/blobs/index.ts';
import type { Db, Tx } from '../platform/postgres/index.ts';

export interface ImportContext {
  readonly tx: Tx;
  readonly importId: string;
  readonly now: Date;
  readonly blobs: BlobStore;
  readonly ledger: Pick<Ledger, 'appendAll' | 'append' | 'commitTexts'>;
  /** The alias that only releases move which this one is, or could be taken for. */
  findProtectedAlias(model: string, alias: string): Promise<string | undefined>;
}

/** Id in the source and here. */
export interface Located {
  readonly id: string;
  readonly targetId: string;
}

/** A record with the id that it has or gets here. */
export interface Placed<Item extends EntityRecord> {
  readonly record: Item;
  readonly targetId: string;
}

export type Placement = { readonly targetId: string } | { readonly refused: string };

/** How one kind of thing is found, read back and written, many at a time. */
export interface EntityDoor<Item extends EntityRecord> {
  readonly kind: Item['kind'];
  /** By id, where a record that never came from this source would be here. */
  locate(context: ImportContext, records: readonly Item[]): Promise<Map<string, string>>;
  /** What is here now, as records of the source; by source id, absent where it is gone. */
  read(db: Db, importId: string, items: readonly Located[]): Promise<Map<string, Item>>;
  /** Where new records go, or why they cannot; by source id. */
  place(context: ImportContext, records: readonly Item[]): Promise<Map<string, Placement>>;
  /** True where `place` is asked for new content too, which may be refused. */
  readonly placesUpdates?: true;
  /** True where a thing that was here before says all that the record says: both are one from then on. */
  covers?(here: Item, record: Item): boolean;
  /** Writes new records, or new content of records that are here. */
  write(context: ImportContext, records: readonly Placed<Item>[], isNew: boolean): Promise<void>;
}

/** Rows as the one argument of `jsonb_to_recordset`. */
export function toJsonRows(rows: readonly object[]): string {
  return JSON.stringify(rows);
}

export function groupBy<Row, Item>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  toItem: (row: Row) => Item,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [toItem(row)]);
    else group.push(toItem(row));
  }
  return groups;
}
