import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Sha256, toBase64, toHex, toUtf8 } from './bytes.ts';
import { signCheckpoint } from './checkpoint.ts';
import { chainHash, genesisHash } from './hash-chain.ts';
import { toCanonicalText } from './ledger-entry.ts';
import { leafHash, merkleRoot } from './merkle-tree.ts';
import { createNoteKey, type VerifyEd25519 } from './signed-note.ts';
import {
  LedgerVerifier,
  type LedgerVerifierOptions,
  maxReportedProblems,
  type SealedRecord,
  verifyLedger,
} from './verify-ledger.ts';

const ledger = 'example.com/ledger';
const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();

function createSigner(name = ledger) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const rawKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const key = createNoteKey(sha256, name, rawKey);
  return { key, publicKey, sign: (message: Uint8Array) => sign(null, message, privateKey) };
}

const signer = createSigner();
const stranger = createSigner();
const verifySignature: VerifyEd25519 = (rawKey, message, signature) => {
  const known = [signer, stranger].find(({ key }) => Buffer.compare(key.publicKey, rawKey) === 0);
  return known !== undefined && verify(null, message, known.publicKey, signature);
};

const entryText = (index: number, changes: Record<string, unknown> = {}) =>
  toCanonicalText({
    specversion: '1.0',
    id: `entry-${index}`,
    source: '/control',
    type: 'run.finished',
    subject: 'flights',
    time: '2026-11-21T03:37:00.000Z',
    actor: 'system',
    ledger,
    schemaversion: 1,
    data: { index },
    ...changes,
  });

/** Seals texts as the sealer does; an attacker who holds the database, but no signing key, can do the same. */
function seal(texts: readonly string[], ofLedger = ledger): SealedRecord[] {
  let previous = genesisHash(sha256, ofLedger);
  return texts.map((entry, seq) => {
    const leaf = leafHash(sha256, toUtf8(entry));
    const chain = chainHash(sha256, previous, leaf);
    const record = { seq, entry, leafHash: toHex(leaf), prevHash: toHex(previous), chainHash: toHex(chain) };
    previous = chain;
    return record;
  });
}

const rootOf = (records: readonly SealedRecord[], size: number) =>
  merkleRoot(
    sha256,
    records.slice(0, size).map(({ leafHash: hash }) => Buffer.from(hash, 'hex')),
  );
const checkpointOf = (records: readonly SealedRecord[], size: number, by = signer, origin = ledger) =>
  signCheckpoint({ origin, size, root: rootOf(records, size), extensions: [] }, [by]);

const texts = Array.from({ length: 12 }, (_, index) => entryText(index));
const honest = seal(texts);
const kept = (note: string, anchor: string | null = null) => ({ note, anchor });
const options: LedgerVerifierOptions = {
  ledger,
  sha256,
  verifySignature,
  trustedKeys: [signer.key],
  checkpoints: [kept(checkpointOf(honest, 4), 'bucket'), kept(checkpointOf(honest, 10))],
};
const withoutCheckpoints = { ...options, checkpoints: [] };

const at = (index: number): SealedRecord => {
  const record = honest[index];
  assert.ok(record);
  return record;
};
const found = (records: Iterable<SealedRecord>, given: Partial<LedgerVerifierOptions> = {}) => {
  const report = verifyLedger(records, { ...options, ...given });
  assert.equal(report.integrity, report.problemCount === 0 ? 'intact' : 'broken');
  assert.equal(report.position === null, report.integrity === 'broken');
  return report.problems.map(({ kind, seq }) => [kind, seq]);
};

test('verifyLedger finds an honest ledger intact, and tells signed and anchored entries apart', () => {
  const report = verifyLedger(honest, { ...options, expectedSize: 12 });
  assert.equal(report.integrity, 'intact');
  assert.deepEqual(report.problems, []);
  assert.deepEqual([report.from, report.size, report.signedSize, report.anchoredSize], [0, 12, 10, 4]);
  assert.deepEqual(report.checkpoints, { verified: 2, failed: 0, notCheckable: 0 });
  assert.equal(report.root, toBase64(rootOf(honest, 12)));
});

test('verifyLedger finds an empty ledger intact, and one that should not be empty truncated', () => {
  assert.deepEqual(found([], withoutCheckpoints), []);
  assert.deepEqual(found([]), [['tailTruncated', 0]]);
  assert.deepEqual(
    found(honest, { checkpoints: [kept(checkpointOf(honest, 0)), kept(checkpointOf(honest, 12))] }),
    [],
  );
});

