import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { commitSalted, verifyCommitment } from './salted-commitment.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const salt = new Uint8Array(32).map((_, index) => index);
const opening = { salt, field: 'person.email', value: 'ada@example.com' };

test('commitSalted is SHA-256 of format, salt and canonical field and value', () => {
  const expected = createHash('sha256')
    .update('dividend commitment v1\n')
    .update(salt)
    .update('{"field":"person.email","value":"ada@example.com"}')
    .digest('hex');
  assert.deepEqual(commitSalted(sha256, salt, 'person.email', 'ada@example.com'), {
    algorithm: 'salted-sha256-v1',
    commitment: expected,
  });
});

test('verifyCommitment accepts value and salt, and refuses any other value, field or salt', () => {
  const commitment = commitSalted(sha256, salt, opening.field, opening.value);
  assert.ok(verifyCommitment(sha256, commitment, opening));
  assert.equal(verifyCommitment(sha256, commitment, { ...opening, value: 'bob@example.com' }), false);
  assert.equal(verifyCommitment(sha256, commitment, { ...opening, field: 'person.name' }), false);
  assert.equal(verifyCommitment(sha256, commitment, { ...opening, salt: salt.toReversed() }), false);
  assert.equal(verifyCommitment(sha256, { ...commitment, commitment: 'zz' }, opening), false);
});

test('commitSalted refuses a short salt', () => {
  assert.throws(() => commitSalted(sha256, salt.subarray(16), 'a', 'b'), { code: 'COMMITMENT_SALT_INVALID' });
});
