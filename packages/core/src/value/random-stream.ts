import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { skipN } from 'pure-rand/utils/skipN';

/** The first outputs of neighbouring seeds still resemble each other. */
const warmUpDraws = 64;

/**
 * A stream of random numbers of its own for each name: adding or removing one quantity changes the draws of no other,
 * so that two models differ only by what was changed in them. `seed` is a whole number, 32 bits of it count.
 */
export function createRandomStream(seed: number, name: string): RandomGenerator {
  const random = xoroshiro128plus(mix(hashName(name) ^ mix(seed | 0)));
  skipN(random, warmUpDraws);
  return random;
}

/** Source: FNV-1a, 32 bit, over UTF-16 code units. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++)
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return hash;
}

/** Spreads every bit over the word. Source: finaliser of MurmurHash3. */
function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
