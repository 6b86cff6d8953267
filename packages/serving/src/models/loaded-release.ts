import type { ServedRelease } from '@dividend/contracts/serving';
import { DividendError } from '@dividend/core/errors';
import type { ModelInputs } from '../infer/read-inputs.ts';
import { type OutputColumn, readOutputs } from '../infer/read-outputs.ts';
import { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts';
import { findSignatureFault } from './find-signature-fault.ts';
import type { ModelCache } from './model-cache.ts';
import { loadOnnxModel, type OnnxModel } from './onnx-model.ts';
import { measureRunCost, type RunCost } from './run-cost.ts';
import { deadlineExceeded, type WorkerLane } from './worker-lane.ts';

/** A release that can answer: loaded, checked against its signature, warm. */
export interface LoadedRelease {
  readonly release: ServedRelease;
  readonly breaker: CircuitBreaker;
  readonly cost: RunCost;
  /**
   * @param deadline on the clock of `performance.now()`
   * @throws {DividendError} MODEL_FAILED, MODEL_OUTPUT_INVALID, DEADLINE_EXCEEDED, LANE_FULL
   */
  run(inputs: ModelInputs, deadline: number): Promise<OutputColumn[]>;
  /** Frees the model once its last run has ended. */
  retire(): void;
}

/**
 * Longest run that may hold up the event loop, milliseconds. Measured: a hop to a worker thread turns a run of 6 µs into
 * one of 73 µs and is nothing beside a run of a millisecond; a run longer than this is felt by every other request.
 */
export const inlineLimitMs = 5;

/**
 * Loads and warms a release.
 *
 * @throws {DividendError} WEIGHTS_ALTERED, MODEL_UNREADABLE, SIGNATURE_MISMATCH, MODEL_FAILED, CONTROL_UNREACHABLE
 */
export async function loadRelease(
  release: ServedRelease,
  cache: ModelCache,
  lane: WorkerLane,
): Promise<LoadedRelease> {
  const model = await loadOnnxModel(await cache.load(release.weights.digest, release.weights.bytes));
  try {
    const fault = findSignatureFault(release.signature, model);
    if (fault !== undefined) throw new DividendError('SIGNATURE_MISMATCH', 'failed_precondition', fault);
    const cost = await measureRunCost(release, model);
    return createLoadedRelease(release, model, cost, cache, lane);
  } catch (error) {
    await model.release();
    throw error;
  }
}

function createLoadedRelease(
  release: ServedRelease,
  model: OnnxModel,
  cost: RunCost,
  cache: ModelCache,
  lane: WorkerLane,
): LoadedRelease {
  const { signature } = release;
  const outputNames = [...new Set(signature.outputs.map((output) => output.onnxOutput))];
  const weightsDigest = release.weights.digest;
  let runs = 0;
  let isRetired = false;

  const free = (): void => {
    if (!isRetired || runs > 0) return;
    lane.forget(weightsDigest);
    void model.release();
  };

  const runOnce = async (inputs: ModelInputs, deadline: number): Promise<OutputColumn[]> => {
    const estimateMs = cost.fixedMs + cost.perRowMs * inputs.rows;
    const tensors =
      estimateMs <= inlineLimitMs
        ? await model.run(inputs.feeds, outputNames)
        : await lane.run(
            {
              weightsDigest,
              weightsPath: cache.pathOf(weightsDigest),
              feeds: inputs.feeds,
              outputNames,
              estimateMs,
            },
            deadline,
          );
    if (performance.now() > deadline) throw deadlineExceeded();
    return readOutputs(signature, tensors, inputs.rows);
  };

  return {
    release,
    cost,
    breaker: createCircuitBreaker(),
    run: async (inputs, deadline) => {
      runs += 1;
      try {
        return await runOnce(inputs, deadline);
      } finally {
        runs -= 1;
        free();
      }
    },
    retire: () => {
      isRetired = true;
      free();
    },
  };
}
