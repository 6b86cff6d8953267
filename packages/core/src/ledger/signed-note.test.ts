import assert from 'node:assert/strict';
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { toHex } from './bytes.ts';
import {
  createNoteKey,
  formatNoteKey,
  openNote,
  parseNoteKey,
  signNote,
  type VerifyEd25519,
} from './signed-note.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const verifyEd25519: VerifyEd25519 = (publicKey, message, signature) => {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]);
  return verify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature);
};
const signerOf = (seed: Uint8Array, name: string) => {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    key: createNoteKey(sha256, name, publicKey),
    sign: (message: Uint8Array) => sign(null, message, privateKey),
  };
};

/** Key, text and signature of the documentation of golang.org/x/mod/sumdb/note. */
const publishedKey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const publishedSeed = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
const publishedText =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const publishedNote = `${publishedText}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
const published = parseNoteKey(sha256, publishedKey);
const publishedSigner = signerOf(publishedSeed, 'PeterNeumann');
const otherSigner = signerOf(new Uint8Array(32).fill(7), 'example.com/other');

test('createNoteKey and formatNoteKey give the published key', () => {
  assert.equal(formatNoteKey(publishedSigner.key), publishedKey);
  assert.equal(toHex(Uint8Array.of(0xc7, 0x4f, 0x20, 0xa3)), published.id.toString(16));
});

test('signNote gives the published note', () => {
  assert.equal(signNote(publishedText, [publishedSigner]), publishedNote);
});

test('openNote verifies the published note', () => {
  const opened = openNote(publishedNote, [published], verifyEd25519);
  assert.deepEqual(opened, { status: 'verified', text: publishedText, signedBy: [published] });
});

test('openNote accepts one trusted signature among several, as during key rotation', () => {
  const note = signNote(publishedText, [otherSigner, publishedSigner]);
  for (const { key } of [otherSigner, publishedSigner]) {
    const opened = openNote(note, [key], verifyEd25519);
    assert.deepEqual(opened, { status: 'verified', text: publishedText, signedBy: [key] });
  }
  const both = openNote(note, [published, otherSigner.key], verifyEd25519);
  assert.equal(both.status === 'verified' && both.signedBy.length, 2);
});

test('openNote refuses a text changed by one letter, and a note no trusted key signed', () => {
  const changed = publishedNote.replace('answer', 'anzwer');
  assert.equal(openNote(changed, [published], verifyEd25519).status, 'badSignature');
  assert.equal(openNote(publishedNote, [otherSigner.key], verifyEd25519).status, 'untrusted');
  assert.equal(openNote(publishedNote, [], verifyEd25519).status, 'untrusted');
  // Same name, other key: the id differs, so the signature counts as unknown.
  const namesake = signerOf(new Uint8Array(32).fill(9), 'PeterNeumann').key;
  assert.equal(openNote(publishedNote, [namesake], verifyEd25519).status, 'untrusted');
});

test('openNote refuses every malformed note', () => {
  const signature = publishedNote.slice(publishedText.length + 1);
  const malformed = [
    '',
    publishedText,
    `${publishedText}${signature}`,
    publishedNote.slice(0, -1),
    `${publishedText}\n`,
    `${publishedText}\nPeterNeumann x08go/ZJ\n`,
    `${publishedText}\n— PeterNeumann x08g\n`,
    `${publishedText}\n— PeterNeumann not-base64\n`,
    `${publishedText}\n— Peter Neumann x08go/ZJkuBS\n`,
    `${publishedText}\n— Peter+Neumann x08go/ZJkuBS\n`,
    publishedNote.replace('\nthen', '\r\nthen'),
    publishedNote.replace('answer', 'ans\u0000er'),
    publishedNote.replace('answer', 'ans\ud800er'),
    `${publishedText}\n${signature.repeat(101)}`,
  ];
  for (const note of malformed)
    assert.equal(openNote(note, [published], verifyEd25519).status, 'malformed', note);
});

test('openNote gives back any text that signNote signed, empty lines included', () => {
  const line = fc.string({ unit: 'grapheme' }).filter((text) => ![...text].some((letter) => letter < ' '));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (lines) => {
      const text = `${lines.join('\n')}\n`;
      const opened = openNote(signNote(text, [otherSigner]), [otherSigner.key], verifyEd25519);
      assert.equal(opened.status === 'verified' && opened.text, text);
    }),
  );
});

test('parseNoteKey refuses manglings of the published key', () => {
  const manglings = [
    '',
    'PeterNeumann',
    publishedKey.slice(1),
    publishedKey.replace('c74f20a3', 'c74f20a4'),
    publishedKey.replace('c74f20a3', 'C74F20A3'),
    publishedKey.replace('+c74f20a3', '+00c74f20a3'),
    publishedKey.replace('ARpc', 'AhpC'),
    publishedKey.replace('PeterNeumann', 'Peter Neumann'),
    publishedKey.slice(0, -4),
    `${publishedKey}=`,
  ];
  for (const text of manglings)
    assert.throws(() => parseNoteKey(sha256, text), { code: 'NOTE_KEY_INVALID' }, text);
});

test('signNote refuses text that could not be read back', () => {
  for (const text of ['', 'no newline', 'a\tb\n', 'a\ud800\n']) {
    assert.throws(() => signNote(text, [otherSigner]), { code: 'NOTE_TEXT_INVALID' });
  }
});
