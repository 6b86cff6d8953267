import type { Datatype, GoldenRows, Signature, TensorSpec } from '@dividend/contracts/serving';
import { DividendError } from '@dividend/core/errors';

/** Golden rows travel to each serving process and through staging; a thousand prove as much as a million. */
const maxGoldenRows = 1000;

/** Values of one row in a tensor of this shape: the product of its dimensions but the first. */
export function rowWidth(tensor: TensorSpec): number {
  return tensor.shape.slice(1).reduce((width, size) => width * Math.max(1, size), 1);
}

/** @throws {DividendError} SIGNATURE_INVALID where names clash, are unknown, or shapes cannot be honoured */
export function checkSignature(signature: Signature): void {
  rejectDuplicates('inputs', signature.inputs);
  rejectDuplicates('outputs', signature.outputs);
  for (const tensor of [...signature.inputs, ...signature.outputs]) {
    if (tensor.shape.slice(1).includes(-1)) {
      throw signatureError(tensor.name, `has a shape with a second open dimension; only the first may be -1`);
    }
  }
  if (signature.score !== undefined && !signature.outputs.some(({ name }) => name === signature.score)) {
    throw signatureError(signature.score, 'is named as the score, but is no output');
  }
  if (signature.stackInto === undefined) return;
  for (const input of signature.inputs) {
    if (rowWidth(input) !== 1 || input.datatype === 'BYTES') {
      throw signatureError(
        input.name,
        `cannot be stacked into '${signature.stackInto}'; it must be one number a row`,
      );
    }
  }
}

/** @throws {DividendError} GOLDEN_INVALID where the rows do not fit the signature */
export function checkGolden(signature: Signature, golden: GoldenRows): void {
  const rows = countRows(signature, golden);
  for (const input of signature.inputs) checkInput(input, golden.inputs[input.name], rows);
  for (const name of Object.keys(golden.inputs)) {
    if (!signature.inputs.some((input) => input.name === name))
      throw goldenError(`inputs.${name}`, 'is no input of the signature');
  }
  const outputs = Object.entries(golden.outputs);
  if (outputs.length === 0)
    throw goldenError('outputs', 'holds no output, so nothing could be compared; add at least one');
  for (const [name, values] of outputs) checkOutput(signature, name, values, rows);
}

function countRows(signature: Signature, golden: GoldenRows): number {
  const [first] = signature.inputs;
  if (first === undefined) throw goldenError('inputs', 'has no counterpart in the signature');
  const rows = (golden.inputs[first.name]?.length ?? 0) / rowWidth(first);
  if (Number.isInteger(rows) && rows >= 1 && rows <= maxGoldenRows) return rows;
  throw goldenError(`inputs.${first.name}`, `holds ${rows} rows; expected 1 to ${maxGoldenRows} whole rows`);
}

function checkInput(
  input: TensorSpec,
  values: readonly (number | string | boolean)[] | undefined,
  rows: number,
): void {
  const field = `inputs.${input.name}`;
  const expected = rows * rowWidth(input);
  if (values?.length !== expected)
    throw goldenError(field, `holds ${values?.length ?? 'no'} values; expected ${expected}`);
  const wrong = values.findIndex((value) => typeof value !== jsonTypeOf(input.datatype));
  if (wrong >= 0) {
    throw goldenError(
      `${field}[${wrong}]`,
      `must be a ${jsonTypeOf(input.datatype)} (${input.datatype}), is '${values[wrong]}'`,
    );
  }
}

function checkOutput(signature: Signature, name: string, values: readonly number[], rows: number): void {
  const output = signature.outputs.find((candidate) => candidate.name === name);
  if (output === undefined) throw goldenError(`outputs.${name}`, 'is no output of the signature');
  const expected = rows * rowWidth(output);
  if (values.length !== expected)
    throw goldenError(`outputs.${name}`, `holds ${values.length} values; expected ${expected}`);
}

function jsonTypeOf(datatype: Datatype): 'string' | 'boolean' | 'number' {
  if (datatype === 'BYTES') return 'string';
  return datatype === 'BOOL' ? 'boolean' : 'number';
}

function rejectDuplicates(kind: string, tensors: readonly TensorSpec[]): void {
  const names = new Set<string>();
  for (const { name } of tensors) {
    if (names.has(name)) throw signatureError(name, `occurs twice in ${kind}`);
    names.add(name);
  }
}

function signatureError(name: string, problem: string): DividendError {
  return new DividendError(
    'SIGNATURE_INVALID',
    'failed_precondition',
    `The signature of the release is not usable: '${name}' ${problem}`,
    {
      field: `signature.${name}`,
    },
  );
}

function goldenError(field: string, problem: string): DividendError {
  return new DividendError(
    'GOLDEN_INVALID',
    'failed_precondition',
    `The golden rows of the release do not fit its signature: '${field}' ${problem}`,
    { field: `golden.${field}` },
  );
}
