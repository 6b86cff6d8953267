import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createClient } from '@dividend/sdk';

const main = join(import.meta.dirname, 'main.ts');
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dividend wrong input '));
  await writeFile(join(folder, 'empty'), '');
  await writeFile(join(folder, 'binary'), new Uint8Array([0, 1, 2, 255]));
  await writeFile(join(folder, 'large'), 'a'.repeat(3_000_000));
  await writeFile(join(folder, 'labels.csv'), 'receipt,label\nAQEB,1\n,0\n');
  await writeFile(join(folder, 'outside.csv'), 'receipt,label\nAQEB,1\n\nAQEC,1.5\n');
});

after(() => rm(folder, { recursive: true, force: true }));

/** Runs the command where no platform is: port 9 (discard) is closed to everything. */
function dividend(...args: string[]) {
  const environment = { PATH: process.env.PATH, DIVIDEND_URL: 'http://127.0.0.1:9' };
  return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
  });
}

const cases: readonly (readonly [exitCode: number, says: RegExp, ...args: string[]])[] = [
  [2, /unknown command 'stats'\n\(Did you mean status\?\)\nSee 'dividend --help'/, 'stats'],
  [2, /unknown option '--bogus'\nSee 'dividend ledger show --help'/, 'ledger', 'show', '--bogus'],
  [2, /missing required argument 'model'/, 'run'],
  [2, /'--param' takes name=value, got 'x'/, 'run', 'm', '--param', 'x'],
  [2, /'--url' must be an address .* is 'nowhere'/, 'status', '--url', 'nowhere'],
  [69, /No answer from http:\/\/127.0.0.1:9; start the platform/, 'status'],
  [66, /'none.yaml' cannot be taken: there is no such file/, 'apply', 'none.yaml'],
  [2, /'\.' cannot be taken: it is a folder/, 'apply', '.'],
  [2, /'empty' cannot be taken: it is empty/, 'apply', 'empty'],
  [2, /'binary' cannot be taken: it is not a text/, 'apply', 'binary'],
  [2, /'large' cannot be taken: it has 3000000 bytes, at most 1000000/, 'diff', 'large'],
  [2, /'--version' must be a whole number from 1 .*, is '-1'/, 'release', 'm', '--version', '-1'],
  [2, /'rol_x' is no rollout id/, 'approve', 'rol_x', '--reason', 'r'],
  [2, /'rol_x' is no rollout id/, 'rollback', 'rol_x', '--reason', 'r'],
  [2, /either a receipt and a label, or --file/, 'feedback', 'AQEB'],
  [2, /either a receipt and a label, or --file/, 'feedback', 'AQEB', '1', '--file', 'labels.csv'],
  [2, /The label given must be a number from 0 to 1, is '2'/, 'feedback', 'AQEB', '2'],
  [66, /'none.csv' cannot be taken: there is no such file/, 'feedback', '--file', 'none.csv'],
  [2, /Line 1 must be 'receipt,label'/, 'feedback', '--file', 'empty'],
  [2, /Line 3 must hold a receipt and a label, is ',0'/, 'feedback', '--file', 'labels.csv'],
  [2, /The label in line 4 must be a number from 0 to 1, is '1.5'/, 'feedback', '--file', 'outside.csv'],
  [2, /'binary' cannot be taken: it is not a text/, 'baseline', 'import', 'binary', '--model', 'm'],
  [2, /'--limit' must be a whole number from 1 to 1000, is 'all'/, 'ledger', 'show', '--limit', 'all'],
  [66, /'none' cannot be taken: there is no such file/, 'ledger', 'verify', '--file', 'none'],
  [
    2,
    /'binary' cannot be verified: Line 1 is not a line of a ledger export/,
    'ledger',
    'verify',
    '--file',
    'binary',
  ],
  [2, /'--port' must be a whole number from 0 to 65535, is 'x'/, 'up', '--port', 'x'],
  [2, /must differ, both are 17000/, 'up', '--port', '17000', '--serving-port', '17000'],
  [65, /home folder .*empty' cannot be used: a part of the path is a file/, 'up', '--home', 'empty'],
];

for (const [exitCode, says, ...args] of cases) {
  test(`dividend ${args.join(' ')}: says what is wrong, with exit code ${exitCode}`, () => {
    const { status, stderr, stdout } = dividend(...args);
    assert.match(stderr, says);
    assert.doesNotMatch(stderr + stdout, /^ {4}at /m);
    assert.equal(status, exitCode);
  });
}

test('dividend: with --json a wrong call is JSON on standard output', () => {
  const { status, stdout } = dividend('run', '--json');
  assert.equal(JSON.parse(stdout).error.code, 'USAGE');
  assert.equal(status, 2);
});

test('dividend: a server that is not Dividend is told apart', async () => {
  const server = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const overview = createClient({ url: `http://127.0.0.1:${port}` }).overview();
  await assert.rejects(overview, { code: 'ANSWER_UNREADABLE' });
  server.close();
});
