import { fromHex, hashBytes, isEqualBytes, type Sha256, toBase64, toUtf8 } from './bytes.ts';
import { type ExpectedRoot, type KeptCheckpoint, readExpectedRoots } from './expected-roots.ts';
import { chainHash, genesisHash } from './hash-chain.ts';
import { parseCanonicalText } from './ledger-entry.ts';
import type { LedgerProblem, LedgerProblemKind } from './ledger-problem.ts';
import { appendLeaves, emptyFrontier, frontierRoot, leafHash, type MerkleFrontier } from './merkle-tree.ts';
import type { NoteKey, VerifyEd25519 } from './signed-note.ts';

/** One sealed entry as it is stored and exported. Hashes are 64 lower-case hex digits. */
export interface SealedRecord {
  /** Place in the ledger, from 0, gapless; also the index of its Merkle leaf. */
  readonly seq: number;
  /** Canonical text. */
  readonly entry: string;
  readonly leafHash: string;
  readonly prevHash: string;
  readonly chainHash: string;
}

/** A place up to which the ledger is already known to be good: entries [0, size) and what is needed to go on. */
export interface LedgerPosition {
  readonly size: number;
  readonly chainHash: Uint8Array;
  readonly frontier: MerkleFrontier;
}

export interface LedgerVerifierOptions {
  /** Ledger id; must stand in every entry and be the origin of every checkpoint. */
  readonly ledger: string;
  readonly sha256: Sha256;
  readonly verifySignature: VerifyEd25519;
  /** Keys whose checkpoints count, got over a way that whoever holds the database cannot change. */
  readonly trustedKeys: readonly NoteKey[];
  readonly checkpoints: readonly KeptCheckpoint[];
  /** Where to go on from; default the beginning. */
  readonly from?: LedgerPosition;
  /** How many entries there should be, where the caller knows (number of seals, size promised by an export). */
  readonly expectedSize?: number;
}

export interface LedgerVerificationReport {
  /** Whether what is there is unchanged and in order. It says nothing about facts that were never written. */
  readonly integrity: 'intact' | 'broken';
  /** The first `maxReportedProblems`; `problemCount` counts all. */
  readonly problems: readonly LedgerProblem[];
  readonly problemCount: number;
  /** Entries verified now are those from here … */
  readonly from: number;
  /** … to here, exclusive. */
  readonly size: number;
  readonly checkpoints: { readonly verified: number; readonly failed: number; readonly notCheckable: number };
  /** Entries [0, signedSize) have a root that a trusted key signed. */
  readonly signedSize: number;
  /** Entries [0, anchoredSize) have a root of which a copy was held outside: not even the key holder can rewrite them. */
  readonly anchoredSize: number;
  /** Merkle root of [0, size), base64; `null` where entries are missing. */
  readonly root: string | null;
  /** To go on from next time; `null` unless intact. */
  readonly position: LedgerPosition | null;
}

/** Enough to see what happened; a wholly foreign ledger would otherwise fill memory with one finding an entry. */
export const maxReportedProblems = 1000;

interface Gap {
  readonly start: number;
  readonly end: number;
}

/**
 * Verifies sealed records one by one, in the order in which they are stored, in memory that does not grow with the
 * ledger. Same input, same report; holds no clock and does no IO.
 */
export class LedgerVerifier {
  readonly #options: LedgerVerifierOptions;
  readonly #from: LedgerPosition;
  readonly #roots: readonly ExpectedRoot[];
  readonly #problems: LedgerProblem[] = [];
  #problemCount = 0;
  #rootIndex = 0;
  #nextSeq: number;
  #chain: Uint8Array | undefined;
  /** Undefined once an entry is missing or out of order: roots can no longer be computed. */
  #frontier: MerkleFrontier | undefined;
  #gaps: readonly Gap[] = [];
  #checkpoints = { verified: 0, failed: 0, notCheckable: 0 };
  #signedSize = 0;
  #anchoredSize = 0;

