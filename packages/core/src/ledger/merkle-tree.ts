import { DividendError } from '../errors/index.ts';
import { concatBytes, hashBytes, type Sha256 } from './bytes.ts';

const leafPrefix = Uint8Array.of(0x00);
const nodePrefix = Uint8Array.of(0x01);

/** Hash of one leaf: SHA-256(0x00 ‖ data). The prefix keeps a leaf from posing as a node. Source: RFC 6962 §2.1. */
export function leafHash(sha256: Sha256, data: Uint8Array): Uint8Array {
  return sha256(concatBytes(leafPrefix, data));
}

/** Hash of an inner node: SHA-256(0x01 ‖ left ‖ right). Source: RFC 6962 §2.1. */
export function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(nodePrefix, left, right));
}

/** Where a perfect subtree stands: it covers leaves [index · 2^level, (index + 1) · 2^level). Level 0 is a leaf. */
export interface NodeAddress {
  readonly level: number;
  readonly index: number;
}

/** A perfect subtree and its root hash. It never changes again once complete, so it can be stored. */
export interface MerkleNode extends NodeAddress {
  readonly hash: Uint8Array;
}

/**
 * All that is needed to go on appending: the number of leaves and the roots of the perfect subtrees they fall into,
 * largest first (as many as `size` has one-bits). Also called a compact range.
 */
export interface MerkleFrontier {
  readonly size: number;
  readonly peaks: readonly Uint8Array[];
}

/** The frontier of a tree without leaves. */
export const emptyFrontier: MerkleFrontier = { size: 0, peaks: [] };

/**
 * Appends leaf hashes in order. `nodes` are the inner nodes (level ≥ 1) that became complete on the way; whoever
 * stores them beside the leaf hashes can build any proof with O(log n) reads.
 */
export function appendLeaves(
  sha256: Sha256,
  frontier: MerkleFrontier,
  leafHashes: readonly Uint8Array[],
): { readonly frontier: MerkleFrontier; readonly nodes: readonly MerkleNode[] } {
  const peaks = [...frontier.peaks];
  const nodes: MerkleNode[] = [];
  let size = frontier.size;
  for (const leaf of leafHashes) {
    nodes.push(...pushLeaf(sha256, peaks, size, leaf));
    size++;
  }
  return { frontier: { size, peaks }, nodes };
}

/** Root hash of all leaves of the frontier; SHA-256 of nothing for an empty tree. Source: RFC 6962 §2.1. */
export function frontierRoot(sha256: Sha256, frontier: MerkleFrontier): Uint8Array {
  const smallest = frontier.peaks.at(-1);
  if (smallest === undefined) return sha256(new Uint8Array(0));
  return frontier.peaks.slice(0, -1).reduceRight((root, peak) => nodeHash(sha256, peak, root), smallest);
}

/** Root hash over leaf hashes held in memory. */
export function merkleRoot(sha256: Sha256, leafHashes: readonly Uint8Array[]): Uint8Array {
  return frontierRoot(sha256, appendLeaves(sha256, emptyFrontier, leafHashes).frontier);
}

/**
 * Takes a stored frontier in again.
 *
 * @throws DividendError MERKLE_FRONTIER_INVALID where the number or length of the peaks does not fit the size.
 */
export function parseFrontier(size: number, peaks: readonly Uint8Array[]): MerkleFrontier {
  if (!Number.isSafeInteger(size) || size < 0 || peaks.length !== countOneBits(size)) {
    throw invalidFrontier(`${peaks.length} peaks do not fit a tree of ${size} leaves`);
  }
  if (peaks.some((peak) => peak.length !== hashBytes))
    throw invalidFrontier(`a peak is not ${hashBytes} bytes long`);
  return { size, peaks };
}

/** Adds one leaf to `peaks` in place: merges equal-sized neighbours like the carry of a binary counter. */
function pushLeaf(sha256: Sha256, peaks: Uint8Array[], size: number, leaf: Uint8Array): MerkleNode[] {
  const completed: MerkleNode[] = [];
  let hash = leaf;
  let index = size;
  for (let level = 1; index % 2 === 1; level++) {
    const left = peaks.pop();
    if (left === undefined) throw invalidFrontier(`a tree of ${size} leaves lacks a peak`);
    hash = nodeHash(sha256, left, hash);
    index = (index - 1) / 2; // division, not shift: sizes may pass 2^31
    completed.push({ level, index, hash });
  }
  peaks.push(hash);
  return completed;
}

function countOneBits(value: number): number {
  let count = 0;
  for (let rest = value; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

function invalidFrontier(why: string): DividendError {
  return new DividendError('MERKLE_FRONTIER_INVALID', 'internal', `Merkle frontier cannot be used: ${why}`);
}
