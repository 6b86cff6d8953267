import type { Datatype, Signature } from '@dividend/contracts/serving';
import { DividendError } from '@dividend/core/errors';
import type { ModelTensor, ModelTensors, TensorData } from '../models/onnx-model.ts';
import { datatypeTraits } from './datatypes.ts';

/** An output of the endpoint: `width` elements a row, row-major. */
export interface OutputColumn {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly width: number;
  readonly data: TensorData;
}

type SignatureOutput = Signature['outputs'][number];

/**
 * Takes the declared outputs out of the tensors of a model and checks them: a number that is not finite has no JSON form
 * and is no answer.
 *
 * @throws {DividendError} MODEL_OUTPUT_INVALID: the fault is the model's
 */
export function readOutputs(signature: Signature, tensors: ModelTensors, rows: number): OutputColumn[] {
  return signature.outputs.map((output) => {
    const tensor = tensors[output.onnxOutput];
    if (tensor === undefined) throw invalidOutput(output, `the model gave no '${output.onnxOutput}'`);
    if (tensor.type !== datatypeTraits[output.datatype].onnx) {
      throw invalidOutput(output, `'${output.onnxOutput}' is ${tensor.type}, not ${output.datatype}`);
    }
    if (tensor.dims[0] !== rows) {
      throw invalidOutput(output, `'${output.onnxOutput}' has ${tensor.dims[0] ?? 0} rows for ${rows}`);
    }
    return toColumn(output, tensor, rows);
  });
}

function toColumn(output: SignatureOutput, tensor: ModelTensor, rows: number): OutputColumn {
  const width = tensor.data.length / rows;
  const { column } = output;
  if (column !== undefined && column >= width) {
    throw invalidOutput(output, `column ${column} of '${output.onnxOutput}', which has ${width}`);
  }
  const data = column === undefined ? tensor.data : pickColumn(tensor.data, column, width, rows);
  checkFinite(output, data);
  return {
    name: output.name,
    datatype: output.datatype,
    shape: shapeOf(output, rows, tensor.dims),
    width: column === undefined ? width : 1,
    data,
  };
}

/** The declared shape where it fits what came, so that [rows] and [rows, 1] stay as declared. */
function shapeOf(output: SignatureOutput, rows: number, dims: readonly number[]): readonly number[] {
  const elements = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
  const declared = output.shape.map((size) => (size === -1 ? rows : size));
  if (output.column !== undefined) return declared;
  return elements(declared) === elements(dims) ? declared : dims;
}

function pickColumn(data: TensorData, column: number, width: number, rows: number): TensorData {
  const picked = data.slice(0, rows) as TensorData & Record<number, unknown>;
  for (let row = 0; row < rows; row++) picked[row] = data[row * width + column] as string | number | bigint;
  return picked;
}

function checkFinite(output: SignatureOutput, data: TensorData): void {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return;
  for (let index = 0; index < data.length; index++) {
    if (!Number.isFinite(data[index])) {
      throw invalidOutput(output, `the model gave ${data[index]} at element ${index}`);
    }
  }
}

function invalidOutput(output: SignatureOutput, reason: string): DividendError {
  return new DividendError('MODEL_OUTPUT_INVALID', 'internal', `Output '${output.name}': ${reason}`, {
    field: output.name,
  });
}
