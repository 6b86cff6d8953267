import { DividendError } from '../errors/index.ts';
import { toUtf8 } from './bytes.ts';
import { canonicalJson, parseCanonicalJson } from './canonical-json.ts';

/**
 * One fact of the ledger, shaped as a CloudEvent (`actor`, `ledger`, `schemaversion` are extension attributes). Every
 * member is hashed, so none can be changed unseen.
 */
export interface LedgerEntry {
  readonly specversion: '1.0';
  /** Unique within `source`; a re-delivery keeps it. 1–128 letters, digits and `._:-`. */
  readonly id: string;
  /** Who observed it, as a URI reference such as `/control`. 1–256 characters without spaces. */
  readonly source: string;
  /** What happened, past tense, such as `rollout.promoted`. Never changes its meaning. */
  readonly type: string;
  /** What it happened to, such as the model. 1–512 characters. */
  readonly subject: string;
  /** When the server recorded it: RFC 3339, UTC, milliseconds, `2026-11-21T03:37:00.000Z`. */
  readonly time: string;
  /** Who did it, as a pseudonymous id; never a name or an address. 1–256 characters. */
  readonly actor: string;
  /** Id of the ledger, also the origin of its checkpoints. 1–256 characters without spaces. */
  readonly ledger: string;
  /** Version of the shape of `data` for this type, from 1. */
  readonly schemaversion: number;
  /** What is to be known about it. Money as decimal strings; personal data only as salted commitments. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Largest entry, UTF-8. A fact with its evidence takes some kB; anything larger belongs in an artifact, by digest. */
export const ledgerEntryMaxBytes = 262_144;

const token = (maxLength: number) => new RegExp(`^[^\\s\\p{Cc}]{1,${maxLength}}$`, 'u');
const line = (maxLength: number) => new RegExp(`^[^\\p{Cc}\\p{Zl}\\p{Zp}]{1,${maxLength}}$`, 'u');

const textMembers = {
  id: { pattern: /^[A-Za-z0-9._:-]{1,128}$/, expected: '1–128 letters, digits and ._:-' },
  source: { pattern: token(256), expected: '1–256 characters without spaces' },
  type: {
    pattern: /^(?=.{1,128}$)[a-z][A-Za-z0-9]*(?:\.[a-z][A-Za-z0-9]*)+$/,
    expected: 'a name such as rollout.promoted',
  },
  subject: { pattern: line(512), expected: '1–512 characters on one line' },
  actor: { pattern: line(256), expected: '1–256 characters on one line' },
  ledger: { pattern: token(256), expected: '1–256 characters without spaces' },
} as const;

const memberNames: readonly string[] = [
  'specversion',
  'time',
  'schemaversion',
  'data',
  ...Object.keys(textMembers),
];

/**
 * The canonical text of an entry: what is stored, hashed and exported.
 *
 * @throws DividendError LEDGER_ENTRY_TOO_LARGE beyond `ledgerEntryMaxBytes`; CANONICAL_JSON_UNSUPPORTED where `data`
 * holds what JSON cannot.
 */
export function toCanonicalText(entry: LedgerEntry): string {
  const text = canonicalJson(entry);
  assertSize(text);
  return text;
}

/** UTF-8 of `toCanonicalText`: the leaf of the Merkle tree. */
export function toCanonicalBytes(entry: LedgerEntry): Uint8Array {
  return toUtf8(toCanonicalText(entry));
}

/**
 * Takes an entry in from outside: exactly the members of `LedgerEntry`, each within its limits.
 *
 * @throws DividendError LEDGER_ENTRY_INVALID with the `field` that is wrong; LEDGER_ENTRY_TOO_LARGE;
 * CANONICAL_JSON_UNSUPPORTED.
 */
export function parseLedgerEntry(value: unknown): LedgerEntry {
  if (!isRecord(value)) throw invalid('entry', 'an object', value);
  for (const name of Object.keys(value)) {
    if (!memberNames.includes(name)) throw invalid(name, 'no such member', value[name]);
  }
  for (const [name, { pattern, expected }] of Object.entries(textMembers)) {
    const member = value[name];
    if (typeof member !== 'string' || !pattern.test(member)) throw invalid(name, expected, member);
  }
  if (value.specversion !== '1.0') throw invalid('specversion', '"1.0"', value.specversion);
  if (!isTimestamp(value.time)) throw invalid('time', 'RFC 3339 with milliseconds and Z', value.time);
  if (!isVersion(value.schemaversion))
    throw invalid('schemaversion', 'a whole number from 1', value.schemaversion);
  if (!isRecord(value.data)) throw invalid('data', 'an object', value.data);
  const entry = value as unknown as LedgerEntry;
  toCanonicalText(entry);
  return entry;
}

/**
 * Reads the canonical text of an entry; text that is not canonical has been written by someone else.
 *
 * @throws DividendError LEDGER_ENTRY_INVALID, LEDGER_ENTRY_TOO_LARGE, CANONICAL_JSON_MISMATCH or
 * CANONICAL_JSON_UNSUPPORTED.
 */
export function parseCanonicalText(text: string): LedgerEntry {
  assertSize(text);
  return parseLedgerEntry(parseCanonicalJson(text));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One spelling an instant: `Date` writes exactly what it must have read, so 24:00 and 30 February fail. */
function isTimestamp(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return false;
  const instant = new Date(value);
  return !Number.isNaN(instant.getTime()) && instant.toISOString() === value;
}

function isVersion(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function assertSize(text: string): void {
  // A UTF-16 unit takes up to three bytes: most entries are settled without encoding them.
  if (text.length * 3 <= ledgerEntryMaxBytes) return;
  const bytes = toUtf8(text).length;
  if (bytes <= ledgerEntryMaxBytes) return;
  throw new DividendError(
    'LEDGER_ENTRY_TOO_LARGE',
    'too_large',
    `Ledger entry takes ${bytes} bytes of ${ledgerEntryMaxBytes} allowed; store the evidence as an artifact and record its digest`,
  );
}

function invalid(field: string, expected: string, found: unknown): DividendError {
  const shown = typeof found === 'string' ? `"${found.slice(0, 80)}"` : describe(found);
  return new DividendError(
    'LEDGER_ENTRY_INVALID',
    'invalid_argument',
    `Ledger entry cannot be taken: "${field}" must be ${expected}, found ${shown}`,
    { field },
  );
}

function describe(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}
