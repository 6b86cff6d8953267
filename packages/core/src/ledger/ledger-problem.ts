/** What verification can find; names are stable. */
export const ledgerProblemKinds = [
  /** Text, leaf hash and chain hash of one record do not belong together. */
  'entryEdited',
  /** Not canonical, not an entry, or not sealed in a readable way. */
  'entryMalformed',
  /** A gap in the sequence. */
  'entryMissing',
  /** Comes after entries with higher numbers. */
  'entryReordered',
  /** A sequence number that was there before. */
  'entryDuplicated',
  /** Does not follow the entry before it: something was removed, inserted, moved or rewritten, and renumbered. */
  'linkBroken',
  /** The first entries are gone. */
  'headTruncated',
  /** The last entries are gone: fewer than a checkpoint or the seal count says. */
  'tailTruncated',
  /** An entry or checkpoint of another ledger. */
  'wrongLedger',
  /** A checkpoint that no trusted key signed, or whose signature is wrong. */
  'badSignature',
  /** Not a C2SP checkpoint. */
  'checkpointMalformed',
  /** The entries, or another checkpoint, do not have the root that was signed: history was rewritten. */
  'checkpointInconsistent',
] as const;

export type LedgerProblemKind = (typeof ledgerProblemKinds)[number];

/** One finding. `seq` is the entry it was found at, `null` where it concerns a checkpoint by itself. */
export interface LedgerProblem {
  readonly kind: LedgerProblemKind;
  readonly seq: number | null;
  readonly detail: string;
}