  constructor(options: LedgerVerifierOptions) {
    const { ledger, sha256, checkpoints, trustedKeys, verifySignature } = options;
    this.#options = options;
    this.#from = options.from ?? { size: 0, chainHash: genesisHash(sha256, ledger), frontier: emptyFrontier };
    this.#nextSeq = this.#from.size;
    this.#chain = this.#from.chainHash;
    this.#frontier = this.#from.frontier;
    const { roots, problems } = readExpectedRoots(checkpoints, ledger, trustedKeys, verifySignature);
    this.#roots = roots;
    for (const problem of problems) this.#report(problem.kind, problem.seq, problem.detail);
    this.#checkpoints.failed = problems.length;
    this.#compareRoots();
  }

  /** Takes the next stored record. */
  add(record: SealedRecord): void {
    const hashes = readHashes(record);
    if (hashes === undefined) {
      this.#report('entryMalformed', null, `The seal of record ${String(record.seq)} cannot be read`);
      return;
    }
    if (record.seq < this.#nextSeq) {
      this.#takeLate(record.seq);
      return;
    }
    if (record.seq > this.#nextSeq) this.#leaveGap(record.seq);
    const belongs = this.#verifyContent(record, hashes);
    if (belongs) this.#verifyLink(record.seq, hashes.prev);
    this.#advance(record.seq, hashes);
  }

  /** The report on all records added so far, the expected end included. Can be called again after more records. */
  finish(): LedgerVerificationReport {
    const late = [...this.#gaps.map(describeGap), ...this.#findTailTruncation()];
    const intact = this.#problemCount + late.length === 0;
    const uncompared = this.#roots.length - this.#rootIndex;
    const root = this.#frontier && toBase64(frontierRoot(this.#options.sha256, this.#frontier));
    return {
      integrity: intact ? 'intact' : 'broken',
      problems: [...this.#problems, ...late].slice(0, maxReportedProblems),
      problemCount: this.#problemCount + late.length,
      from: this.#from.size,
      size: this.#nextSeq,
      checkpoints: { ...this.#checkpoints, notCheckable: this.#checkpoints.notCheckable + uncompared },
      signedSize: this.#signedSize,
      anchoredSize: this.#anchoredSize,
      root: root ?? null,
      position:
        intact && this.#chain !== undefined && this.#frontier !== undefined
          ? { size: this.#nextSeq, chainHash: this.#chain, frontier: this.#frontier }
          : null,
    };
  }

  #takeLate(seq: number): void {
    const gap = this.#gaps.find(({ start, end }) => seq >= start && seq < end);
    if (gap === undefined) {
      this.#report('entryDuplicated', seq, `Entry ${seq} is there more than once`);
      return;
    }
    this.#report('entryReordered', seq, `Entry ${seq} stands after entry ${this.#nextSeq - 1}`);
    const rest = [
      { start: gap.start, end: seq },
      { start: seq + 1, end: gap.end },
    ].filter(({ start, end }) => start < end);
    this.#gaps = this.#gaps.flatMap((other) => (other === gap ? rest : [other]));
  }

  #leaveGap(seq: number): void {
    this.#gaps = [...this.#gaps, { start: this.#nextSeq, end: seq }];
    this.#chain = undefined;
    this.#frontier = undefined;
  }

  /** False where the record belongs to another ledger: its links then mean nothing here. */
  #verifyContent(record: SealedRecord, hashes: RecordHashes): boolean {
    const { sha256, ledger } = this.#options;
    if (!isEqualBytes(leafHash(sha256, toUtf8(record.entry)), hashes.leaf)) {
      this.#report(
        'entryEdited',
        record.seq,
        `The text of entry ${record.seq} does not have the hash it was sealed with`,
      );
      return true;
    }
    if (!isEqualBytes(chainHash(sha256, hashes.prev, hashes.leaf), hashes.chain)) {
      this.#report('entryEdited', record.seq, `The hashes of entry ${record.seq} do not belong together`);
      return true;
    }
    const found = readLedgerId(record.entry);
    if (found.status === 'malformed')
      this.#report('entryMalformed', record.seq, `Entry ${record.seq}: ${found.detail}`);
    else if (found.ledger !== ledger) {
      this.#report(
        'wrongLedger',
        record.seq,
        `Entry ${record.seq} belongs to "${found.ledger}", not to "${ledger}"`,
      );
      return false;
    }
    return true;
  }

