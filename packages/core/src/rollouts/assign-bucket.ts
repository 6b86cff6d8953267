import { hashMurmur3 } from './murmur3.ts';

/** Number of buckets that units are spread over. 10 000 gives weights in steps of 0.01 percent. */
export const bucketCount = 10_000;

const encoder = new TextEncoder();

/**
 * Bucket of a unit (a user, an account, a session): the same unit always lands in the same bucket of a
 * rollout, and in an unrelated bucket of another rollout, because the salt differs.
 *
 * @param salt one per rollout, so that the same units are not the guinea pigs of every rollout
 * @param unitId what must stay on one release; hashed as UTF-8
 * @returns integer in [0, {@link bucketCount}). The modulo favours no bucket by more than 3e-6
 */
export function assignBucket(salt: string, unitId: string): number {
  return hashMurmur3(encoder.encode(`${salt}:${unitId}`)) % bucketCount;
}
