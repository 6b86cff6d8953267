import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { eventually } from '@dividend/testkit/eventually';
import {
  createRelease,
  createServingFixture,
  createSnapshot,
  isReady,
  type RunningServing,
  readFixture,
  type ServingFixture,
  stableArm,
} from './testing/serving-fixture.ts';

const repository = join(import.meta.dirname, '../../..');
const python = process.env.DIVIDEND_TEST_PYTHON ?? join(repository, '.venv/bin/python');
const script = join(import.meta.dirname, '../fixtures/triton_client.py');

let fixture: ServingFixture;
let serving: RunningServing;
before(async () => {
  fixture = await createServingFixture();
  const release = createRelease(fixture.control, 1, 'late-a.onnx');
  fixture.control.setSnapshot(createSnapshot([release], stableArm(1)));
  serving = await fixture.start();
  await eventually('serving is ready', () => isReady(serving));
});
after(() => fixture.close());

test('tritonclient reads metadata, configuration and predictions, and raises on errors', {
  skip: existsSync(python) ? false : `no Python at '${python}'; set DIVIDEND_TEST_PYTHON`,
}, async () => {
  const { stdout } = await promisify(execFile)(python, [script, new URL(serving.url).host]);
  const seen = JSON.parse(stdout);
  assert.equal(seen.live && seen.ready && seen.modelReady, true);
  assert.equal(seen.unknownReady, false);
  assert.deepEqual(seen.inputs, ['hour', 'weekday', 'distance']);
  assert.deepEqual(seen.configInputs, ['hour', 'weekday', 'distance']);
  assert.deepEqual(seen.index, [{ name: 'late', version: '1', state: 'READY', reason: '' }]);
  const expected = JSON.parse(readFixture('late-a.golden.json').toString()).outputs.probability as number[];
  for (const got of [seen.probabilities, seen.compressed, seen.withoutOutputs]) {
    assert.equal(got.length, expected.length);
    for (const [row, value] of expected.entries()) assert.ok(Math.abs(got[row] - value) < 1e-5, `row ${row}`);
  }
  assert.equal(seen.id, 'from-triton');
  assert.equal(seen.receipts, expected.length);
  assert.match(seen.wrongType, /Input 'hour': expected datatype FP32, got FP64/);
  assert.match(seen.unknown, /'early' is not served here/);
  assert.match(seen.binary, /binary_data=False/);
});
