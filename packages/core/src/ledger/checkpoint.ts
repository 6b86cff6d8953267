import { DividendError } from '../errors/index.ts';
import { fromBase64, hashBytes, toBase64 } from './bytes.ts';
import { type NoteKey, type NoteSigner, openNote, signNote, type VerifyEd25519 } from './signed-note.ts';

/** What a ledger commits to when it signs: all entries [0, size), by their Merkle root. */
export interface Checkpoint {
  /** Unique name of the ledger, such as `example.com/ledger`; the signing key should carry the same name. */
  readonly origin: string;
  /** Number of leaves, 0 to 2^53 − 1. */
  readonly size: number;
  /** Merkle root, 32 bytes. */
  readonly root: Uint8Array;
  /** Further lines, kept but not interpreted. The specification advises against them; Dividend writes none. */
  readonly extensions: readonly string[];
}

export type OpenedCheckpoint =
  | { readonly status: 'verified'; readonly checkpoint: Checkpoint; readonly signedBy: readonly NoteKey[] }
  | { readonly status: 'malformed' | 'untrusted' | 'badSignature'; readonly detail: string };

/**
 * The text that is signed: origin, size, base64 root, each on its line. Source: C2SP tlog-checkpoint, "Note text".
 *
 * @throws DividendError CHECKPOINT_INVALID where a part cannot be written so that it reads back the same.
 */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  const { origin, size, root, extensions } = checkpoint;
  const text = `${[origin, size, toBase64(root), ...extensions].join('\n')}\n`;
  const read = parseCheckpoint(text);
  if (read === undefined || read.extensions.length !== extensions.length) {
    throw new DividendError(
      'CHECKPOINT_INVALID',
      'invalid_argument',
      `Checkpoint of "${origin}" at size ${size} cannot be written; origin and extensions must be single, non-empty lines, the size a whole number, the root ${hashBytes} bytes`,
    );
  }
  return text;
}

/** Reads the text of a checkpoint; `undefined` where it is not one. Source: C2SP tlog-checkpoint, "Note text". */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  if (!text.endsWith('\n')) return undefined;
  const lines = text.slice(0, -1).split('\n');
  const [origin, sizeText, rootText, ...extensions] = lines;
  if (origin === undefined || sizeText === undefined || rootText === undefined) return undefined;
  if (lines.some((line) => line === '')) return undefined;
  const size = /^(?:0|[1-9][0-9]{0,15})$/.test(sizeText) ? Number(sizeText) : Number.NaN;
  const root = fromBase64(rootText);
  if (!Number.isSafeInteger(size) || root?.length !== hashBytes) return undefined;
  return { origin, size, root, extensions };
}

/** The checkpoint as a signed note, ready to store and to hand out. */
export function signCheckpoint(checkpoint: Checkpoint, signers: readonly NoteSigner[]): string {
  return signNote(formatCheckpoint(checkpoint), signers);
}

/** Verifies the signatures of a checkpoint note, then reads it. It says nothing yet about the tree behind it. */
export function openCheckpoint(
  note: string,
  trusted: readonly NoteKey[],
  verify: VerifyEd25519,
): OpenedCheckpoint {
  const opened = openNote(note, trusted, verify);
  if (opened.status !== 'verified') return opened;
  const checkpoint = parseCheckpoint(opened.text);
  if (checkpoint === undefined) {
    return { status: 'malformed', detail: 'the signed text is not origin, size and root' };
  }
  return { status: 'verified', checkpoint, signedBy: opened.signedBy };
}
