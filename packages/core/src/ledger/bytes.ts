const encoder = new TextEncoder();
const hexDigits = /^(?:[0-9a-f]{2})*$/;
const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** SHA-256 of `bytes`, 32 bytes. Passed in because core holds no cryptography of its own. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** Length of a SHA-256 hash in bytes. */
export const hashBytes = 32;

/** UTF-8 encoding. Lone surrogates would become U+FFFD; callers reject them first where bytes are hashed. */
export function toUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Joins byte strings in order into a new one. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** True where both hold the same bytes. Not constant-time: hashes and commitments compared here are public. */
export function isEqualBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** Lower-case hexadecimal, two digits a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hexOfByte[byte];
  return text;
}

/** Reads lower-case hexadecimal; `undefined` where the text is anything else (upper case included: one spelling only). */
export function fromHex(text: string): Uint8Array | undefined {
  if (!hexDigits.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(text.slice(index * 2, index * 2 + 2), 16);
  }
  return bytes;
}

/** Standard base64 with padding. Source: RFC 4648 §4. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Reads standard base64; `undefined` where padding, alphabet or trailing bits are not the canonical ones. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return toBase64(bytes) === text ? bytes : undefined;
}
