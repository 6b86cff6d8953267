import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import { fromBase64 } from './bytes.ts';
import {
  type Checkpoint,
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
} from './checkpoint.ts';
import { createNoteKey, signNote } from './signed-note.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

/** The example of the C2SP tlog-checkpoint specification. */
const publishedText = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const published: Checkpoint = {
  origin: 'example.com/behind-the-sofa',
  size: 20_852_163,
  root: fromBase64('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=') ?? new Uint8Array(0),
  extensions: [],
};

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const rawKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
const signer = {
  key: createNoteKey(sha256, published.origin, rawKey),
  sign: (message: Uint8Array) => sign(null, message, privateKey),
};
const verifyEd25519 = (_key: Uint8Array, message: Uint8Array, signature: Uint8Array) =>
  verify(null, message, publicKey, signature);

test('formatCheckpoint and parseCheckpoint agree on the published example', () => {
  assert.equal(formatCheckpoint(published), publishedText);
  assert.deepEqual(parseCheckpoint(publishedText), published);
});

test('parseCheckpoint keeps extension lines', () => {
  assert.deepEqual(parseCheckpoint(`${publishedText}one\ntwo\n`), {
    ...published,
    extensions: ['one', 'two'],
  });
  assert.equal(formatCheckpoint({ ...published, extensions: ['one'] }), `${publishedText}one\n`);
});

test('parseCheckpoint refuses other sizes, roots and line counts', () => {
  const texts = [
    '',
    '\n',
    'origin\n1\n',
    publishedText.slice(0, -1),
    publishedText.replace('20852163', '020852163'),
    publishedText.replace('20852163', '-1'),
    publishedText.replace('20852163', '1.0'),
    publishedText.replace('20852163', '9007199254740993'),
    publishedText.replace('CsUY', 'CsU'),
    publishedText.replace('xq2I=', 'xq2J='),
    `${publishedText}\n`,
    `\n${publishedText}`,
  ];
  for (const text of texts) assert.equal(parseCheckpoint(text), undefined, JSON.stringify(text));
});

test('formatCheckpoint refuses parts that would read back as something else', () => {
  const wrong: Checkpoint[] = [
    { ...published, origin: '' },
    { ...published, origin: 'a\nb' },
    { ...published, size: 0.5 },
    { ...published, root: published.root.subarray(1) },
    { ...published, extensions: [''] },
    { ...published, extensions: ['a\nb'] },
  ];
  for (const checkpoint of wrong)
    assert.throws(() => formatCheckpoint(checkpoint), { code: 'CHECKPOINT_INVALID' });
});

test('openCheckpoint gives back what signCheckpoint signed and refuses a changed size', () => {
  const note = signCheckpoint(published, [signer]);
  const opened = openCheckpoint(note, [signer.key], verifyEd25519);
  assert.deepEqual(opened, { status: 'verified', checkpoint: published, signedBy: [signer.key] });
  const changed = note.replace('20852163', '20852164');
  assert.equal(openCheckpoint(changed, [signer.key], verifyEd25519).status, 'badSignature');
});

test('openCheckpoint refuses a signed note that is no checkpoint', () => {
  const note = signNote('hello\n', [signer]);
  assert.equal(openCheckpoint(note, [signer.key], verifyEd25519).status, 'malformed');
});
