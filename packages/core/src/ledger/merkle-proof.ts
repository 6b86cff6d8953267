import { DividendError } from '../errors/index.ts';
import { hashBytes, isEqualBytes, type Sha256 } from './bytes.ts';
import { type NodeAddress, nodeHash } from './merkle-tree.ts';

/** Gives the stored hash of a perfect subtree: a leaf hash at level 0, a node of `appendLeaves` above. */
export type NodeReader = (address: NodeAddress) => Uint8Array;

/** Leaves [start, end). */
interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** The stored nodes an inclusion proof is made of, so that a store can read them in one query before building it. */
export function inclusionProofNodes(index: number, size: number): NodeAddress[] {
  return inclusionRanges(index, size).flatMap(perfectSubtrees);
}

/** The stored nodes a consistency proof is made of. */
export function consistencyProofNodes(oldSize: number, newSize: number): NodeAddress[] {
  return consistencyRanges(oldSize, newSize).flatMap(perfectSubtrees);
}

/**
 * Audit path of leaf `index` (0-based) in the tree of the first `size` leaves, nearest sibling first.
 *
 * @throws DividendError MERKLE_PROOF_RANGE where `index` is not in [0, size).
 *
 * Source: RFC 6962 §2.1.1, RFC 9162 §2.1.3.1.
 */
export function inclusionProof(
  sha256: Sha256,
  readNode: NodeReader,
  index: number,
  size: number,
): Uint8Array[] {
  return inclusionRanges(index, size).map((range) => rangeHash(sha256, readNode, range));
}

/**
 * Proof that the tree of the first `oldSize` leaves is a prefix of that of the first `newSize`. Empty where the sizes
 * are equal or the old tree is empty.
 *
 * @throws DividendError MERKLE_PROOF_RANGE where `oldSize` is not in [0, newSize].
 *
 * Source: RFC 6962 §2.1.2, RFC 9162 §2.1.4.1.
 */
export function consistencyProof(
  sha256: Sha256,
  readNode: NodeReader,
  oldSize: number,
  newSize: number,
): Uint8Array[] {
  return consistencyRanges(oldSize, newSize).map((range) => rangeHash(sha256, readNode, range));
}

export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** True where `proof` shows the leaf at `index` under `root`; false for anything malformed. Source: RFC 9162 §2.1.3.2. */
export function verifyInclusion(sha256: Sha256, claim: InclusionClaim): boolean {
  const { index, size, proof } = claim;
  if (!isLeafIndex(index, size) || ![claim.leafHash, claim.root, ...proof].every(isHash)) return false;
  const path = createPath(index, size - 1);
  let hash = claim.leafHash;
  for (const sibling of proof) {
    if (path.isAtRoot()) return false;
    hash = path.hasLeftSibling() ? nodeHash(sha256, sibling, hash) : nodeHash(sha256, hash, sibling);
    path.goUp();
  }
  return path.isAtRoot() && isEqualBytes(hash, claim.root);
}

export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly newSize: number;
  readonly oldRoot: Uint8Array;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** True where `proof` shows that the new tree only appended to the old one; false for anything malformed. Source: RFC 9162 §2.1.4.2. */
export function verifyConsistency(sha256: Sha256, claim: ConsistencyClaim): boolean {
  const { oldSize, newSize, oldRoot, newRoot, proof } = claim;
  if (!isPrefixSize(oldSize, newSize) || ![oldRoot, newRoot, ...proof].every(isHash)) return false;
  if (oldSize === newSize) return proof.length === 0 && isEqualBytes(oldRoot, newRoot);
  if (oldSize === 0) return proof.length === 0 && isEqualBytes(oldRoot, sha256(new Uint8Array(0)));

  const path = createPath(oldSize - 1, newSize - 1);
  path.skipRightEdge();
  // A complete old tree is a node of the new one, and so is left out of the proof.
  const [first, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof;
  if (first === undefined) return false;
  let oldHash = first;
  let newHash = first;
  for (const sibling of rest) {
    if (path.isAtRoot()) return false;
    if (path.hasLeftSibling()) {
      oldHash = nodeHash(sha256, sibling, oldHash);
      newHash = nodeHash(sha256, sibling, newHash);
    } else {
      newHash = nodeHash(sha256, newHash, sibling);
    }
    path.goUp();
  }
  return path.isAtRoot() && isEqualBytes(oldHash, oldRoot) && isEqualBytes(newHash, newRoot);
}

/** The climb from a node to the root: `fn` and `sn` of RFC 9162, the node and the last node of its level. */
function createPath(node: number, last: number) {
  let fn = node;
  let sn = last;
  const shift = () => {
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  };
  return {
    isAtRoot: () => sn === 0,
    hasLeftSibling: () => fn % 2 === 1 || fn === sn,
    skipRightEdge: () => {
      while (fn % 2 === 1) shift();
    },
    goUp: () => {
      // The last node of a level without a sibling there has risen unchanged through the levels below.
      if (fn === sn) while (fn % 2 === 0 && fn !== 0) shift();
      shift();
    },
  };
}

function inclusionRanges(index: number, size: number): LeafRange[] {
  if (!isLeafIndex(index, size)) throw outOfRange(`leaf ${index} in a tree of ${size} leaves`);
  const siblings: LeafRange[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start);
    siblings.push(index < middle ? { start: middle, end } : { start, end: middle });
    if (index < middle) end = middle;
    else start = middle;
  }
  return siblings.reverse();
}

function consistencyRanges(oldSize: number, newSize: number): LeafRange[] {
  if (!isPrefixSize(oldSize, newSize))
    throw outOfRange(`a tree of ${oldSize} leaves within one of ${newSize}`);
  if (oldSize === 0) return [];
  const parts: LeafRange[] = [];
  let start = 0;
  let end = newSize;
  while (end > oldSize) {
    const middle = start + largestPowerBelow(end - start);
    parts.push(oldSize <= middle ? { start: middle, end } : { start, end: middle });
    if (oldSize <= middle) end = middle;
    else start = middle;
  }
  if (start > 0) parts.push({ start, end });
  return parts.reverse();
}

/** Splits leaves into perfect subtrees, largest first; `start` is always aligned so that there are O(log n) of them. */
function perfectSubtrees({ start, end }: LeafRange): NodeAddress[] {
  const nodes: NodeAddress[] = [];
  let first = start;
  while (first < end) {
    let level = 0;
    while (first % 2 ** (level + 1) === 0 && first + 2 ** (level + 1) <= end) level++;
    nodes.push({ level, index: first / 2 ** level });
    first += 2 ** level;
  }
  return nodes;
}

function rangeHash(sha256: Sha256, readNode: NodeReader, range: LeafRange): Uint8Array {
  return perfectSubtrees(range)
    .map(readNode)
    .reduceRight((right, left) => nodeHash(sha256, left, right));
}

function largestPowerBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

function isPowerOfTwo(value: number): boolean {
  return 2 ** Math.round(Math.log2(value)) === value;
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === hashBytes;
}

function isLeafIndex(index: number, size: number): boolean {
  return Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size;
}

function isPrefixSize(oldSize: number, newSize: number): boolean {
  return Number.isSafeInteger(oldSize) && Number.isSafeInteger(newSize) && oldSize >= 0 && oldSize <= newSize;
}

function outOfRange(what: string): DividendError {
  return new DividendError(
    'MERKLE_PROOF_RANGE',
    'invalid_argument',
    `Merkle proof was asked for ${what}; there is none`,
  );
}
