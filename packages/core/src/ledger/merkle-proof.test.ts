import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { toHex, toUtf8 } from './bytes.ts';
import {
  type ConsistencyClaim,
  consistencyProof,
  consistencyProofNodes,
  type InclusionClaim,
  inclusionProof,
  inclusionProofNodes,
  verifyConsistency,
  verifyInclusion,
} from './merkle-proof.ts';
import { appendLeaves, emptyFrontier, leafHash, merkleRoot, type NodeAddress } from './merkle-tree.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const key = ({ level, index }: NodeAddress) => `${level}/${index}`;

/** A store as the server would keep it: leaf hashes and the nodes that `appendLeaves` gave. */
function createNodeStore(leaves: readonly Uint8Array[]) {
  const hashes = new Map(leaves.map((hash, index) => [key({ level: 0, index }), hash]));
  for (const node of appendLeaves(sha256, emptyFrontier, leaves).nodes) hashes.set(key(node), node.hash);
  return (address: NodeAddress) => {
    const hash = hashes.get(key(address));
    assert.ok(hash, `node ${key(address)} is not stored`);
    return hash;
  };
}

const leaves = Array.from({ length: 70 }, (_, index) => leafHash(sha256, toUtf8(`entry ${index}`)));
const readNode = createNodeStore(leaves);
const roots = Array.from({ length: leaves.length + 1 }, (_, size) =>
  merkleRoot(sha256, leaves.slice(0, size)),
);
const at = <T>(items: readonly T[], index: number): T => {
  const item = items[index];
  assert.ok(item !== undefined);
  return item;
};

const publishedLeaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => leafHash(sha256, Buffer.from(hex, 'hex')));
const readPublished = createNodeStore(publishedLeaves);