  #verifyLink(seq: number, prev: Uint8Array): void {
    if (this.#chain === undefined || isEqualBytes(prev, this.#chain)) return;
    if (seq === 0) this.#report('headTruncated', seq, 'Entry 0 does not link to the genesis of the ledger');
    else this.#report('linkBroken', seq, `Entry ${seq} does not follow entry ${seq - 1}`);
  }

  #advance(seq: number, hashes: RecordHashes): void {
    this.#nextSeq = seq + 1;
    this.#chain = hashes.chain;
    if (this.#frontier !== undefined) {
      this.#frontier = appendLeaves(this.#options.sha256, this.#frontier, [hashes.leaf]).frontier;
    }
    this.#compareRoots();
  }

  /** Compares every root demanded up to the current size. Roots before `from` cannot be computed any more. */
  #compareRoots(): void {
    for (
      let next = this.#roots[this.#rootIndex];
      next && next.size <= this.#nextSeq;
      next = this.#roots[this.#rootIndex]
    ) {
      this.#rootIndex++;
      if (next.size < this.#nextSeq || this.#frontier === undefined) this.#checkpoints.notCheckable++;
      else if (isEqualBytes(frontierRoot(this.#options.sha256, this.#frontier), next.root))
        this.#acceptRoot(next);
      else this.#refuseRoot(next);
    }
  }

  #acceptRoot({ size, anchored }: ExpectedRoot): void {
    this.#checkpoints.verified++;
    this.#signedSize = size;
    if (anchored) this.#anchoredSize = size;
  }

  #refuseRoot({ size }: ExpectedRoot): void {
    this.#checkpoints.failed++;
    const detail = `The first ${size} entries do not have the root that was signed: history before entry ${size} was rewritten`;
    this.#report('checkpointInconsistent', size === 0 ? null : size - 1, detail);
  }

  #findTailTruncation(): LedgerProblem[] {
    const promised = Math.max(this.#options.expectedSize ?? 0, this.#roots.at(-1)?.size ?? 0);
    if (promised <= this.#nextSeq) return [];
    const detail = `The ledger ends after ${this.#nextSeq} entries; ${promised} were signed or expected`;
    return [{ kind: 'tailTruncated', seq: this.#nextSeq, detail }];
  }

  #report(kind: LedgerProblemKind, seq: number | null, detail: string): void {
    this.#problemCount++;
    if (this.#problems.length < maxReportedProblems) this.#problems.push({ kind, seq, detail });
  }
}

/**
 * Verifies records held in memory; `LedgerVerifier` does the same for a stream.
 */
export function verifyLedger(
  records: Iterable<SealedRecord>,
  options: LedgerVerifierOptions,
): LedgerVerificationReport {
  const verifier = new LedgerVerifier(options);
  for (const record of records) verifier.add(record);
  return verifier.finish();
}

interface RecordHashes {
  readonly leaf: Uint8Array;
  readonly prev: Uint8Array;
  readonly chain: Uint8Array;
}

function readHashes(record: SealedRecord): RecordHashes | undefined {
  const [leaf, prev, chain] = [record.leafHash, record.prevHash, record.chainHash].map(fromHex);
  if (leaf?.length !== hashBytes || prev?.length !== hashBytes || chain?.length !== hashBytes)
    return undefined;
  return Number.isSafeInteger(record.seq) && record.seq >= 0 ? { leaf, prev, chain } : undefined;
}

function readLedgerId(
  text: string,
):
  | { readonly status: 'read'; readonly ledger: string }
  | { readonly status: 'malformed'; readonly detail: string } {
  try {
    return { status: 'read', ledger: parseCanonicalText(text).ledger };
  } catch (error) {
    return { status: 'malformed', detail: error instanceof Error ? error.message : String(error) };
  }
}

function describeGap({ start, end }: Gap): LedgerProblem {
  const what = end - start === 1 ? `Entry ${start} is` : `Entries ${start} to ${end - 1} are`;
  return { kind: start === 0 ? 'headTruncated' : 'entryMissing', seq: start, detail: `${what} missing` };
}
