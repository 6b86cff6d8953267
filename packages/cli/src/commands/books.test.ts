import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { model, url } from '@dividend/server/value/fixtures/value-story';

const folder = await mkdtemp(join(tmpdir(), 'dividend-books-'));
after(() => rm(folder, { recursive: true, force: true }));
const exampleCsv = join(import.meta.dirname, '../../../../examples/flights/baseline.csv');

/** The command as a user runs it, against a server with a story in its ledger. */
function dividend(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../main.ts'), '--url', url, '--home', folder, ...args],
    { env: { ...process.env, NO_COLOR: '1' } },
  );
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    text.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    text.err += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...text })));
}

test('dora shows what is known, and says what is not', async () => {
  const { code, out } = await dividend('dora', model);
  assert.equal(code, 0);
  assert.match(out, /deployment frequency +0\.20 a day +not met +2 in 10\.0 days +100\.0 %/);
  assert.match(out, /lead time +3 h 30 min +met +2 of 2/);
  assert.match(out, /change fail rate +insufficient data \(2 of 3\) +– +2 of 3/);
  assert.match(out, /recovery time +1 h 30 min +not met/);
  assert.match(out, /drift lag +15 h 0 min/);
  const json = JSON.parse((await dividend('dora', model, '--json')).out);
  assert.equal(json.changeFailRate.value, null);
});

test('roi fails with 1 and names what is missing, until there is a baseline', async () => {
  const before = await dividend('roi', model, '--deployments-per-year', '50');
  assert.equal(before.code, 1);
  assert.match(before.out, /insufficient data; needed: a baseline/);

  const imported = await dividend('baseline', 'import', exampleCsv, '--model', model);
  assert.match(imported.out, /^imported 12 deployments for late, label example/);
  assert.match((await dividend('baseline', 'import', exampleCsv, '--model', model)).out, /^known before/);
  assert.match((await dividend('baseline', 'show', model)).out, /engineerTime +11\.0 h +USD 1,045\.00/);

  const { code, out } = await dividend('roi', model, '--deployments-per-year', '50', '--seed', '7');
  assert.equal(code, 0);
  assert.match(out, /engineerTime +USD 23\.75 ~ +USD 1,045\.00 +26 % +34 % +USD 1,021\.25/);
  assert.match(out, /documentation +not collected/);
  assert.match(out, /P10, P50, P90 of 10000 draws, seed 7/);
  assert.match(out, /net +USD [\d,.-]+ +USD [\d,.]+ +USD [\d,.]+/);
  assert.match(out, /left out: documentation: not known both before and after/);
});

const refused: readonly (readonly [string, readonly string[], number, RegExp])[] = [
  ['an unknown model', ['dora', 'nobody'], 66, /nobody/],
  ['a number that is none', ['roi', model, '--seed', 'seven'], 2, /'seven' is not a number/],
  [
    'a window that ends before it begins',
    ['dora', model, '--from', '2026-05-01', '--to', '2026-04-01'],
    2,
    /from/,
  ],
  ['a file that is not there', ['baseline', 'import', 'missing.csv', '--model', model], 66, /missing\.csv/],
  [
    'another kind of file',
    ['baseline', 'import', import.meta.filename, '--model', model],
    2,
    /line 1: the header/,
  ],
  ['a key without a file', ['ledger', 'verify', '--key', 'x'], 2, /go with --file/],
];
for (const [what, args, expected, message] of refused) {
  test(`the books refuse ${what}`, async () => {
    const { code, err } = await dividend(...args);
    assert.equal(code, expected, err);
    assert.match(err, message);
  });
}

test('ledger export and verify --file agree with the platform', async () => {
  const file = join(folder, 'ledger.ndjson');
  const { publicKey, origin } = JSON.parse((await dividend('ledger', 'status', '--json')).out);
  assert.equal((await dividend('ledger', 'export', file)).code, 0);
  const verified = await dividend('ledger', 'verify', '--file', file, '--key', publicKey);
  assert.equal(verified.code, 0, verified.err);
  assert.match(verified.out, /^verified \d+ entries, \d+ of them signed/);
  assert.match((await dividend('ledger', 'verify', '--file', file)).out, /the key came with the file/);
  const other = await dividend('ledger', 'verify', '--file', file, '--key', `${publicKey.slice(0, -4)}AAA=`);
  assert.notEqual(other.code, 0);
  assert.ok(origin.startsWith('dividend/led_'));
});
