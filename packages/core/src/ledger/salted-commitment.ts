import { DividendError } from '../errors/index.ts';
import { concatBytes, fromHex, isEqualBytes, type Sha256, toHex, toUtf8 } from './bytes.ts';
import { canonicalJson } from './canonical-json.ts';

/** Salt length in bytes: as long as the hash, so that guessing the salt is as hard as breaking it. */
export const commitmentSaltBytes = 32;

/** Stands in an entry for a value that must be erasable: who holds value and salt can prove it, nobody else can guess it. */
export interface SaltedCommitment {
  readonly algorithm: 'salted-sha256-v1';
  /** SHA-256, 64 hex digits. */
  readonly commitment: string;
}

/**
 * Commits to personal data without holding it. Value and salt are stored apart and destroyed on erasure; the ledger
 * then still verifies, and what remains says nothing. `field` binds the value to its place, so that equal values
 * elsewhere cannot be swapped in. A fresh random salt for every commitment: equal salts show equal values.
 *
 * @param salt `commitmentSaltBytes` from a cryptographic generator.
 * @throws DividendError COMMITMENT_SALT_INVALID where the salt has another length; CANONICAL_JSON_UNSUPPORTED.
 */
export function commitSalted(
  sha256: Sha256,
  salt: Uint8Array,
  field: string,
  value: unknown,
): SaltedCommitment {
  if (salt.length !== commitmentSaltBytes) {
    throw new DividendError(
      'COMMITMENT_SALT_INVALID',
      'invalid_argument',
      `Commitment to "${field}" needs a salt of ${commitmentSaltBytes} random bytes, found ${salt.length}`,
    );
  }
  const message = concatBytes(
    toUtf8('dividend commitment v1\n'),
    salt,
    toUtf8(canonicalJson({ field, value })),
  );
  return { algorithm: 'salted-sha256-v1', commitment: toHex(sha256(message)) };
}

/** True where `value` at `field` with this salt is what was committed to. */
export function verifyCommitment(
  sha256: Sha256,
  commitment: SaltedCommitment,
  opening: { readonly salt: Uint8Array; readonly field: string; readonly value: unknown },
): boolean {
  const claimed = fromHex(commitment.commitment);
  const actual = fromHex(commitSalted(sha256, opening.salt, opening.field, opening.value).commitment);
  if (commitment.algorithm !== 'salted-sha256-v1' || claimed === undefined || actual === undefined)
    return false;
  return isEqualBytes(claimed, actual);
}