test('verifyLedger names an edited entry', () => {
  const edited = honest.with(5, { ...at(5), entry: entryText(5, { data: { index: 55 } }) });
  assert.deepEqual(found(edited), [['entryEdited', 5]]);
});

test('verifyLedger names an edited entry whose leaf hash was adjusted', () => {
  const entry = entryText(5, { actor: 'somebody else' });
  const edited = honest.with(5, { ...at(5), entry, leafHash: toHex(leafHash(sha256, toUtf8(entry))) });
  assert.deepEqual(found(edited), [
    ['entryEdited', 5],
    ['checkpointInconsistent', 9],
  ]);
});

test('verifyLedger names the broken link after an edit whose own hashes were all adjusted', () => {
  const entry = entryText(5, { actor: 'somebody else' });
  const leaf = leafHash(sha256, toUtf8(entry));
  const chain = chainHash(sha256, Buffer.from(at(5).prevHash, 'hex'), leaf);
  const edited = honest.with(5, { ...at(5), entry, leafHash: toHex(leaf), chainHash: toHex(chain) });
  assert.deepEqual(found(edited, withoutCheckpoints), [['linkBroken', 6]]);
});

test('verifyLedger names a rewritten history that is consistent in itself, by the signed root', () => {
  const rewritten = seal(texts.with(2, entryText(2, { data: { index: 'forged' } })));
  assert.deepEqual(found(rewritten, withoutCheckpoints), []);
  const report = verifyLedger(rewritten, options);
  assert.deepEqual(
    report.problems.map(({ kind, seq }) => [kind, seq]),
    [
      ['checkpointInconsistent', 3],
      ['checkpointInconsistent', 9],
    ],
  );
  assert.deepEqual([report.signedSize, report.anchoredSize, report.checkpoints.failed], [0, 0, 2]);
});

test('verifyLedger names deleted entries as a range', () => {
  assert.deepEqual(found(honest.filter(({ seq }) => seq !== 5)), [['entryMissing', 5]]);
  const report = verifyLedger(
    honest.filter(({ seq }) => seq < 5 || seq > 7),
    options,
  );
  assert.deepEqual(report.problems, [{ kind: 'entryMissing', seq: 5, detail: 'Entries 5 to 7 are missing' }]);
  assert.deepEqual([report.root, report.signedSize, report.checkpoints.notCheckable], [null, 4, 1]);
});

test('verifyLedger names a deletion that was renumbered', () => {
  const renumbered = honest.filter(({ seq }) => seq !== 5).map((record, seq) => ({ ...record, seq }));
  assert.deepEqual(found(renumbered, withoutCheckpoints), [['linkBroken', 5]]);
});

test('verifyLedger names an inserted entry', () => {
  const forged = seal([...texts.slice(0, 5), entryText(99)]).at(-1);
  assert.ok(forged);
  const inserted = [...honest.slice(0, 5), forged, ...honest.slice(5)].map((record, seq) => ({
    ...record,
    seq,
  }));
  assert.deepEqual(found(inserted, withoutCheckpoints), [['linkBroken', 6]]);
});

test('verifyLedger names reordered entries, the first ones included', () => {
  assert.deepEqual(found([...honest.slice(0, 5), at(6), at(5), ...honest.slice(7)]), [['entryReordered', 5]]);
  assert.deepEqual(found([at(1), at(0), ...honest.slice(2)]), [['entryReordered', 0]]);
  const renumbered = honest.with(5, { ...at(6), seq: 5 }).with(6, { ...at(5), seq: 6 });
  assert.deepEqual(found(renumbered, withoutCheckpoints), [
    ['linkBroken', 5],
    ['linkBroken', 6],
    ['linkBroken', 7],
  ]);
});

test('verifyLedger names a duplicated entry', () => {
  assert.deepEqual(found([...honest.slice(0, 6), at(5), ...honest.slice(6)]), [['entryDuplicated', 5]]);
  assert.deepEqual(found([...honest, at(3)]), [['entryDuplicated', 3]]);
});

test('verifyLedger names a truncated head, renumbered or not', () => {
  assert.deepEqual(found(honest.slice(3)), [['headTruncated', 0]]);
  const renumbered = honest.slice(3).map((record, seq) => ({ ...record, seq }));
  assert.deepEqual(found(renumbered, withoutCheckpoints), [['headTruncated', 0]]);
});

test('verifyLedger names a truncated tail by the last checkpoint or the expected size', () => {
  assert.deepEqual(found(honest.slice(0, 9)), [['tailTruncated', 9]]);
  assert.deepEqual(found(honest.slice(0, 11)), []); // entry 11 was never signed: nothing shows that it is gone …
  assert.deepEqual(found(honest.slice(0, 11), { expectedSize: 12 }), [['tailTruncated', 11]]); // … but a seal count
});

