import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { toHex, toUtf8 } from './bytes.ts';
import { chainHash, genesisHash } from './hash-chain.ts';
import { leafHash, nodeHash } from './merkle-tree.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const leaf = leafHash(sha256, toUtf8('entry'));

test('genesisHash is SHA-256 of format and ledger id, and differs by ledger', () => {
  const expected = createHash('sha256')
    .update('dividend ledger v1 sha-256\nexample.com/books\n')
    .digest('hex');
  assert.equal(toHex(genesisHash(sha256, 'example.com/books')), expected);
  assert.notEqual(toHex(genesisHash(sha256, 'example.com/other')), expected);
});

test('chainHash is SHA-256 of 0x02, the previous hash and the leaf', () => {
  const previous = genesisHash(sha256, 'example.com/books');
  const expected = createHash('sha256')
    .update(Buffer.concat([Buffer.of(2), previous, leaf]))
    .digest('hex');
  assert.equal(toHex(chainHash(sha256, previous, leaf)), expected);
  assert.notEqual(toHex(nodeHash(sha256, previous, leaf)), expected);
});
