import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import type { Signature } from '@dividend/contracts/serving';
import { lateSignature, readFixture } from './testing/serving-fixture.ts';
import type { TrialResult } from './trial/run-trial.ts';

const fixtures = join(import.meta.dirname, '../fixtures');
const golden = JSON.parse(readFixture('late-a.golden.json').toString());
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trial-test-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function runTrialProcess(request: unknown): Promise<TrialResult> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'trial-main.ts')], {
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(typeof request === 'string' ? request : JSON.stringify(request));
  const output = await text(child.stdout);
  assert.equal(output.split('\n').length, 2, 'one line');
  return JSON.parse(output) as TrialResult;
}

function tryModel(file: string, changes: { signature?: Signature; golden?: unknown } = {}) {
  return runTrialProcess({
    weightsPath: join(fixtures, file),
    signature: lateSignature,
    golden,
    threads: 1,
    ...changes,
  });
}

test('trial-main accepts a model that reproduces its golden rows, and measures it', async () => {
  const result = await tryModel('late-a.onnx');
  assert.equal(result.ok, true, result.reason);
  assert.ok((result.maxDifference ?? 1) <= 1e-5);
  assert.ok(result.loadMs > 0 && result.rowsPerSecond > 1000);
  assert.deepEqual(
    result.inputs.map(({ name, type, shape }) => ({ name, type, shape })),
    [{ name: 'X', type: 'float32', shape: [-1, 3] }],
  );
});

test('trial-main refuses a model that does not reproduce the golden rows', async () => {
  const result = await tryModel('late-b.onnx');
  assert.equal(result.ok, false);
  assert.ok((result.maxDifference ?? 0) > 1e-5);
  assert.match(result.reason ?? '', /Golden outputs differ/);
});

test('trial-main names an output that is a map, and what to do', async () => {
  const signature: Signature = {
    ...lateSignature,
    outputs: [
      { name: 'probability', datatype: 'FP32', shape: [-1], onnxOutput: 'output_probability', column: 1 },
    ],
  };
  const result = await tryModel('zipmap.onnx', { signature });
  assert.equal(result.ok, false);
  assert.match(result.reason ?? '', /'output_probability'.*ZipMap.*zipmap=False/);
  assert.equal(result.outputs.find(({ name }) => name === 'output_probability')?.isTensor, false);
});

test('trial-main names what the signature declares and the file does not have', async () => {
  const missing = { ...lateSignature, stackInto: 'Y' };
  assert.match(
    (await tryModel('late-a.onnx', { signature: missing })).reason ?? '',
    /stackInto names 'Y'.*'X'/,
  );
  const narrow = { ...lateSignature, inputs: lateSignature.inputs.slice(0, 2) };
  assert.match(
    (await tryModel('late-a.onnx', { signature: narrow })).reason ?? '',
    /'X' of the file has 3 columns, the signature stacks 2/,
  );
});

test('trial-main refuses golden rows of which the model makes no number', async () => {
  assert.match(
    (await tryModel('not-a-number.onnx')).reason ?? '',
    /Output 'probability': the model gave NaN/,
  );
});

test('trial-main names the golden column that is missing or uneven', async () => {
  const { hour, ...others } = golden.inputs;
  const missing = { ...golden, inputs: others };
  assert.match((await tryModel('late-a.onnx', { golden: missing })).reason ?? '', /Golden rows 'hour'/);
  const uneven = { ...golden, inputs: { ...others, hour: hour.slice(1) } };
  assert.match(
    (await tryModel('late-a.onnx', { golden: uneven })).reason ?? '',
    /Golden rows 'weekday'.*4 rows/,
  );
});

test('trial-main gives a reason for a file that is no model, is absent, or for no request at all', async () => {
  const garbage = join(folder, 'garbage.onnx');
  await writeFile(garbage, 'no model at all');
  const signature = lateSignature;
  const broken = await runTrialProcess({ weightsPath: garbage, signature });
  assert.equal(broken.ok, false);
  assert.match(broken.reason ?? '', /Load model/);
  assert.match(
    (await runTrialProcess({ weightsPath: join(folder, 'no'), signature })).reason ?? '',
    /ENOENT/,
  );
  assert.match((await runTrialProcess('{')).reason ?? '', /no JSON/);
  assert.match((await runTrialProcess({ signature })).reason ?? '', /weightsPath|Trial request/);
});