test('verifyLedger names a checkpoint with a wrong signature or of an unknown key', () => {
  const changed = checkpointOf(honest, 10).replace('\n10\n', '\n11\n');
  assert.deepEqual(found(honest, { checkpoints: [kept(changed)] }), [['badSignature', null]]);
  const foreign = checkpointOf(honest, 10, stranger);
  assert.deepEqual(found(honest, { checkpoints: [kept(foreign)] }), [['badSignature', null]]);
  assert.deepEqual(found(honest, { checkpoints: [kept('not a note')] }), [['checkpointMalformed', null]]);
});

test('verifyLedger names two signed checkpoints of one size with different roots', () => {
  const fork = seal(texts.with(9, entryText(99)));
  const checkpoints = [kept(checkpointOf(honest, 10)), kept(checkpointOf(fork, 10), 'auditor')];
  assert.deepEqual(found(honest, { checkpoints }), [['checkpointInconsistent', null]]);
});

test('verifyLedger names entries and checkpoints of another ledger', () => {
  const other = 'example.com/other';
  const foreign = seal(
    texts.map((_, index) => entryText(index, { ledger: other })),
    other,
  );
  const kinds = new Set(found(foreign, withoutCheckpoints).map(([kind]) => kind));
  assert.deepEqual([...kinds], ['wrongLedger']);
  const passedOff = seal(texts, other);
  assert.deepEqual(found(passedOff, withoutCheckpoints), [['headTruncated', 0]]);
  const checkpoints = [kept(checkpointOf(honest, 10, signer, other))];
  assert.deepEqual(found(honest, { checkpoints }), [['wrongLedger', null]]);
});

test('verifyLedger names records that are no entries', () => {
  const malformed = seal(texts.with(5, '{"b":1,"a":2}'));
  assert.deepEqual(found(malformed, withoutCheckpoints), [['entryMalformed', 5]]);
  const unreadable = honest.with(5, { ...at(5), leafHash: 'zz' });
  assert.deepEqual(found(unreadable, withoutCheckpoints), [
    ['entryMalformed', null],
    ['entryMissing', 5],
  ]);
});

test('verifyLedger bounds the findings it keeps and counts them all', () => {
  const many = Array.from({ length: maxReportedProblems + 5 }, () => at(0));
  const report = verifyLedger([...honest, ...many], options);
  assert.equal(report.problems.length, maxReportedProblems);
  assert.equal(report.problemCount, maxReportedProblems + 5);
});

test('LedgerVerifier goes on from the position it reached, and finds what comes after', () => {
  const first = verifyLedger(honest.slice(0, 7), {
    ...options,
    checkpoints: [kept(checkpointOf(honest, 4))],
  });
  assert.ok(first.position);
  const second = verifyLedger(honest.slice(7), { ...options, from: first.position });
  assert.equal(second.integrity, 'intact');
  assert.deepEqual([second.from, second.size, second.signedSize, second.anchoredSize], [7, 12, 10, 0]);
  assert.deepEqual(second.checkpoints, { verified: 1, failed: 0, notCheckable: 1 });
  const from = first.position;
  assert.deepEqual(found(honest.slice(8), { from }), [['entryMissing', 7]]);
  const rewritten = seal(texts.with(2, entryText(99)));
  assert.deepEqual(found(rewritten.slice(7), { from, checkpoints: [] }), [['linkBroken', 7]]);
});

test('LedgerVerifier finish can be called between records', () => {
  const verifier = new LedgerVerifier(withoutCheckpoints);
  for (const [index, record] of honest.entries()) {
    assert.equal(verifier.finish().size, index);
    verifier.add(record);
  }
  assert.equal(verifier.finish().integrity, 'intact');
});

test('verifyLedger finds any single change of any stored field', () => {
  const field = fc.constantFrom('entry', 'leafHash', 'prevHash', 'chainHash') as fc.Arbitrary<
    'entry' | 'leafHash' | 'prevHash' | 'chainHash'
  >;
  fc.assert(
    fc.property(fc.nat({ max: 11 }), field, fc.nat(), (index, name, position) => {
      const record = at(index);
      const text = record[name];
      const place = position % text.length;
      const changed = `${text.slice(0, place)}${text[place] === 'a' ? 'b' : 'a'}${text.slice(place + 1)}`;
      const report = verifyLedger(honest.with(index, { ...record, [name]: changed }), withoutCheckpoints);
      assert.equal(report.integrity, 'broken');
    }),
  );
});
