import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type LedgerEntry,
  ledgerEntryMaxBytes,
  parseCanonicalText,
  parseLedgerEntry,
  toCanonicalBytes,
  toCanonicalText,
} from './ledger-entry.ts';

const entry: LedgerEntry = {
  specversion: '1.0',
  id: '0198b2f4-promoted',
  source: '/control',
  type: 'rollout.promoted',
  subject: 'flights',
  time: '2026-11-21T03:37:00.000Z',
  actor: 'system',
  ledger: 'example.com/ledger',
  schemaversion: 1,
  data: { seconds: 12.5, replaced: null },
};

test('toCanonicalText is frozen: this text is what hashes of existing ledgers rest on', () => {
  assert.equal(
    toCanonicalText(entry),
    '{"actor":"system","data":{"replaced":null,"seconds":12.5},"id":"0198b2f4-promoted","ledger":"example.com/ledger","schemaversion":1,"source":"/control","specversion":"1.0","subject":"flights","time":"2026-11-21T03:37:00.000Z","type":"rollout.promoted"}',
  );
  assert.deepEqual(toCanonicalBytes(entry), new TextEncoder().encode(toCanonicalText(entry)));
});

test('parseCanonicalText gives back the entry', () => {
  assert.deepEqual(parseCanonicalText(toCanonicalText(entry)), entry);
});

test('parseCanonicalText refuses another spelling of the same entry', () => {
  assert.throws(() => parseCanonicalText(JSON.stringify(entry)), { code: 'CANONICAL_JSON_MISMATCH' });
});

test('parseLedgerEntry names the member that is wrong', () => {
  const wrong: readonly (readonly [string, unknown])[] = [
    ['specversion', '1.1'],
    ['id', ''],
    ['id', 'a b'],
    ['id', 'x'.repeat(129)],
    ['source', ''],
    ['source', 'a b'],
    ['type', 'promoted'],
    ['type', 'Rollout.promoted'],
    ['type', `a.${'b'.repeat(127)}`],
    ['subject', ''],
    ['subject', 'two\nlines'],
    ['subject', 'x'.repeat(513)],
    ['time', '2026-11-21T03:37:00Z'],
    ['time', '2026-11-21T03:37:00.000+00:00'],
    ['time', '2026-02-30T00:00:00.000Z'],
    ['time', '2026-11-21T24:00:00.000Z'],
    ['time', 1763696220000],
    ['actor', undefined],
    ['ledger', 'a ledger'],
    ['schemaversion', 0],
    ['schemaversion', '1'],
    ['data', null],
    ['data', []],
    ['hash', 'x'],
  ];
  for (const [field, value] of wrong) {
    assert.throws(() => parseLedgerEntry({ ...entry, [field]: value }), {
      code: 'LEDGER_ENTRY_INVALID',
      field,
    });
  }
  for (const value of [null, 'text', [entry], 1]) {
    assert.throws(() => parseLedgerEntry(value), { code: 'LEDGER_ENTRY_INVALID', field: 'entry' });
  }
});

test('parseLedgerEntry refuses data that JSON cannot hold', () => {
  const value = { ...entry, data: { ratio: Number.NaN } };
  assert.throws(() => parseLedgerEntry(value), { code: 'CANONICAL_JSON_UNSUPPORTED', field: '$.data.ratio' });
});

test('parseLedgerEntry counts bytes, not characters, against the limit', () => {
  const sized = (text: string) => ({ ...entry, data: { text } });
  const room = ledgerEntryMaxBytes - toCanonicalBytes(sized('')).length;
  assert.equal(toCanonicalBytes(parseLedgerEntry(sized('x'.repeat(room)))).length, ledgerEntryMaxBytes);
  assert.throws(() => parseLedgerEntry(sized('x'.repeat(room + 1))), { code: 'LEDGER_ENTRY_TOO_LARGE' });
  assert.throws(() => parseLedgerEntry(sized('€'.repeat(Math.ceil(room / 3) + 1))), {
    code: 'LEDGER_ENTRY_TOO_LARGE',
  });
});
