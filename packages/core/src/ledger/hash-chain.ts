import { concatBytes, type Sha256, toUtf8 } from './bytes.ts';

/** 0x00 and 0x01 begin leaves and nodes of the tree; a link must never pass for either. */
const linkPrefix = Uint8Array.of(0x02);

/**
 * What the first entry of a ledger links to: SHA-256 of the format name and the ledger id, so that a chain cannot be
 * passed off as that of another ledger or another hash algorithm.
 */
export function genesisHash(sha256: Sha256, ledger: string): Uint8Array {
  return sha256(toUtf8(`dividend ledger v1 sha-256\n${ledger}\n`));
}

/**
 * The link of one entry: SHA-256(0x02 ‖ previous chain hash ‖ leaf hash). It commits to all entries up to this one,
 * in their order.
 */
export function chainHash(sha256: Sha256, previous: Uint8Array, leaf: Uint8Array): Uint8Array {
  return sha256(concatBytes(linkPrefix, previous, leaf));
}
