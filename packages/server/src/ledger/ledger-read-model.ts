import type { LedgerEntry, LedgerStatus } from '@dividend/contracts/api';
import type { LedgerEntryData, LedgerEntryType } from '@dividend/contracts/ledger';
import { formatNoteKey, frontierRoot, parseFrontier, toBase64 } from '@dividend/core/ledger';
import { type Selectable, sql } from 'kysely';
import type { Db } from '../platform/postgres/index.ts';
import { sha256 } from './ledger-hash.ts';
import type { LedgerIdentity } from './ledger-identity.ts';
import type { LedgerTables } from './ledger-tables.ts';
import { findLatestCheckpoint } from './sign-checkpoint.ts';

export interface EntryFilter {
  /** A type, or the beginning of one ending in a dot: `rollout.`. */
  readonly type?: string | undefined;
  readonly model?: string | undefined;
  readonly subject?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly limit?: number | undefined;
  /** Position to go on before. */
  readonly before?: number | undefined;
}

/** An entry as a read model takes it, its data typed by its type. */
export type LedgerFact = {
  [Type in LedgerEntryType]: {
    readonly id: string;
    readonly position: number;
    readonly type: Type;
    readonly time: Date;
    readonly actor: string;
    readonly subject: string;
    readonly data: LedgerEntryData[Type];
  };
}[LedgerEntryType];

export interface FactFilter {
  readonly model?: string | undefined;
  /** Only what was recorded later. */
  readonly after?: Date | undefined;
}

type EntryRow = Selectable<LedgerTables['ledger_entry']> & { seq: number | null; leaf_hash: Buffer | null };

const defaultLimit = 50;

/** Newest first. */
export async function listEntries(
  db: Db,
  filter: EntryFilter,
): Promise<{ items: LedgerEntry[]; next?: string }> {
  const limit = filter.limit ?? defaultLimit;
  let query = selectEntries(db)
    .orderBy('ledger_entry.position', 'desc')
    .limit(limit + 1);
  if (filter.type?.endsWith('.'))
    query = query.where('type', 'like', `${filter.type.replaceAll(/[\\%_]/g, '\\$&')}%`);
  else if (filter.type !== undefined) query = query.where('type', '=', filter.type);
  if (filter.model !== undefined) query = query.where(sql`data ->> 'model'`, '=', filter.model);
  if (filter.subject !== undefined) query = query.where('subject', '=', filter.subject);
  if (filter.ids !== undefined) query = query.where('id', '=', sql<string>`ANY(${[...filter.ids]}::text[])`);
  if (filter.before !== undefined) query = query.where('ledger_entry.position', '<', filter.before);
  const rows: EntryRow[] = await query.execute();
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(toEntry),
    ...(rows.length > limit && last ? { next: String(last.position) } : {}),
  };
}

export async function findEntry(
  db: Db,
  id: string,
): Promise<{ entry: LedgerEntry; canonical: string } | undefined> {
  const row: EntryRow | undefined = await selectEntries(db).where('id', '=', id).executeTakeFirst();
  return row && { entry: toEntry(row), canonical: row.canonical };
}

/** Sealed entries from `seq` on, in order: the stream that listeners follow. */
export async function listSealedFrom(db: Db, seq: number, limit: number): Promise<LedgerEntry[]> {
  const rows: EntryRow[] = await selectEntries(db)
    .where('seq', '>=', seq)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map(toEntry);
}

/** Entries that wait for the sealer, oldest first. */
export async function listUnsealed(db: Db, limit: number): Promise<LedgerEntry[]> {
  const rows: EntryRow[] = await selectEntries(db)
    .innerJoin('ledger_unsealed', 'ledger_unsealed.position', 'ledger_entry.position')
    .orderBy('ledger_entry.position')
    .limit(limit)
    .execute();
  return rows.map(toEntry);
}

/** Oldest first: what read models compute from. */
export async function listFacts(
  db: Db,
  types: readonly LedgerEntryType[],
  filter: FactFilter = {},
): Promise<LedgerFact[]> {
  let query = db
    .withTables<LedgerTables>()
    .selectFrom('ledger_entry')
    .select(['id', 'position', 'type', 'time', 'actor', 'subject', 'data'])
    .where('type', 'in', [...types])
    .orderBy('position');
  if (filter.model !== undefined) query = query.where(sql`data ->> 'model'`, '=', filter.model);
  if (filter.after !== undefined) query = query.where('time', '>', filter.after);
  return (await query.execute()) as unknown as LedgerFact[];
}

export async function readStatus(db: Db, { ledger, signer }: LedgerIdentity): Promise<LedgerStatus> {
  const tables = db.withTables<LedgerTables>();
  const [head, waiting, checkpoint] = await Promise.all([
    tables.selectFrom('ledger_head').select(['size', 'peaks']).executeTakeFirstOrThrow(),
    tables
      .selectFrom('ledger_unsealed')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow(),
    findLatestCheckpoint(db),
  ]);
  return {
    origin: ledger,
    publicKey: formatNoteKey(signer.key),
    entries: head.size + waiting.count,
    sealed: head.size,
    root: head.size === 0 ? null : toBase64(frontierRoot(sha256, parseFrontier(head.size, head.peaks))),
    latestCheckpoint: checkpoint ?? null,
  };
}

function selectEntries(db: Db) {
  return db
    .withTables<LedgerTables>()
    .selectFrom('ledger_entry')
    .leftJoin('ledger_seal', 'ledger_seal.position', 'ledger_entry.position')
    .selectAll('ledger_entry')
    .select(['ledger_seal.seq', 'ledger_seal.leaf_hash']);
}

function toEntry(row: EntryRow): LedgerEntry {
  return {
    id: row.id,
    seq: row.seq,
    type: row.type,
    subject: row.subject,
    actor: row.actor,
    time: row.time.toISOString(),
    data: row.data,
    leafHash: row.leaf_hash?.toString('hex') ?? null,
  };
}
