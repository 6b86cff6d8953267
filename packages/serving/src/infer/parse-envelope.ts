import { DividendError } from '@dividend/core/errors';
import { parseEventTime } from './event-time.ts';
import { invalidRequest } from './invalid-request.ts';
import { findNonFiniteToken, parseJsonBody } from './parse-json-body.ts';

/** A tensor as the caller wrote it; its elements are judged against a release later. */
export interface GivenTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly data: readonly unknown[];
}

/** What a request says before it is known which release answers. */
export interface InferEnvelope {
  readonly id: string | undefined;
  readonly unitId: string | undefined;
  readonly eventTimeMs: number | undefined;
  readonly inputs: readonly GivenTensor[];
  /** Names asked for; undefined: all. */
  readonly outputs: readonly string[] | undefined;
}

const maxNameLength = 256;
const maxTensors = 2000;

/** @throws {DividendError} INVALID_REQUEST, naming the field, what was expected and what came */
export function parseEnvelope(body: Buffer): InferEnvelope {
  const text = body.toString('utf8');
  const parsed = parseJsonBody(text);
  if (parsed === undefined) throw describeUnreadable(text);
  const request = toObject(parsed, 'body');
  const parameters = request.parameters === undefined ? {} : toObject(request.parameters, 'parameters');
  return {
    id: parseText(request.id, 'id'),
    unitId: parseText(parameters.unit_id, 'parameters.unit_id'),
    eventTimeMs: parseEventTime(parameters.event_time),
    inputs: parseInputs(request.inputs),
    outputs: parseOutputs(request.outputs),
  };
}

/** Python writes NaN and Infinity, which are no JSON: the message names the token and the tensor it is in. */
function describeUnreadable(text: string): DividendError {
  const found = findNonFiniteToken(text);
  const message =
    found === undefined
      ? 'Body must be a JSON object, nested at most 32 levels; it could not be read'
      : `Body holds ${found.token}${found.input === undefined ? '' : ` in input '${found.input}'`}; every number must be finite`;
  return new DividendError('INVALID_REQUEST', 'invalid_argument', message, { field: found?.input ?? 'body' });
}

function parseInputs(value: unknown): GivenTensor[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > maxTensors) {
    throw invalidRequest('inputs', `an array of 1 to ${maxTensors} tensors`, value);
  }
  const names = new Set<string>();
  return value.map((item, index) => {
    const tensor = parseInput(item, `inputs[${index}]`);
    if (names.has(tensor.name)) {
      throw invalidRequest(`inputs[${index}].name`, 'a name not used by another input', tensor.name);
    }
    names.add(tensor.name);
    return tensor;
  });
}

function parseInput(value: unknown, field: string): GivenTensor {
  const tensor = toObject(value, field);
  const name = parseText(tensor.name, `${field}.name`);
  if (name === undefined || name === '')
    throw invalidRequest(`${field}.name`, 'the name of an input', tensor.name);
  if (hasBinaryData(tensor.parameters)) {
    throw invalidRequest(
      `${field}.parameters.binary_data_size`,
      `absent (send input '${name}' as JSON; tritonclient: binary_data=False)`,
      'binary data',
    );
  }
  if (typeof tensor.datatype !== 'string') {
    throw invalidRequest(`${field}.datatype`, `the datatype of input '${name}'`, tensor.datatype);
  }
  if (!isShape(tensor.shape)) {
    throw invalidRequest(
      `${field}.shape`,
      `the dimensions of input '${name}' as integers from 0`,
      tensor.shape,
    );
  }
  if (!Array.isArray(tensor.data)) {
    throw invalidRequest(`${field}.data`, `the elements of input '${name}' as an array`, tensor.data);
  }
  return { name, shape: tensor.shape, datatype: tensor.datatype.slice(0, 20), data: tensor.data };
}

function parseOutputs(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.length > maxTensors) {
    throw invalidRequest('outputs', `an array of at most ${maxTensors} outputs`, value);
  }
  if (value.length === 0) return undefined;
  return value.map((item, index) => {
    const name = parseText(toObject(item, `outputs[${index}]`).name, `outputs[${index}].name`);
    if (name === undefined) throw invalidRequest(`outputs[${index}].name`, 'the name of an output', name);
    return name;
  });
}

function parseText(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value.length <= maxNameLength && value.isWellFormed()) return value;
  throw invalidRequest(field, `a text of at most ${maxNameLength} whole characters`, value);
}

function toObject(value: unknown, field: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw invalidRequest(field, 'an object', value);
}

function isShape(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= 8 &&
    value.every((size) => Number.isSafeInteger(size) && size >= 0)
  );
}

function hasBinaryData(parameters: unknown): boolean {
  return typeof parameters === 'object' && parameters !== null && 'binary_data_size' in parameters;
}
