import { DividendError } from '../errors/index.ts';
import { concatBytes, fromBase64, fromHex, type Sha256, toBase64, toHex, toUtf8 } from './bytes.ts';

/** A note is a page of text; anything larger is an attempt to exhaust whoever reads it. */
const noteMaxChars = 1_000_000;

/** The specification asks for at least 16; rotation and witnesses need a handful. */
const noteMaxSignatures = 100;

const ed25519Type = 0x01;
const ed25519KeyBytes = 32;
const keyIdBytes = 4;
const signaturePrefix = '\u2014 ';
// biome-ignore lint/suspicious/noControlCharactersInRegex: notes must hold none but the newline
const controlCharacter = /[\u0000-\u0009\u000b-\u001f]/;

/** Ed25519 signature of `message`, 64 bytes. Source: RFC 8032. */
export type SignEd25519 = (message: Uint8Array) => Uint8Array;

/** True where `signature` is the Ed25519 signature of `message` under `publicKey` (32 bytes). Must not throw. */
export type VerifyEd25519 = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** A public key with the name under which it signs; name and id together identify it. */
export interface NoteKey {
  readonly name: string;
  /** Unsigned 32-bit, see `createNoteKey`. */
  readonly id: number;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

export interface NoteSigner {
  readonly key: NoteKey;
  readonly sign: SignEd25519;
}

export type OpenedNote =
  | { readonly status: 'verified'; readonly text: string; readonly signedBy: readonly NoteKey[] }
  | { readonly status: 'malformed' | 'untrusted' | 'badSignature'; readonly detail: string };

/**
 * A key with its id: the first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key), big-endian.
 *
 * @throws DividendError NOTE_KEY_INVALID where the name is empty or holds a space or plus, or the key is not 32 bytes.
 *
 * Source: C2SP signed-note, "Signatures".
 */
export function createNoteKey(sha256: Sha256, name: string, publicKey: Uint8Array): NoteKey {
  if (!isKeyName(name))
    throw invalidKey(`its name is "${name}"; use a name without spaces and plus, such as example.com/ledger`);
  if (publicKey.length !== ed25519KeyBytes)
    throw invalidKey(`it is ${publicKey.length} bytes long, not ${ed25519KeyBytes}`);
  const digest = sha256(concatBytes(toUtf8(`${name}\n`), Uint8Array.of(ed25519Type), publicKey));
  return { name, id: readUint32(digest), publicKey };
}

/** The text form of a public key to hand out: `<name>+<key id, 8 hex>+<base64 of 0x01 ‖ key>`. Source: Go sumdb/note. */
export function formatNoteKey(key: NoteKey): string {
  const encoded = toBase64(concatBytes(Uint8Array.of(ed25519Type), key.publicKey));
  return `${key.name}+${toHex(writeUint32(key.id))}+${encoded}`;
}

/**
 * Reads `formatNoteKey`.
 *
 * @throws DividendError NOTE_KEY_INVALID where the form, the algorithm or the key id is wrong.
 */
export function parseNoteKey(sha256: Sha256, text: string): NoteKey {
  const [name, id, encoded, ...more] = splitKey(text);
  const typed = encoded === undefined ? undefined : fromBase64(encoded);
  if (name === undefined || id === undefined || typed === undefined || more.length > 0) {
    throw invalidKey(`"${text}" is not <name>+<8 hex digits>+<base64>`);
  }
  if (typed[0] !== ed25519Type) throw invalidKey(`"${text}" is not an Ed25519 key (type 1)`);
  const key = createNoteKey(sha256, name, typed.subarray(1));
  if (toHex(writeUint32(key.id)) !== id)
    throw invalidKey(`the key id of "${text}" does not belong to name and key`);
  return key;
}

/**
 * Signs a text: text, blank line, one line `— <name> <base64 of key id ‖ signature>` a signer. Several signers let
 * keys overlap while they are rotated.
 *
 * @throws DividendError NOTE_TEXT_INVALID where the text does not end in a newline or holds control characters.
 *
 * Source: C2SP signed-note, "Format".
 */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!isNoteText(text)) {
    throw new DividendError(
      'NOTE_TEXT_INVALID',
      'invalid_argument',
      'Note text cannot be signed: end it in a newline and use no other control characters',
    );
  }
  const message = toUtf8(text);
  const lines = signers.map(({ key, sign }) => {
    return `${signaturePrefix}${key.name} ${toBase64(concatBytes(writeUint32(key.id), sign(message)))}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/**
 * Gives the text of a note once a trusted key has signed it. Signatures of unknown keys are ignored; a wrong signature
 * under a trusted key condemns the whole note. Source: C2SP signed-note, "Signatures".
 */
export function openNote(note: string, trusted: readonly NoteKey[], verify: VerifyEd25519): OpenedNote {
  const parsed = parseNote(note);
  if (typeof parsed === 'string') return { status: 'malformed', detail: parsed };
  const message = toUtf8(parsed.text);
  const signedBy: NoteKey[] = [];
  for (const { name, id, signature } of parsed.signatures) {
    const key = trusted.find((candidate) => candidate.name === name && candidate.id === id);
    if (key === undefined || signedBy.includes(key)) continue;
    if (!verify(key.publicKey, message, signature)) {
      return { status: 'badSignature', detail: `the signature of "${name}" does not fit the text` };
    }
    signedBy.push(key);
  }
  if (signedBy.length === 0) return { status: 'untrusted', detail: 'no trusted key has signed it' };
  return { status: 'verified', text: parsed.text, signedBy };
}

interface ParsedSignature {
  readonly name: string;
  readonly id: number;
  readonly signature: Uint8Array;
}

/** Text and signatures, or what is wrong with the form. */
function parseNote(
  note: string,
): { readonly text: string; readonly signatures: readonly ParsedSignature[] } | string {
  if (note.length > noteMaxChars) return `longer than ${noteMaxChars} characters`;
  const split = note.lastIndexOf('\n\n');
  if (split < 0) return 'no blank line between text and signatures';
  const text = note.slice(0, split + 1);
  if (!isNoteText(text) || !note.endsWith('\n'))
    return 'a control character, ill-formed text, or no newline at the end';
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > noteMaxSignatures) return `more than ${noteMaxSignatures} signatures`;
  const signatures = lines.map(parseSignatureLine);
  if (!signatures.every((signature) => signature !== undefined))
    return 'a signature line is not "— name base64"';
  return { text, signatures };
}

function parseSignatureLine(line: string): ParsedSignature | undefined {
  if (!line.startsWith(signaturePrefix)) return undefined;
  const [name, encoded, ...more] = line.slice(signaturePrefix.length).split(' ');
  const bytes = encoded === undefined ? undefined : fromBase64(encoded);
  if (name === undefined || !isKeyName(name) || more.length > 0) return undefined;
  if (bytes === undefined || bytes.length <= keyIdBytes) return undefined;
  return { name, id: readUint32(bytes), signature: bytes.subarray(keyIdBytes) };
}

function isNoteText(text: string): boolean {
  return text.endsWith('\n') && text.isWellFormed() && !controlCharacter.test(text);
}

function isKeyName(name: string): boolean {
  return (
    name !== '' && name.isWellFormed() && !/[\p{White_Space}+]/u.test(name) && !controlCharacter.test(name)
  );
}

/** The base64 may itself hold plus signs: only the first two separate. */
function splitKey(text: string): string[] {
  const first = text.indexOf('+');
  const second = text.indexOf('+', first + 1);
  if (first < 0 || second < 0) return [];
  const id = text.slice(first + 1, second);
  if (fromHex(id)?.length !== keyIdBytes) return [];
  return [text.slice(0, first), id, text.slice(second + 1)];
}

function readUint32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}

function writeUint32(value: number): Uint8Array {
  const bytes = new Uint8Array(keyIdBytes);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function invalidKey(why: string): DividendError {
  return new DividendError('NOTE_KEY_INVALID', 'invalid_argument', `Signature key cannot be used: ${why}`);
}
