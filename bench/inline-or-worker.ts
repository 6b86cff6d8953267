// What one request costs stage by stage, and where a model should run: on the event loop, or in a worker thread.
//   node bench/inline-or-worker.ts [model.onnx columns]…
import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Signature } from '@dividend/contracts/serving';
import { parseEnvelope } from '@dividend/serving/infer/parse-envelope';
import { readInputs } from '@dividend/serving/infer/read-inputs';
import { createReceiptIssuer } from '@dividend/serving/infer/receipt-issuer';
import { createChunkFile } from '@dividend/serving/journal/chunk-file';
import { loadOnnxModel } from '@dividend/serving/models/onnx-model';
import { createWorkerLane } from '@dividend/serving/models/worker-lane';
import { printTable } from './print-table.ts';

const fixtures = join(import.meta.dirname, '../packages/serving/fixtures');
const given = process.argv.slice(2);
const models: (readonly [path: string, columns: number])[] = [[join(fixtures, 'late-a.onnx'), 3]];
for (let index = 0; index + 1 < given.length; index += 2)
  models.push([given[index] ?? '', Number(given[index + 1])]);

const folder = mkdtempSync(join(tmpdir(), 'bench-lanes-'));
const lane = createWorkerLane();
console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}\n`);

/** Median of single timings in microseconds, after a warm-up. */
async function time(work: () => unknown, runs: number): Promise<number> {
  for (let run = 0; run < runs / 4; run++) await work();
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const startedAt = performance.now();
    await work();
    times.push((performance.now() - startedAt) * 1000);
  }
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
}

function createSignature(columns: number): Signature {
  const inputs = Array.from({ length: columns }, (_, index) => ({
    name: `column${index}`,
    datatype: 'FP32' as const,
    shape: [-1],
  }));
  return {
    inputs,
    stackInto: 'X',
    outputs: [{ name: 'p', datatype: 'FP32', shape: [-1], onnxOutput: 'probabilities' }],
  };
}

async function measureLanes(path: string, columns: number): Promise<void> {
  const weights = readFileSync(path);
  const model = await loadOnnxModel(weights);
  const weightsDigest = `sha256:${createHash('sha256').update(weights).digest('hex')}`;
  const input = model.inputs[0]?.name ?? 'X';
  const rows: [string, number[]][] = [];
  for (const count of [1, 10, 100, 1000]) {
    const data = Float32Array.from({ length: count * columns }, (_, index) => (index * 7919) % 23);
    const feeds = { [input]: { type: 'float32' as const, data, dims: [count, columns] } };
    const job = { weightsDigest, weightsPath: path, feeds, outputNames: ['probabilities'], estimateMs: 1 };
    const inline = await time(() => model.run(feeds, ['probabilities']), count > 10 ? 300 : 3000);
    const worker = await time(() => lane.run(job, performance.now() + 10_000), count > 10 ? 300 : 3000);
    rows.push([`${count} rows`, [inline, worker]]);
  }
  console.log(`${path.split('/').at(-1)}, ${weights.byteLength} bytes, median µs a run`);
  printTable(['inline', 'worker'], rows);
  console.log('');
  await model.release();
}

async function measureStages(): Promise<void> {
  const model = await loadOnnxModel(readFileSync(join(fixtures, 'late-a.onnx')));
  const signature = createSignature(3);
  const tensors = signature.inputs.map(({ name }) => ({ name, datatype: 'FP32', shape: [1], data: [7] }));
  const body = Buffer.from(
    JSON.stringify({ parameters: { unit_id: 'u', event_time: '2001-03-04T05:06:07Z' }, inputs: tensors }),
  );
  const envelope = parseEnvelope(body);
  const inputs = readInputs(signature, envelope.inputs, 10);
  const issuer = createReceiptIssuer('a-secret-of-enough-length');
  const fields = { eventTimeMs: 1, releaseIndex: 1, rolloutIndex: 0, cohort: 'stable', score: 0.5 } as const;
  const chunk = createChunkFile(join(folder, 'chunk'), 'chunk');
  const line = `${'x'.repeat(600)}\n`;
  const key = Buffer.from('k');
  printTable(
    ['median µs'],
    [
      ['parse and check the JSON body', [await time(() => parseEnvelope(body), 5000)]],
      [
        'check tensors, build the matrix',
        [await time(() => readInputs(signature, envelope.inputs, 10), 5000)],
      ],
      ['run the model (one row)', [await time(() => model.run(inputs.feeds, ['probabilities']), 5000)]],
      ['sign a receipt', [await time(() => issuer.issue(fields), 5000)]],
      ['of which HMAC-SHA-256', [await time(() => createHmac('sha256', key).update(key).digest(), 5000)]],
      ['hand 600 bytes to the journal', [await time(() => chunk.append(line), 5000)]],
    ],
  );
  chunk.close();
}

try {
  for (const [path, columns] of models) await measureLanes(path, columns);
  await measureStages();
} finally {
  await lane.close();
  rmSync(folder, { recursive: true, force: true });
}
