import { DividendError } from '@dividend/core/errors';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Numbers, text or truth values as ONNX Runtime gives them, row-major. */
export type TensorData = Tensor.DataType;
export interface ModelTensor {
  readonly type: Tensor.Type;
  readonly data: TensorData;
  readonly dims: readonly number[];
}
export type ModelTensors = Readonly<Record<string, ModelTensor>>;

/** What a model file declares of one input or output. */
export interface DeclaredValue {
  readonly name: string;
  /** False for maps and sequences, such as the probabilities of a scikit-learn classifier converted with ZipMap. */
  readonly isTensor: boolean;
  readonly type: string | null;
  /** −1 where the dimension is open. */
  readonly shape: readonly number[] | null;
}

/** A model file ready to run. */
export interface OnnxModel {
  readonly inputs: readonly DeclaredValue[];
  readonly outputs: readonly DeclaredValue[];
  /** Runs the graph on the calling thread. @throws {DividendError} MODEL_FAILED */
  run(feeds: ModelTensors, outputNames: readonly string[]): Promise<ModelTensors>;
  release(): Promise<void>;
}

/**
 * Loads a model from bytes that were verified before. One thread and no spinning: the parallelism is that of requests,
 * and several sessions on few cores would fight. No memory arena: measured equally fast for one row, and memory goes back.
 *
 * @throws {DividendError} MODEL_UNREADABLE
 */
export async function loadOnnxModel(weights: Uint8Array, threads = 1): Promise<OnnxModel> {
  const session = await InferenceSession.create(weights, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    enableCpuMemArena: false,
    logSeverityLevel: 4,
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  }).catch((error: unknown) => {
    throw new DividendError('MODEL_UNREADABLE', 'failed_precondition', `Load model: ${toText(error)}`, {
      cause: error,
    });
  });
  return {
    inputs: session.inputMetadata.map(toDeclaredValue),
    outputs: session.outputMetadata.map(toDeclaredValue),
    run: async (feeds, outputNames) => {
      try {
        const tensors = Object.fromEntries(
          Object.entries(feeds).map(([name, { type, data, dims }]) => [name, new Tensor(type, data, dims)]),
        );
        return (await session.run(tensors, outputNames)) as unknown as ModelTensors;
      } catch (error) {
        throw new DividendError('MODEL_FAILED', 'internal', `Run model: ${toText(error)}`, { cause: error });
      }
    },
    release: () => session.release(),
  };
}

function toDeclaredValue(value: InferenceSession.ValueMetadata): DeclaredValue {
  if (!value.isTensor) return { name: value.name, isTensor: false, type: null, shape: null };
  const shape = value.shape.map((size) => (typeof size === 'number' ? size : -1));
  return { name: value.name, isTensor: true, type: value.type, shape };
}

function toText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
