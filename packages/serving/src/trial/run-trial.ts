import { readFile } from 'node:fs/promises';
import type { GoldenRows, Signature } from '@dividend/contracts/serving';
import { type ModelInputs, widthOf } from '../infer/read-inputs.ts';
import { type OutputColumn, readOutputs } from '../infer/read-outputs.ts';
import { findSignatureFault } from '../models/find-signature-fault.ts';
import { type DeclaredValue, loadOnnxModel, type OnnxModel } from '../models/onnx-model.ts';
import { readWarmup } from '../models/run-cost.ts';
import type { TrialRequest } from './parse-trial-request.ts';
import { readGolden } from './read-golden.ts';

/** The verdict on a model file. */
export interface TrialResult {
  readonly ok: boolean;
  readonly reason?: string;
  /** Largest absolute difference from the golden outputs; absent where they were not compared. */
  readonly maxDifference?: number;
  /** 0, like the two below, where the trial did not get that far. */
  readonly loadMs: number;
  /** At a hundred rows a run, on `threads` threads. */
  readonly rowsPerSecond: number;
  /** Growth of resident memory by load and first runs. */
  readonly residentBytes: number;
  /** What the file itself declares. */
  readonly inputs: readonly DeclaredValue[];
  readonly outputs: readonly DeclaredValue[];
}

const unmeasured = { loadMs: 0, rowsPerSecond: 0, residentBytes: 0, inputs: [], outputs: [] };

export function failTrial(error: unknown, measured: Partial<TrialResult> = {}): TrialResult {
  const reason = error instanceof Error ? error.message : String(error);
  return { ...unmeasured, ...measured, ok: false, reason };
}

/** Loads the model, checks what it declares against the signature, and runs the golden rows. */
export async function runTrial(request: TrialRequest): Promise<TrialResult> {
  const { signature, golden } = request;
  const weights = await readFile(request.weightsPath);
  const before = process.memoryUsage.rss();
  const startedAt = performance.now();
  const model = await loadOnnxModel(weights, request.threads ?? 1);
  const loadMs = round(performance.now() - startedAt);
  const declared = { ...unmeasured, loadMs, inputs: model.inputs, outputs: model.outputs };

  const fault = findSignatureFault(signature, model);
  if (fault !== undefined) return failTrial(fault, declared);
  try {
    const maxDifference = golden && (await compareGolden(model, signature, golden));
    const rowsPerSecond = await measureRows(model, signature, golden);
    const residentBytes = Math.max(0, process.memoryUsage.rss() - before);
    const measured = { ...declared, rowsPerSecond, residentBytes };
    if (golden === undefined || maxDifference === undefined) return { ok: true, ...measured };
    if (maxDifference <= golden.tolerance) return { ok: true, maxDifference, ...measured };
    const reason = `Golden outputs differ by up to ${maxDifference}, more than the tolerance ${golden.tolerance}`;
    return failTrial(reason, { maxDifference, ...measured });
  } catch (error) {
    return failTrial(error, declared);
  }
}

async function run(model: OnnxModel, signature: Signature, inputs: ModelInputs): Promise<OutputColumn[]> {
  const names = [...new Set(signature.outputs.map((output) => output.onnxOutput))];
  return readOutputs(signature, await model.run(inputs.feeds, names), inputs.rows);
}

/** @throws {DividendError} GOLDEN_INVALID, MODEL_FAILED, MODEL_OUTPUT_INVALID */
async function compareGolden(model: OnnxModel, signature: Signature, golden: GoldenRows): Promise<number> {
  const { inputs, expected } = readGolden(signature, golden);
  const outputs = await run(model, signature, inputs);
  let maxDifference = 0;
  for (const { name, data } of outputs) {
    const wanted = expected.get(name);
    if (wanted === undefined) continue;
    wanted.forEach((value, index) => {
      maxDifference = Math.max(maxDifference, Math.abs(Number(data[index]) - value));
    });
  }
  return maxDifference;
}

const measureRowCount = 100;
const measureMs = 200;

async function measureRows(
  model: OnnxModel,
  signature: Signature,
  golden: GoldenRows | undefined,
): Promise<number> {
  const repeated = Object.fromEntries(
    signature.inputs.map((spec) => {
      const values = golden?.inputs[spec.name] ?? [];
      const length = measureRowCount * widthOf(spec);
      return [
        spec.name,
        Array.from({ length }, (_, index) => values[index % Math.max(1, values.length)] ?? 0),
      ];
    }),
  );
  const inputs = readWarmup({ signature, warmup: golden === undefined ? {} : repeated });
  await run(model, signature, inputs);
  const startedAt = performance.now();
  let rows = 0;
  do {
    await run(model, signature, inputs);
    rows += inputs.rows;
  } while (performance.now() - startedAt < measureMs);
  return Math.round((rows * 1000) / (performance.now() - startedAt));
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
