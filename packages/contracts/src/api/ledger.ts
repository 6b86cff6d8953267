import type { SealedRecord } from '@dividend/core/ledger';
import { type Static, Type } from 'typebox';
import { Nullable, Open, PageQuery, Time } from './common.ts';

export const LedgerEntry = Type.Object({
  id: Type.String(),
  seq: Nullable(Type.Integer({ description: 'Null until sealed, at most about a second.' })),
  type: Type.String(),
  subject: Type.String(),
  actor: Type.String(),
  time: Time,
  data: Open,
  leafHash: Nullable(Type.String()),
});

export const LedgerQuery = Type.Object({
  ...PageQuery.properties,
  type: Type.Optional(
    Type.String({ maxLength: 128, description: "A type, or its beginning ending in a dot: 'rollout.'" }),
  ),
  model: Type.Optional(Type.String({ maxLength: 256 })),
  subject: Type.Optional(Type.String({ maxLength: 512 })),
  ids: Type.Optional(Type.String({ maxLength: 20_000, description: 'Comma-separated, at most 500.' })),
});

export const LedgerEntryDetail = Type.Object({
  ...LedgerEntry.properties,
  canonical: Type.String({ description: 'RFC 8785 text of the whole entry; its UTF-8 is what is hashed.' }),
});

/** The text that an entry commits to: SHA-256 over the line `dividend commitment v1`, the salt and `{field, value}` (RFC 8785). */
export const LedgerOpening = Type.Object({
  commitment: Type.String({ description: '64 hex digits.' }),
  field: Type.String(),
  value: Type.String(),
  salt: Type.String({ description: 'Hex, 32 bytes.' }),
});

/** What shows that one entry is in the ledger, to whoever has the public key only (RFC 6962). */
export const LedgerProof = Type.Object({
  entry: Type.String({ description: 'Canonical text.' }),
  seq: Type.Integer(),
  leafHash: Type.String({ description: 'Hex.' }),
  checkpoint: Type.String({ description: 'C2SP note over a tree that holds the entry.' }),
  inclusionProof: Type.Array(Type.String(), { description: 'Base64, nearest sibling first.' }),
});

export const LedgerCheckpoint = Type.Object({
  size: Type.Integer({ description: 'It speaks of the entries with seq below this.' }),
  note: Type.String({ description: 'C2SP checkpoint: origin, size, Merkle root, signature.' }),
  at: Time,
});

export const LedgerStatus = Type.Object({
  origin: Type.String(),
  publicKey: Type.String(),
  entries: Type.Integer(),
  sealed: Type.Integer(),
  root: Nullable(Type.String({ description: 'Merkle root over the sealed entries, base64.' })),
  latestCheckpoint: Nullable(LedgerCheckpoint),
});

export const LedgerVerification = Type.Object({
  verified: Type.Boolean(),
  entries: Type.Integer({ description: 'Sealed entries that were verified.' }),
  signedEntries: Type.Integer({ description: 'The first so many have a root that the ledger signed.' }),
  checkpoints: Type.Integer(),
  root: Nullable(Type.String()),
  seconds: Type.Number(),
  problemCount: Type.Integer({ description: 'All of them; `problems` holds the first.' }),
  problems: Type.Array(
    Type.Object({ kind: Type.String(), seq: Nullable(Type.Integer()), detail: Type.String() }),
  ),
});

/**
 * The lines of an export, newline-delimited JSON in this order: `header`, each `checkpoint`, each `record` by seq, `end`.
 * They are all that is needed to verify the ledger without Dividend.
 */
export type LedgerExportLine =
  | LedgerExportHeader
  | { readonly kind: 'checkpoint'; readonly note: string }
  | ({ readonly kind: 'record' } & SealedRecord)
  | { readonly kind: 'end'; readonly records: number; readonly checkpoints: number };

export interface LedgerExportHeader {
  readonly kind: 'header';
  readonly format: 'dividend-ledger/1';
  readonly ledger: string;
  /** C2SP note key. Who got the key over another way compares it. */
  readonly publicKey: string;
  /** Records that follow. */
  readonly size: number;
}

export type LedgerEntry = Static<typeof LedgerEntry>;
export type LedgerStatus = Static<typeof LedgerStatus>;
export type LedgerVerification = Static<typeof LedgerVerification>;
export type LedgerQuery = Static<typeof LedgerQuery>;
export type LedgerEntryDetail = Static<typeof LedgerEntryDetail>;
export type LedgerProof = Static<typeof LedgerProof>;
export type LedgerCheckpoint = Static<typeof LedgerCheckpoint>;
