import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { LedgerExportLine } from '@dividend/contracts/api';
import { createLedger, type Ledger } from '@dividend/server/ledger/index';
import type { Platform } from '@dividend/server/platform/platform';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { ExportUnreadable, readExport } from './read-export.ts';
import { verifyExport } from './verify-export.ts';

const folder = await mkdtemp(join(tmpdir(), 'dividend-export-'));
after(() => rm(folder, { recursive: true, force: true }));

/** A ledger that was signed twice, exported by the server itself. */
async function exportRealLedger(): Promise<{ lines: LedgerExportLine[]; publicKey: string; note: string }> {
  const platform = await createTestPlatform();
  const ledger = createLedger(platform);
  await ledger.start?.();
  for (let index = 0; index < 9; index++) await append(ledger, platform, `a${index}`);
  await ledger.verify();
  for (let index = 0; index < 4; index++) await append(ledger, platform, `b${index}`);
  const lines: LedgerExportLine[] = [];
  for await (const line of ledger.export()) lines.push(JSON.parse(line));
  const { publicKey, latestCheckpoint } = await ledger.status();
  await ledger.stop?.();
  return { lines, publicKey, note: latestCheckpoint?.note ?? '' };
}

const append = (ledger: Ledger, platform: Platform, model: string) =>
  platform.db
    .transaction()
    .execute((tx) =>
      ledger.append(tx, { type: 'model.registered', subject: `model/${model}`, data: { model } }),
    );

const real = await exportRealLedger();

async function* stream(lines: readonly LedgerExportLine[]): AsyncGenerator<LedgerExportLine> {
  yield* lines;
}

test('verifyExport accepts what the server exports, with the key from elsewhere and a kept checkpoint', async () => {
  const alone = await verifyExport(stream(real.lines));
  assert.deepEqual([alone.verified, alone.keyIsTrusted, alone.entries], [true, false, 14]);
  const { verified, signedEntries, checkpoints, keyIsTrusted } = await verifyExport(stream(real.lines), {
    trustedKey: real.publicKey,
    anchor: real.note,
  });
  assert.deepEqual([verified, keyIsTrusted, signedEntries], [true, true, 14]);
  assert.equal(checkpoints, 2);
});

type Change = (lines: LedgerExportLine[]) => LedgerExportLine[];
const isRecord = (seq: number) => (line: LedgerExportLine) => line.kind === 'record' && line.seq === seq;
const edit =
  (matches: (line: LedgerExportLine) => boolean, change: object): Change =>
  (lines) =>
    lines.map((line) => (matches(line) ? ({ ...line, ...change } as LedgerExportLine) : line));

const attacks: readonly (readonly [string, Change, RegExp])[] = [
  ['an edited entry', edit(isRecord(3), { entry: '{"actor":"somebody"}' }), /entryEdited/],
  ['an entry left out', (lines) => lines.filter((line) => !isRecord(5)(line)), /entryMissing.*exportCut/],
  ['the first entries left out', (lines) => lines.filter((line) => !isRecord(0)(line)), /headTruncated/],
  ['a file cut short', (lines) => lines.slice(0, -3), /tailTruncated.*exportCut/],
  [
    'two entries swapped',
    (lines) => lines.toSpliced(6, 2, lines[7] as never, lines[6] as never),
    /entryReordered/,
  ],
  [
    'a tail cut with all that speaks of it',
    (lines) => [
      ...edit((line) => line.kind === 'header', { size: 10 })(lines)
        .filter((line) => line.kind !== 'end' && !(line.kind === 'record' && line.seq >= 10))
        .filter((line) => line.kind !== 'checkpoint' || line.note.split('\n')[1] === '10'),
      { kind: 'end', records: 10, checkpoints: 1 },
    ],
    /tailTruncated/,
  ],
];
for (const [name, change, kinds] of attacks) {
  test(`verifyExport finds ${name}`, async () => {
    const result = await verifyExport(stream(change([...real.lines])), {
      trustedKey: real.publicKey,
      anchor: real.note,
    });
    assert.equal(result.verified, false);
    assert.match(result.problems.map(({ kind }) => kind).join(' '), kinds);
  });
}

test('verifyExport finds a ledger that another key made', async () => {
  const other = await exportRealLedger();
  const result = await verifyExport(stream(other.lines), { trustedKey: real.publicKey });
  assert.equal(result.verified, false);
  assert.match(result.problems.map(({ kind }) => kind).join(' '), /badSignature.*wrongKey/);
});

test('readExport refuses another file, naming the line', async () => {
  const file = join(folder, 'other.txt');
  await writeFile(file, '{"kind":"header","format":"x","ledger":"l","publicKey":"k","size":0}\nhello\n');
  await assert.rejects(
    async () => {
      for await (const line of readExport(file)) void line;
    },
    (error) => error instanceof ExportUnreadable && /Line 2/.test(error.message),
  );
});

test('main verifies a file as a program of its own, with exit codes', async () => {
  const file = join(folder, 'ledger.ndjson');
  const text = `${real.lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
  const run = (path: string, ...more: string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), path, ...more], { encoding: 'utf8' });
  await writeFile(file, text);
  const good = run(file, '--key', real.publicKey);
  assert.equal(good.status, 0, good.stderr);
  assert.equal(JSON.parse(good.stdout).verified, true);
  await writeFile(file, text.replace('model/a3', 'model/zz'));
  assert.equal(run(file).status, 1);
  assert.equal(run(join(folder, 'missing')).status, 2);
  assert.ok((await readFile(file, 'utf8')).length > 0);
});
