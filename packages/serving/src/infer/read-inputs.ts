import type { Datatype, Signature, TensorSpec } from '@dividend/contracts/serving';
import { DividendError } from '@dividend/core/errors';
import type { ModelTensor } from '../models/onnx-model.ts';
import { datatypeTraits, type Scalar } from './datatypes.ts';
import { describeValue } from './invalid-request.ts';
import type { GivenTensor } from './parse-envelope.ts';

/** The values of one input, row-major; `width` elements a row. */
export interface InputColumn {
  readonly name: string;
  readonly width: number;
  readonly values: readonly Scalar[];
}

/** A request as a release takes it. */
export interface ModelInputs {
  readonly rows: number;
  readonly columns: readonly InputColumn[];
  readonly feeds: Readonly<Record<string, ModelTensor>>;
}

/**
 * Checks the tensors of a request against the signature of a release and lays them out for the model.
 *
 * @throws {DividendError} INVALID_INPUT naming the tensor, what was expected and what came; TOO_MANY_ROWS
 */
export function readInputs(
  signature: Signature,
  given: readonly GivenTensor[],
  maxRows: number,
): ModelInputs {
  const byName = matchNames(signature, given);
  let rows: number | undefined;
  const columns = signature.inputs.map((spec) => {
    const tensor = byName.get(spec.name) as GivenTensor;
    const found = checkShape(spec, tensor, maxRows);
    rows ??= found;
    if (found !== rows) {
      throw invalidInput(spec.name, `${rows} rows like '${signature.inputs[0]?.name}'`, `${found} rows`);
    }
    return { name: spec.name, width: widthOf(spec), values: readElements(spec, tensor) };
  });
  const rowCount = rows ?? 0;
  return { rows: rowCount, columns, feeds: layOut(signature, columns, rowCount) };
}

/** Elements of one row of a tensor. */
export function widthOf(spec: TensorSpec): number {
  return spec.shape.reduce((product, size) => (size === -1 ? product : product * size), 1);
}

/** Puts columns into the tensors of the model file: each its own, or side by side in one float32 matrix. */
export function layOut(
  signature: Signature,
  columns: readonly InputColumn[],
  rows: number,
): Record<string, ModelTensor> {
  if (signature.stackInto !== undefined) {
    return {
      [signature.stackInto]: { type: 'float32', data: stack(columns, rows), dims: [rows, columns.length] },
    };
  }
  return Object.fromEntries(
    columns.map((column, index) => {
      const spec = signature.inputs[index] as TensorSpec;
      const traits = datatypeTraits[spec.datatype as Datatype];
      const dims = spec.shape.map((size) => (size === -1 ? rows : size));
      return [column.name, { type: traits.onnx, data: traits.pack(column.values), dims }];
    }),
  );
}

function stack(columns: readonly InputColumn[], rows: number): Float32Array {
  const matrix = new Float32Array(rows * columns.length);
  columns.forEach(({ values }, offset) => {
    for (let row = 0; row < rows; row++) matrix[row * columns.length + offset] = Number(values[row]);
  });
  return matrix;
}

function matchNames(signature: Signature, given: readonly GivenTensor[]): Map<string, GivenTensor> {
  const byName = new Map(given.map((tensor) => [tensor.name, tensor]));
  const expected = new Set(signature.inputs.map((input) => input.name));
  const missing = signature.inputs.filter((input) => !byName.has(input.name)).map((input) => input.name);
  if (missing.length > 0) {
    throw invalidInput(
      missing[0] as string,
      'a tensor in the request',
      `no '${missing.slice(0, 20).join("', '")}'`,
    );
  }
  const unknown = given.find((tensor) => !expected.has(tensor.name));
  if (unknown !== undefined) {
    throw invalidInput(
      unknown.name,
      `one of '${[...expected].slice(0, 50).join("', '")}'`,
      'an unknown input',
    );
  }
  return byName;
}

/** Rows of a tensor whose shape fits: [n] and [n, 1] are one column, and stand for each other. */
function checkShape(spec: TensorSpec, tensor: GivenTensor, maxRows: number): number {
  if (tensor.datatype !== spec.datatype)
    throw invalidInput(spec.name, `datatype ${spec.datatype}`, tensor.datatype);
  const fits = isColumn(spec.shape)
    ? tensor.shape.length === 1 || (tensor.shape.length === 2 && tensor.shape[1] === 1)
    : tensor.shape.length === spec.shape.length &&
      spec.shape.every((size, axis) => size === -1 || size === tensor.shape[axis]);
  const rowAxis = spec.shape.indexOf(-1);
  const rows = rowAxis === -1 ? 1 : (tensor.shape[rowAxis] as number);
  if (!fits || rows === 0)
    throw invalidInput(spec.name, describeShape(spec), `shape [${tensor.shape.join(', ')}]`);
  if (rows > maxRows) {
    throw new DividendError(
      'TOO_MANY_ROWS',
      'too_large',
      `Input '${spec.name}' has ${rows} rows; send at most ${maxRows} in one request`,
      { field: spec.name },
    );
  }
  return rows;
}

function isColumn(shape: readonly number[]): boolean {
  return shape[0] === -1 && (shape.length === 1 || (shape.length === 2 && shape[1] === 1));
}

function describeShape(spec: TensorSpec): string {
  const shape = `shape [${spec.shape.map((size) => (size === -1 ? 'rows' : size)).join(', ')}]`;
  return isColumn(spec.shape)
    ? 'shape [rows] or [rows, 1] with at least one row'
    : `${shape} with at least one row`;
}

function readElements(spec: TensorSpec, tensor: GivenTensor): readonly Scalar[] {
  const count = tensor.shape.reduce((product, size) => product * size, 1);
  const flat = flatten(tensor, count);
  const traits = datatypeTraits[spec.datatype as Datatype];
  for (let index = 0; index < flat.length; index++) {
    const value = flat[index];
    if (!traits.accepts(value)) {
      throw invalidInput(`${spec.name}`, `${traits.expected} at element ${index}`, describeValue(value));
    }
  }
  if (flat.length !== count) {
    throw invalidInput(
      spec.name,
      `${count} elements for shape [${tensor.shape.join(', ')}]`,
      `${flat.length} elements`,
    );
  }
  return flat as readonly Scalar[];
}

/** Row-major elements of flat data, or of data nested exactly as the shape says. */
function flatten(tensor: GivenTensor, count: number): readonly unknown[] {
  if (!Array.isArray(tensor.data[0])) return tensor.data;
  const flat: unknown[] = [];
  const walk = (level: unknown, axis: number): void => {
    if (axis === tensor.shape.length) {
      flat.push(level);
      return;
    }
    if (!Array.isArray(level) || level.length !== tensor.shape[axis]) {
      throw invalidInput(
        tensor.name,
        `data nested as shape [${tensor.shape.join(', ')}]`,
        `${describeValue(level)} at depth ${axis}`,
      );
    }
    for (const item of level) walk(item, axis + 1);
  };
  walk(tensor.data, 0);
  if (flat.length !== count) throw invalidInput(tensor.name, `${count} elements`, `${flat.length} elements`);
  return flat;
}

function invalidInput(name: string, expected: string, got: string): DividendError {
  return new DividendError(
    'INVALID_INPUT',
    'invalid_argument',
    `Input '${name}': expected ${expected}, got ${got}`,
    {
      field: name,
    },
  );
}
