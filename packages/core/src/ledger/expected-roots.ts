import { isEqualBytes, toBase64 } from './bytes.ts';
import { openCheckpoint } from './checkpoint.ts';
import type { LedgerProblem } from './ledger-problem.ts';
import type { NoteKey, VerifyEd25519 } from './signed-note.ts';

/** A checkpoint as it was kept. `anchor` names the place outside the operator's reach where this copy was held. */
export interface KeptCheckpoint {
  readonly note: string;
  readonly anchor: string | null;
}

/** What trusted keys have signed for one size: the root that the first `size` entries must have. */
export interface ExpectedRoot {
  readonly size: number;
  readonly root: Uint8Array;
  readonly anchored: boolean;
}

/**
 * Opens kept checkpoints: the roots they demand, one a size, smallest first, and what is wrong with the others. Two
 * different roots for one size are a fork of the ledger, whichever of them the entries have.
 */
export function readExpectedRoots(
  checkpoints: readonly KeptCheckpoint[],
  origin: string,
  trusted: readonly NoteKey[],
  verify: VerifyEd25519,
): { readonly roots: readonly ExpectedRoot[]; readonly problems: readonly LedgerProblem[] } {
  const bySize = new Map<number, ExpectedRoot>();
  const problems: LedgerProblem[] = [];
  for (const { note, anchor } of checkpoints) {
    const read = readExpectedRoot(note, anchor !== null, origin, trusted, verify);
    if ('kind' in read) {
      problems.push(read);
      continue;
    }
    const known = bySize.get(read.size);
    if (known !== undefined && !isEqualBytes(known.root, read.root)) problems.push(fork(known, read));
    bySize.set(read.size, { ...(known ?? read), anchored: read.anchored || known?.anchored === true });
  }
  return { roots: [...bySize.values()].sort((left, right) => left.size - right.size), problems };
}

function readExpectedRoot(
  note: string,
  anchored: boolean,
  origin: string,
  trusted: readonly NoteKey[],
  verify: VerifyEd25519,
): ExpectedRoot | LedgerProblem {
  const opened = openCheckpoint(note, trusted, verify);
  if (opened.status === 'malformed') {
    return {
      kind: 'checkpointMalformed',
      seq: null,
      detail: `A checkpoint cannot be read: ${opened.detail}`,
    };
  }
  if (opened.status !== 'verified') {
    return { kind: 'badSignature', seq: null, detail: `A checkpoint is not genuine: ${opened.detail}` };
  }
  const { checkpoint } = opened;
  if (checkpoint.origin !== origin) {
    const detail = `A checkpoint of "${checkpoint.origin}" was given for "${origin}"`;
    return { kind: 'wrongLedger', seq: null, detail };
  }
  return { size: checkpoint.size, root: checkpoint.root, anchored };
}

function fork(left: ExpectedRoot, right: ExpectedRoot): LedgerProblem {
  const roots = [left.root, right.root].map(toBase64).join(' and ');
  const detail = `Two signed checkpoints at size ${left.size} have different roots, ${roots}: the ledger has been forked`;
  return { kind: 'checkpointInconsistent', seq: null, detail };
}
