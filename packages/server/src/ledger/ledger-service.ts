import type {
  LedgerCheckpoint,
  LedgerEntry,
  LedgerStatus,
  LedgerVerification,
} from '@dividend/contracts/api';
import type { LedgerEntryType } from '@dividend/contracts/ledger';
import type { SaltedCommitment } from '@dividend/core/ledger';
import type { Domain } from '../platform/platform.ts';
import type { Tx } from '../platform/postgres/index.ts';
import type { NewEntry } from './append-entry.ts';
import type { EntryProof } from './entry-proof.ts';
import type { EntryFilter, FactFilter, LedgerFact } from './ledger-read-model.ts';
import type { CommitmentOpening } from './open-commitment.ts';

/** The record of every change, written in its transaction and sealed within moments. */
export interface Ledger extends Domain {
  append<Type extends LedgerEntryType>(tx: Tx, entry: NewEntry<Type>): Promise<string>;
  /** At least one entry, in one statement; their ids. */
  appendAll(tx: Tx, entries: readonly NewEntry<LedgerEntryType>[]): Promise<string[]>;
  /** For texts that may hold personal data: the entry names the commitment, the text is kept beside the ledger. In their order. */
  commitTexts(
    tx: Tx,
    texts: readonly { readonly field: string; readonly value: string }[],
  ): Promise<SaltedCommitment[]>;
  /** Newest first. */
  list(filter: EntryFilter): Promise<{ items: LedgerEntry[]; next?: string }>;
  find(id: string): Promise<{ entry: LedgerEntry; canonical: string } | undefined>;
  /** The text behind a commitment; undefined where it was erased, or never was. */
  findOpening(commitment: string): Promise<CommitmentOpening | undefined>;
  /** Entries of these types, oldest first. */
  facts<Type extends LedgerEntryType>(
    types: readonly Type[],
    filter?: FactFilter,
  ): Promise<Extract<LedgerFact, { type: Type }>[]>;
  status(): Promise<LedgerStatus>;
  /** Seals and signs what waits, then verifies everything. */
  verify(): Promise<LedgerVerification>;
  /** Newest first. */
  checkpoints(page: { limit?: number | undefined; before?: number | undefined }): Promise<{
    items: LedgerCheckpoint[];
    next?: string;
  }>;
  /** Lines of NDJSON, see `LedgerExportLine`. */
  export(): AsyncGenerator<string>;
  /** @throws {DividendError} ENTRY_NOT_FOUND, ENTRY_NOT_SEALED */
  prove(id: string): Promise<EntryProof>;
}
