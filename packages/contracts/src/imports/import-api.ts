import { type Static, Type } from 'typebox';
import { Digest, Nullable, Time } from '../api/common.ts';

/** The source's address without credentials: the same source again is the same import. */
export const OpenImportRequest = Type.Object({ source: Type.String({ minLength: 1, maxLength: 1000 }) });

export const ImportView = Type.Object({
  importId: Type.String(),
  source: Type.String(),
  openedAt: Time,
  finishedAt: Nullable(Time),
  reportDigest: Nullable(Digest),
  entryId: Nullable(Type.String()),
  /** How many things are over, by kind. */
  items: Type.Record(Type.String(), Type.Integer()),
});
export type ImportView = Static<typeof ImportView>;

/**
 * What became of a record. `created`, `updated` and `unchanged` are over. `kept`: it came over before, was changed or deleted
 * here since, and stays so. `conflict`: there is another thing of that name or id, or both sides changed it; it stays as it is
 * here. `refused`: it cannot be taken. `reason` says why for the last three.
 */
export const recordStates = ['created', 'updated', 'unchanged', 'kept', 'conflict', 'refused'] as const;
export type RecordState = (typeof recordStates)[number];

export const RecordResult = Type.Object({
  kind: Type.String(),
  id: Type.String(),
  state: Type.Enum(recordStates),
  reason: Type.Optional(Type.String()),
  /** What it reads back as, where that is not the record itself: an experiment that was here before and is shared. */
  digest: Type.Optional(Type.String()),
});
export type RecordResult = Static<typeof RecordResult>;

/** One result a record, in the order of the batch. */
export const BatchAnswer = Type.Object({ results: Type.Array(RecordResult) });
export type BatchAnswer = Static<typeof BatchAnswer>;

/** One line of `GET …/items`: what came over, under which id, with what content. */
export interface ImportItem {
  readonly kind: string;
  readonly id: string;
  readonly targetId: string;
  readonly digest: string;
  readonly fingerprint: string | null;
}

/** One line of `GET …/verification`: what is there now, read back and hashed anew; null where it is gone. */
export interface VerifiedItem {
  readonly kind: string;
  readonly id: string;
  readonly digest: string | null;
  /** Points of a history, bytes of an artifact, else 1. */
  readonly size: number;
}

export const ArtifactAnswer = Type.Object({
  state: Type.Enum(recordStates),
  digest: Digest,
  bytes: Type.Integer({ minimum: 0 }),
  reason: Type.Optional(Type.String()),
});
export type ArtifactAnswer = Static<typeof ArtifactAnswer>;

const Count = Type.Integer({ minimum: 0 });

/** What an import ends with: told to the person, kept by digest, and named in the ledger. */
export const ImportReport = Type.Object({
  source: Type.String(),
  sourceVersion: Nullable(Type.String()),
  startedAt: Time,
  seconds: Type.Number({ minimum: 0 }),
  kinds: Type.Record(
    Type.String(),
    Type.Object({
      /** Read from the source and fit to come over. */
      source: Count,
      created: Count,
      updated: Count,
      unchanged: Count,
      kept: Count,
      conflicts: Count,
      refused: Count,
      /** Found here when verified. */
      verified: Count,
      differ: Count,
      sourceDigest: Type.String(),
      targetDigest: Type.String(),
    }),
  ),
  points: Count,
  spans: Type.Optional(Count),
  artifactBytes: Count,
  /** At most 1000 of what was not taken as it is, each by name. */
  problems: Type.Array(
    Type.Object({ kind: Type.String(), id: Type.String(), state: Type.String(), reason: Type.String() }),
    { maxItems: 1000 },
  ),
  problemCount: Count,
  /** What the source holds and an import does not bring: name → how many. */
  notBrought: Type.Record(Type.String(), Count),
  verified: Type.Boolean(),
});
export type ImportReport = Static<typeof ImportReport>;
