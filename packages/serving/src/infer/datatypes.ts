import type { Datatype } from '@dividend/contracts/serving';
import type { TensorData } from '../models/onnx-model.ts';

/** One element of a tensor as JSON carries it. */
export type Scalar = number | string | boolean;

interface DatatypeTraits {
  /** Name of the type in ONNX Runtime. */
  readonly onnx:
    | 'bool'
    | 'uint8'
    | 'uint16'
    | 'uint32'
    | 'uint64'
    | 'int8'
    | 'int16'
    | 'int32'
    | 'int64'
    | 'float32'
    | 'float64'
    | 'string';
  /** What a JSON value must be, for messages. */
  readonly expected: string;
  accepts(value: unknown): value is Scalar;
  /** Elements in the memory layout of the runtime. */
  pack(values: readonly Scalar[]): TensorData;
}

/** Largest float64 that rounds to a finite float32: halfway between the largest float32 and 2^128. */
const float32Limit = 2 ** 128 - 2 ** 103;

function isIntegerWithin(least: number, greatest: number) {
  return (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= greatest;
}

function integer(
  onnx: DatatypeTraits['onnx'],
  least: number,
  greatest: number,
  pack: DatatypeTraits['pack'],
): DatatypeTraits {
  return {
    onnx,
    expected: `an integer from ${least} to ${greatest}`,
    accepts: isIntegerWithin(least, greatest),
    pack,
  };
}

const numbers = (values: readonly Scalar[]) => values as readonly number[];
const bigints = (values: readonly Scalar[]) => numbers(values).map(BigInt);

/**
 * Rules of each datatype in a JSON body. 64-bit integers end where JSON numbers stop being exact (2^53 − 1): a larger one
 * would be answered for another value than the one sent.
 */
export const datatypeTraits: Readonly<Record<Datatype, DatatypeTraits>> = {
  BOOL: {
    onnx: 'bool',
    expected: 'true, false, 1 or 0',
    accepts: (value): value is Scalar => typeof value === 'boolean' || value === 0 || value === 1,
    pack: (values) => Uint8Array.from(values, Number),
  },
  UINT8: integer('uint8', 0, 2 ** 8 - 1, (values) => Uint8Array.from(numbers(values))),
  UINT16: integer('uint16', 0, 2 ** 16 - 1, (values) => Uint16Array.from(numbers(values))),
  UINT32: integer('uint32', 0, 2 ** 32 - 1, (values) => Uint32Array.from(numbers(values))),
  UINT64: integer('uint64', 0, Number.MAX_SAFE_INTEGER, (values) => BigUint64Array.from(bigints(values))),
  INT8: integer('int8', -(2 ** 7), 2 ** 7 - 1, (values) => Int8Array.from(numbers(values))),
  INT16: integer('int16', -(2 ** 15), 2 ** 15 - 1, (values) => Int16Array.from(numbers(values))),
  INT32: integer('int32', -(2 ** 31), 2 ** 31 - 1, (values) => Int32Array.from(numbers(values))),
  INT64: integer('int64', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, (values) =>
    BigInt64Array.from(bigints(values)),
  ),
  FP32: {
    onnx: 'float32',
    expected: 'a finite number within the range of float32',
    accepts: (value): value is number => typeof value === 'number' && Math.abs(value) < float32Limit,
    pack: (values) => Float32Array.from(numbers(values)),
  },
  FP64: {
    onnx: 'float64',
    expected: 'a finite number',
    accepts: (value): value is number => typeof value === 'number' && Number.isFinite(value),
    pack: (values) => Float64Array.from(numbers(values)),
  },
  BYTES: {
    onnx: 'string',
    expected: 'a text of whole characters',
    /** Half a surrogate pair has no UTF-8 form: the file of the prediction log that held one could not be read again. */
    accepts: (value): value is string => typeof value === 'string' && value.isWellFormed(),
    pack: (values) => values as string[],
  },
};
