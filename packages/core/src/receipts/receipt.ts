/** Which group of units answered: the release in full use, the one on trial, or the fresh comparison group of it. */
export const cohorts = ['stable', 'canary', 'control'] as const;
export type Cohort = (typeof cohorts)[number];

/**
 * What the id of one prediction says by itself, so that a late label needs no search.
 *
 * `releaseIndex` and `rolloutIndex` are the numbers under which control knows the release and the rollout
 * (`rolloutIndex` 0: no rollout was under way). `eventTimeMs` is the time the prediction speaks of, Unix epoch.
 * `score` lies in [0, 1] and is kept to 1/65535; `null` where the release declares no score.
 * `nonce` is 48 bits and makes receipts of one release and millisecond distinct.
 */
export interface ReceiptFields {
  readonly eventTimeMs: number;
  readonly releaseIndex: number;
  readonly rolloutIndex: number;
  readonly cohort: Cohort;
  readonly score: number | null;
  readonly nonce: number;
}

export interface Receipt extends ReceiptFields {
  /** The receipt as the caller holds it: base64url, 43 characters. */
  readonly id: string;
}

/** HMAC-SHA-256 of a message under the receipt key; at least 8 bytes. */
export type Mac = (message: Uint8Array) => Uint8Array;

const version = 1;
const macBytes = 8;
const bodyBytes = 24;

/** Length of a receipt in bytes: 24 of content, 8 of HMAC-SHA-256 (2^-64 to guess one; there is no oracle to try faster). */
export const receiptBytes = bodyBytes + macBytes;

/** Writes a receipt: fixed layout, big-endian, signed over all of it. */
export function encodeReceipt(fields: ReceiptFields, mac: Mac): string {
  const bytes = new Uint8Array(receiptBytes);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, version);
  view.setUint8(1, cohorts.indexOf(fields.cohort) | (fields.score === null ? 0x80 : 0));
  setUint48(view, 2, fields.eventTimeMs);
  view.setUint32(8, fields.releaseIndex);
  view.setUint32(12, fields.rolloutIndex);
  view.setUint16(16, fields.score === null ? 0 : Math.round(clampRatio(fields.score) * 65535));
  setUint48(view, 18, fields.nonce);
  bytes.set(mac(bytes.subarray(0, bodyBytes)).subarray(0, macBytes), bodyBytes);
  return toBase64Url(bytes);
}

/** Reads a receipt; `undefined` where it is malformed, of another version, or not signed under this key. */
export function decodeReceipt(id: string, mac: Mac): Receipt | undefined {
  const bytes = fromBase64Url(id);
  if (bytes?.length !== receiptBytes || bytes[0] !== version) return undefined;
  if (
    !isEqualConstantTime(mac(bytes.subarray(0, bodyBytes)).subarray(0, macBytes), bytes.subarray(bodyBytes))
  ) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const flags = view.getUint8(1);
  const cohort = cohorts[flags & 0x7f];
  if (cohort === undefined) return undefined;
  return {
    id,
    cohort,
    eventTimeMs: getUint48(view, 2),
    releaseIndex: view.getUint32(8),
    rolloutIndex: view.getUint32(12),
    score: (flags & 0x80) !== 0 ? null : view.getUint16(16) / 65535,
    nonce: getUint48(view, 18),
  };
}

function clampRatio(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}

function setUint48(view: DataView, offset: number, value: number): void {
  view.setUint16(offset, Math.floor(value / 2 ** 32));
  view.setUint32(offset + 2, value % 2 ** 32);
}

function getUint48(view: DataView, offset: number): number {
  return view.getUint16(offset) * 2 ** 32 + view.getUint32(offset + 2);
}

function isEqualConstantTime(left: Uint8Array, right: Uint8Array): boolean {
  let difference = left.length ^ right.length;
  for (let index = 0; index < left.length; index++) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) return undefined;
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  );
}
