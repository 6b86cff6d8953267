import type { ServedRelease } from '@dividend/contracts/serving';
import { type InputColumn, layOut, type ModelInputs, widthOf } from '../infer/read-inputs.ts';
import { readOutputs } from '../infer/read-outputs.ts';
import type { OnnxModel } from './onnx-model.ts';

/** What a run takes: `fixedMs` + `perRowMs` × rows. */
export interface RunCost {
  readonly fixedMs: number;
  readonly perRowMs: number;
}

/** Runs after which the caches of processor and allocator are filled. */
const warmupRuns = 10;
/** Rows of the run that tells the cost of a row from the cost of a run. */
const manyRows = 200;
/** A model slower than this for a few rows is not run again and again on the event loop just to be measured. */
const patienceMs = 20;

/**
 * Runs the warm-up rows until they run at full speed, and measures.
 *
 * @throws {DividendError} MODEL_FAILED, MODEL_OUTPUT_INVALID where the release cannot answer its own warm-up rows
 */
export async function measureRunCost(release: ServedRelease, model: OnnxModel): Promise<RunCost> {
  const few = readWarmup(release);
  const fewMs = await measure(release, model, few);
  if (fewMs > patienceMs) return { fixedMs: fewMs, perRowMs: fewMs / few.rows };
  const manyMs = await measure(release, model, repeatRows(release, few, manyRows));
  const perRowMs = Math.max(0, (manyMs - fewMs) / Math.max(1, manyRows - few.rows));
  return { fixedMs: fewMs, perRowMs };
}

/** Fastest of some runs: what the machine did meanwhile is no property of the model. */
async function measure(release: ServedRelease, model: OnnxModel, inputs: ModelInputs): Promise<number> {
  const names = [...new Set(release.signature.outputs.map((output) => output.onnxOutput))];
  let fastestMs = Number.POSITIVE_INFINITY;
  for (let run = 0; run < warmupRuns; run++) {
    const startedAt = performance.now();
    const tensors = await model.run(inputs.feeds, names);
    const elapsedMs = performance.now() - startedAt;
    fastestMs = Math.min(fastestMs, elapsedMs);
    if (run === 0) readOutputs(release.signature, tensors, inputs.rows);
    if (elapsedMs > patienceMs) break;
  }
  return fastestMs;
}

/** The warm-up rows of a release as its model takes them; one row of zeros where it brings none. */
export function readWarmup(release: Pick<ServedRelease, 'signature' | 'warmup'>): ModelInputs {
  const { signature, warmup } = release;
  const columns: InputColumn[] = signature.inputs.map((spec) => {
    const width = widthOf(spec);
    const values = warmup[spec.name] ?? [];
    const zero = spec.datatype === 'BYTES' ? '' : 0;
    return { name: spec.name, width, values: values.length >= width ? values : new Array(width).fill(zero) };
  });
  const rows = Math.min(...columns.map(({ values, width }) => Math.floor(values.length / width)));
  return takeRows(signature, columns, rows, (row) => row);
}

function repeatRows(release: ServedRelease, inputs: ModelInputs, rows: number): ModelInputs {
  return takeRows(release.signature, inputs.columns, rows, (row) => row % inputs.rows);
}

function takeRows(
  signature: ServedRelease['signature'],
  columns: readonly InputColumn[],
  rows: number,
  source: (row: number) => number,
): ModelInputs {
  const taken = columns.map(({ name, width, values }) => ({
    name,
    width,
    values: Array.from(
      { length: rows * width },
      (_, index) => values[source(Math.floor(index / width)) * width + (index % width)] as number,
    ),
  }));
  return { rows, columns: taken, feeds: layOut(signature, taken, rows) };
}
