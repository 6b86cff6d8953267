import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { cohorts, decodeReceipt, encodeReceipt } from './index.ts';

const macUnder = (key: string) => (message: Uint8Array) => createHmac('sha256', key).update(message).digest();
const mac = macUnder('key');

const fields = fc.record({
  eventTimeMs: fc.nat({ max: 2 ** 48 - 1 }),
  releaseIndex: fc.nat({ max: 2 ** 32 - 1 }),
  rolloutIndex: fc.nat({ max: 2 ** 32 - 1 }),
  cohort: fc.constantFrom(...cohorts),
  score: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  nonce: fc.nat({ max: 2 ** 48 - 1 }),
});

test('decodeReceipt gives back what encodeReceipt was given, the score to 1/65535', () => {
  fc.assert(
    fc.property(fields, (given) => {
      const decoded = decodeReceipt(encodeReceipt(given, mac), mac);
      assert.ok(decoded);
      const { id: _id, score, ...rest } = decoded;
      const { score: givenScore, ...givenRest } = given;
      assert.deepEqual(rest, givenRest);
      if (givenScore === null) assert.equal(score, null);
      else assert.ok(Math.abs((score ?? Number.NaN) - givenScore) <= 0.5 / 65535 + Number.EPSILON);
    }),
  );
});

test('decodeReceipt refuses any change of one character and any other key', () => {
  const id = encodeReceipt(
    { eventTimeMs: 1, releaseIndex: 2, rolloutIndex: 3, cohort: 'canary', score: 0.5, nonce: 4 },
    mac,
  );
  assert.equal(decodeReceipt(id, macUnder('other')), undefined);
  for (let index = 0; index < id.length - 1; index++) {
    const other = id[index] === 'A' ? 'B' : 'A';
    assert.equal(decodeReceipt(id.slice(0, index) + other + id.slice(index + 1), mac), undefined);
  }
});

test('decodeReceipt refuses text that is no receipt', () => {
  for (const text of [
    '',
    'x',
    '=',
    'A'.repeat(43),
    'A'.repeat(44),
    '../../etc/passwd',
    '\u0000'.repeat(43),
  ]) {
    assert.equal(decodeReceipt(text, mac), undefined);
  }
});
