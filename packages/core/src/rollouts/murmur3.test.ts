import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashMurmur3 } from './murmur3.ts';

const encoder = new TextEncoder();

// Published vectors: MurmurHash3 test tables of Dash Core `hash_tests.cpp`, MurmurHash.Net and the absmartly SDK.
const textVectors: readonly (readonly [text: string, seed: number, hash: number])[] = [
  ['', 0, 0x00000000],
  ['', 1, 0x514e28b7],
  ['', 0xffffffff, 0x81f16f39],
  ['t', 0, 0xca87df4d],
  ['te', 0, 0xedb8ee1b],
  ['tes', 0, 0x0bb90e5a],
  ['test', 0, 0xba6bd213],
  ['testy', 0, 0x44af8342],
  ['test', 0x9747b28c, 0x704b81dc],
  ['Hello, world!', 0, 0xc0363e43],
  ['Hello, world!', 0x9747b28c, 0x24884cba],
  ['special characters açb↓c', 0, 0xbe83b140],
  ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
  ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
];

const byteVectors: readonly (readonly [bytes: readonly number[], seed: number, hash: number])[] = [
  [[0xff, 0xff, 0xff, 0xff], 0, 0x76293b50],
  [[0x21, 0x43, 0x65, 0x87], 0, 0xf55b516b],
  [[0x21, 0x43, 0x65, 0x87], 0x5082edee, 0x2362f9de],
  [[0x21, 0x43, 0x65], 0, 0x7e4a8634],
  [[0, 0, 0, 0], 0, 0x2362f9de],
  [[0xff], 0, 0xfd6cf10d],
  [[0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88], 0, 0xb4698def],
];

test('hashMurmur3 matches the published vectors for text', () => {
  for (const [text, seed, hash] of textVectors) {
    assert.equal(hashMurmur3(encoder.encode(text), seed), hash, `'${text}' with seed ${seed}`);
  }
});

test('hashMurmur3 matches the published vectors for bytes', () => {
  for (const [bytes, seed, hash] of byteVectors) {
    assert.equal(hashMurmur3(Uint8Array.from(bytes), seed), hash, `[${bytes}] with seed ${seed}`);
  }
});

test('hashMurmur3 has the SMHasher verification value of MurmurHash3_x86_32', () => {
  const hashes = new DataView(new ArrayBuffer(1024));
  for (let i = 0; i < 256; i += 1) {
    const key = Uint8Array.from({ length: i }, (_, at) => at);
    hashes.setUint32(i * 4, hashMurmur3(key, 256 - i), true);
  }
  assert.equal(hashMurmur3(new Uint8Array(hashes.buffer)), 0xb0f57ee3);
});
