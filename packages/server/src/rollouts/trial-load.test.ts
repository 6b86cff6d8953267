import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { flightGolden, flightSignature } from '../releases/fixtures/version-shelf.ts';
import { tryLoad } from './trial-load.ts';

const program = join(import.meta.dirname, 'fixtures/trial-program.ts');

async function trial(weights: string, timeoutMs?: number) {
  const folder = await mkdtemp(join(tmpdir(), 'dividend-trial-'));
  after(() => rm(folder, { recursive: true, force: true }));
  const weightsPath = join(folder, 'weights');
  await writeFile(weightsPath, weights);
  const request = { weightsPath, signature: flightSignature, golden: flightGolden, threads: 1 as const };
  return tryLoad(program, request, timeoutMs);
}

test('tryLoad gives what the program measured', async () => {
  const result = await trial('good');
  assert.equal(result.passed, true);
  assert.deepEqual(result.measured, { maxDifference: 0, loadMs: 5, rowsPerSecond: 1e5, residentBytes: 1e7 });
});

test('tryLoad says why a model does not pass, and hands the child no secret', async () => {
  process.env.DATABASE_URL = 'postgres://secret';
  after(() => delete process.env.DATABASE_URL);
  const result = await trial('wrong');
  assert.equal(result.passed, false);
  assert.equal(result.detail, 'differs by 0.5; secrets: none');
});

test('tryLoad outlives a crash, a program without an answer and one that never ends', async () => {
  assert.match((await trial('crash')).detail, /crashed its process \(SIGSEGV\)/);
  assert.match((await trial('exit')).detail, /ended with code 3 and no answer: not a model/);
  const hung = await trial('hang', 1500);
  assert.equal(hung.passed, false);
  assert.match(hung.detail, /not loaded and run within 1.5 s/);
});

test('tryLoad reports a program that is not there', async () => {
  const request = { weightsPath: '', signature: flightSignature, golden: flightGolden, threads: 1 as const };
  assert.match((await tryLoad('/nowhere/trial.ts', request)).detail, /ended with code 1 and no answer/);
});
