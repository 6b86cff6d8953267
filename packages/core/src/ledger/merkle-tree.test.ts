import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { toHex, toUtf8 } from './bytes.ts';
import {
  appendLeaves,
  emptyFrontier,
  frontierRoot,
  leafHash,
  merkleRoot,
  nodeHash,
  parseFrontier,
} from './merkle-tree.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

/** The eight leaves and tree roots published with the RFC 6962 reference implementation. */
const publishedLeaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const publishedRoots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** MTH as the definition reads, RFC 6962 §2.1: slow, and obviously right. */
function definedRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return sha256(new Uint8Array(0));
  if (leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(sha256, definedRoot(leaves.slice(0, split)), definedRoot(leaves.slice(split)));
}

const numberedLeaves = (count: number) =>
  Array.from({ length: count }, (_, index) => leafHash(sha256, toUtf8(`entry ${index}`)));

test('merkleRoot gives the published RFC 6962 roots', () => {
  const leaves = publishedLeaves.map((hex) => leafHash(sha256, Buffer.from(hex, 'hex')));
  for (const [index, root] of publishedRoots.entries()) {
    assert.equal(toHex(merkleRoot(sha256, leaves.slice(0, index + 1))), root);
  }
  assert.equal(
    toHex(merkleRoot(sha256, [])),
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
});

test('merkleRoot equals the recursive definition for every size up to 130', () => {
  const leaves = numberedLeaves(130);
  for (let size = 0; size <= leaves.length; size++) {
    assert.deepEqual(
      merkleRoot(sha256, leaves.slice(0, size)),
      definedRoot(leaves.slice(0, size)),
      `size ${size}`,
    );
  }
});

test('appendLeaves reaches the same frontier and the same nodes whatever the batches', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 40 }), { maxLength: 8 }), (batchSizes) => {
      const leaves = numberedLeaves(batchSizes.reduce((sum, size) => sum + size, 0));
      const whole = appendLeaves(sha256, emptyFrontier, leaves);
      let frontier = emptyFrontier;
      let start = 0;
      const nodes = [];
      for (const size of batchSizes) {
        const step = appendLeaves(sha256, frontier, leaves.slice(start, start + size));
        frontier = step.frontier;
        nodes.push(...step.nodes);
        start += size;
      }
      assert.deepEqual(frontier, whole.frontier);
      assert.deepEqual(nodes, whole.nodes);
      assert.deepEqual(frontierRoot(sha256, frontier), definedRoot(leaves));
    }),
    { numRuns: 50 },
  );
});

test('appendLeaves gives each completed inner node once, with the hash of the leaves it covers', () => {
  const leaves = numberedLeaves(100);
  const { nodes } = appendLeaves(sha256, emptyFrontier, leaves);
  for (const { level, index, hash } of nodes) {
    assert.deepEqual(hash, definedRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)));
  }
  const addresses = new Set(nodes.map(({ level, index }) => `${level}/${index}`));
  assert.equal(addresses.size, nodes.length);
  assert.equal(nodes.length, 50 + 25 + 12 + 6 + 3 + 1);
});

test('appendLeaves goes on beyond 2^32 leaves', () => {
  const [leaf] = numberedLeaves(1);
  assert.ok(leaf);
  const big = parseFrontier(2 ** 33 + 1, [sha256(toUtf8('large')), sha256(toUtf8('small'))]);
  const { frontier, nodes } = appendLeaves(sha256, big, [leaf]);
  assert.equal(frontier.size, 2 ** 33 + 2);
  assert.equal(frontier.peaks.length, 2);
  assert.deepEqual(
    nodes.map(({ level, index }) => ({ level, index })),
    [{ level: 1, index: 2 ** 32 }],
  );
});

test('parseFrontier refuses peaks that do not fit the size', () => {
  const peak = sha256(new Uint8Array(0));
  assert.deepEqual(parseFrontier(4, [peak]), { size: 4, peaks: [peak] });
  for (const [size, peaks] of [
    [3, [peak]],
    [-1, []],
    [1.5, [peak]],
    [1, [peak.subarray(1)]],
    [0, [peak]],
  ] as const) {
    assert.throws(() => parseFrontier(size, peaks), { code: 'MERKLE_FRONTIER_INVALID' });
  }
});