test('inclusionProof gives the published RFC 6962 paths', () => {
  const published: readonly (readonly [number, number, readonly string[]])[] = [
    [0, 1, []],
    [
      0,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      5,
      8,
      [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
    [
      1,
      5,
      [
        '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ];
  for (const [index, size, path] of published) {
    assert.deepEqual(
      inclusionProof(sha256, readPublished, index, size).map(toHex),
      path,
      `leaf ${index} of ${size}`,
    );
  }
});

test('consistencyProof gives the published RFC 6962 proofs', () => {
  const published: readonly (readonly [number, number, readonly string[]])[] = [
    [1, 1, []],
    [
      1,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      6,
      8,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [
      2,
      5,
      [
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
    [
      6,
      7,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
  ];
  for (const [oldSize, newSize, proof] of published) {
    assert.deepEqual(
      consistencyProof(sha256, readPublished, oldSize, newSize).map(toHex),
      proof,
      `${oldSize} in ${newSize}`,
    );
  }
});

test('verifyInclusion accepts the path of every leaf in every tree up to 70', () => {
  for (let size = 1; size <= leaves.length; size++) {
    for (let index = 0; index < size; index++) {
      const proof = inclusionProof(sha256, readNode, index, size);
      const claim = { index, size, leafHash: at(leaves, index), root: at(roots, size), proof };
      assert.ok(verifyInclusion(sha256, claim), `leaf ${index} of ${size}`);
      assert.ok(proof.length <= Math.ceil(Math.log2(size)));
    }
  }
});

test('verifyConsistency accepts every pair of sizes up to 70', () => {
  for (let newSize = 0; newSize <= leaves.length; newSize++) {
    for (let oldSize = 0; oldSize <= newSize; oldSize++) {
      const proof = consistencyProof(sha256, readNode, oldSize, newSize);
      const claim = { oldSize, newSize, oldRoot: at(roots, oldSize), newRoot: at(roots, newSize), proof };
      assert.ok(verifyConsistency(sha256, claim), `${oldSize} in ${newSize}`);
    }
  }
});

const stranger = sha256(toUtf8('stranger'));
const flip = (hash: Uint8Array) => hash.map((byte, index) => (index === 0 ? byte ^ 8 : byte));
const corruptedProofs = (proof: readonly Uint8Array[]): Uint8Array[][] => [
  [...proof, stranger],
  [stranger, ...proof],
  [...proof, new Uint8Array(0)],
  proof.slice(0, -1),
  ...proof.map((hash, index) => proof.with(index, flip(hash))),
];

test('verifyInclusion refuses every corrupted claim', () => {
  const leafInTree = fc
    .integer({ min: 2, max: leaves.length })
    .chain((size) => fc.record({ size: fc.constant(size), index: fc.nat({ max: size - 1 }) }));
  fc.assert(
    fc.property(leafInTree, ({ size, index }) => {
      const proof = inclusionProof(sha256, readNode, index, size);
      const claim: InclusionClaim = {
        index,
        size,
        leafHash: at(leaves, index),
        root: at(roots, size),
        proof,
      };
      const corrupted: InclusionClaim[] = [
        ...corruptedProofs(proof).map((other) => ({ ...claim, proof: other })),
        { ...claim, index: index - 1 },
        { ...claim, index: index + 1 },
        { ...claim, index: index + 0.5 },
        { ...claim, size: size * 2 },
        { ...claim, size: Math.floor(size / 2) },
        { ...claim, leafHash: stranger },
        { ...claim, leafHash: new Uint8Array(0) },
        { ...claim, root: stranger },
      ];
      for (const other of corrupted) assert.equal(verifyInclusion(sha256, other), false);
    }),
  );
});

test('verifyConsistency refuses every corrupted claim', () => {
  const pair = fc
    .integer({ min: 2, max: leaves.length })
    .chain((newSize) =>
      fc.record({ newSize: fc.constant(newSize), oldSize: fc.integer({ min: 1, max: newSize - 1 }) }),
    );
  fc.assert(
    fc.property(pair, ({ oldSize, newSize }) => {
      const proof = consistencyProof(sha256, readNode, oldSize, newSize);
      const claim: ConsistencyClaim = {
        oldSize,
        newSize,
        oldRoot: at(roots, oldSize),
        newRoot: at(roots, newSize),
        proof,
      };
      const corrupted: ConsistencyClaim[] = [
        ...corruptedProofs(proof).map((other) => ({ ...claim, proof: other })),
        { ...claim, proof: [] },
        { ...claim, oldSize: oldSize - 1 },
        { ...claim, oldSize: oldSize + 1 },
        { ...claim, newSize: newSize * 2 },
        { ...claim, oldRoot: stranger },
        { ...claim, newRoot: stranger },
        { ...claim, oldRoot: claim.newRoot, newRoot: claim.oldRoot },
      ];
      for (const other of corrupted) assert.equal(verifyConsistency(sha256, other), false);
    }),
  );
});

test('verifyConsistency knows the empty tree and equal trees without a proof', () => {
  const empty = sha256(new Uint8Array(0));
  const claim = { oldSize: 0, newSize: 3, oldRoot: empty, newRoot: at(roots, 3), proof: [] };
  assert.ok(verifyConsistency(sha256, claim));
  assert.equal(verifyConsistency(sha256, { ...claim, oldRoot: stranger }), false);
  assert.equal(verifyConsistency(sha256, { ...claim, proof: [stranger] }), false);
  assert.equal(verifyConsistency(sha256, { ...claim, oldSize: 3, oldRoot: stranger }), false);
});

test('inclusionProofNodes and consistencyProofNodes name all that the proofs read, O(log n) of it', () => {
  const read = (build: (reader: (address: NodeAddress) => Uint8Array) => void) => {
    const seen: NodeAddress[] = [];
    build((address) => {
      seen.push({ level: address.level, index: address.index });
      return stranger;
    });
    return seen;
  };
  const million = 1_000_003;
  const inclusion = inclusionProofNodes(123_456, million);
  const consistency = consistencyProofNodes(123_456, million);
  assert.deepEqual(
    read((reader) => inclusionProof(sha256, reader, 123_456, million)),
    inclusion,
  );
  assert.deepEqual(
    read((reader) => consistencyProof(sha256, reader, 123_456, million)),
    consistency,
  );
  assert.ok(inclusion.length <= 40 && consistency.length <= 40);
});

test('inclusionProof and consistencyProof refuse what is outside the tree', () => {
  for (const [index, size] of [
    [3, 3],
    [-1, 3],
    [0, 0],
    [0.5, 3],
  ] as const) {
    assert.throws(() => inclusionProof(sha256, readNode, index, size), { code: 'MERKLE_PROOF_RANGE' });
  }
  assert.throws(() => consistencyProof(sha256, readNode, 4, 3), { code: 'MERKLE_PROOF_RANGE' });
});
