const blockMultiplier1 = 0xcc9e2d51;
const blockMultiplier2 = 0x1b873593;

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function mixBlock(block: number): number {
  return Math.imul(rotateLeft(Math.imul(block, blockMultiplier1), 15), blockMultiplier2);
}

function finalize(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * MurmurHash3 x86 32-bit of a byte string: fast and well spread, not for secrets.
 *
 * @param bytes any length; read little-endian
 * @param seed unsigned 32-bit integer, default 0
 * @returns unsigned 32-bit integer, the same on every machine
 *
 * Source: A. Appleby, SMHasher `MurmurHash3.cpp` (public domain), verification value 0xB0F57EE3.
 */
export function hashMurmur3(bytes: Uint8Array, seed = 0): number {
  const length = bytes.length;
  const blocksEnd = length - (length % 4);
  let hash = seed | 0;
  for (let i = 0; i < blocksEnd; i += 4) {
    const block =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    hash = (Math.imul(rotateLeft(hash ^ mixBlock(block), 13), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let i = length - 1; i >= blocksEnd; i -= 1) tail = (tail << 8) | (bytes[i] as number);
  return finalize(hash ^ mixBlock(tail) ^ length);
}
