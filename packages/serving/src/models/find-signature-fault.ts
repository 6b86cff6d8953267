import type { Signature } from '@dividend/contracts/serving';
import { datatypeTraits } from '../infer/datatypes.ts';
import type { DeclaredValue } from './onnx-model.ts';

interface DeclaredModel {
  readonly inputs: readonly DeclaredValue[];
  readonly outputs: readonly DeclaredValue[];
}

/** Says why a signature does not fit a model file; undefined where it does. */
export function findSignatureFault(signature: Signature, model: DeclaredModel): string | undefined {
  return (
    findDuplicate('input', signature.inputs) ??
    findDuplicate('output', signature.outputs) ??
    (signature.stackInto === undefined
      ? findInputFault(signature, model)
      : findStackFault(signature, signature.stackInto, model)) ??
    findOutputFault(signature, model) ??
    findScoreFault(signature)
  );
}

function findDuplicate(kind: string, tensors: readonly { name: string }[]): string | undefined {
  const names = tensors.map((tensor) => tensor.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : `Signature declares ${kind} '${twice}' twice`;
}

function findStackFault(signature: Signature, name: string, model: DeclaredModel): string | undefined {
  const target = model.inputs.find((input) => input.name === name);
  if (target === undefined)
    return `stackInto names '${name}'; the file has inputs ${listNames(model.inputs)}`;
  if (model.inputs.length > 1) return `stackInto fills one input; the file has ${listNames(model.inputs)}`;
  if (target.type !== 'float32' || target.shape?.length !== 2) {
    return `stackInto needs a two-dimensional float32 input; '${name}' is ${describe(target)}`;
  }
  const columns = target.shape[1] as number;
  if (columns !== -1 && columns !== signature.inputs.length) {
    return `Input '${name}' of the file has ${columns} columns, the signature stacks ${signature.inputs.length}`;
  }
  const wrong = signature.inputs.find(
    ({ datatype, shape }) =>
      datatype === 'BYTES' || shape[0] !== -1 || shape.length > 2 || (shape.length === 2 && shape[1] !== 1),
  );
  return wrong && `Input '${wrong.name}' cannot be stacked: it must be a column of numbers, [-1] or [-1, 1]`;
}

function findInputFault(signature: Signature, model: DeclaredModel): string | undefined {
  const missing = model.inputs.find(({ name }) => !signature.inputs.some((input) => input.name === name));
  if (missing) return `Input '${missing.name}' of the file is not in the signature`;
  for (const input of signature.inputs) {
    const declared = model.inputs.find(({ name }) => name === input.name);
    if (declared === undefined) {
      return `Input '${input.name}' is not in the file, which has ${listNames(model.inputs)}`;
    }
    if (declared.type !== datatypeTraits[input.datatype].onnx) {
      return `Input '${input.name}' is ${input.datatype} in the signature and ${describe(declared)} in the file`;
    }
    if (!isSameShape(input.shape, declared.shape ?? [])) {
      return `Input '${input.name}' has shape [${input.shape.join(', ')}] in the signature and ${describe(declared)} in the file`;
    }
    if (input.shape.filter((size) => size === -1).length !== 1) {
      return `Input '${input.name}' must have exactly one open dimension (-1), the rows; it has shape [${input.shape.join(', ')}]`;
    }
  }
  return undefined;
}

function findOutputFault(signature: Signature, model: DeclaredModel): string | undefined {
  for (const output of signature.outputs) {
    const declared = model.outputs.find(({ name }) => name === output.onnxOutput);
    if (declared === undefined) {
      return `Output '${output.name}' reads '${output.onnxOutput}'; the file has ${listNames(model.outputs)}`;
    }
    if (!declared.isTensor) {
      return `Output '${output.onnxOutput}' of the file is a map or sequence (ZipMap), not a tensor; convert the model with zipmap=False`;
    }
    if (declared.type !== datatypeTraits[output.datatype].onnx) {
      return `Output '${output.name}' is ${output.datatype} in the signature and ${describe(declared)} in the file`;
    }
    const columns = declared.shape?.[1] ?? 1;
    if (output.column !== undefined && columns !== -1 && output.column >= columns) {
      return `Output '${output.name}' takes column ${output.column} of '${output.onnxOutput}', which has ${columns}`;
    }
  }
  return undefined;
}

function findScoreFault(signature: Signature): string | undefined {
  if (signature.score === undefined) return undefined;
  const score = signature.outputs.find(({ name }) => name === signature.score);
  if (score === undefined) return `score names '${signature.score}', which is no output of the signature`;
  return score.datatype === 'BYTES' ? `score '${signature.score}' is text, not a number` : undefined;
}

/** Open dimensions fit any size: converters leave more of them open than a signature does. */
function isSameShape(signature: readonly number[], file: readonly number[]): boolean {
  return (
    signature.length === file.length &&
    signature.every((size, axis) => file[axis] === -1 || size === file[axis])
  );
}

function describe(value: DeclaredValue): string {
  if (!value.isTensor) return 'a map or sequence';
  return `${value.type} [${value.shape?.map((size) => (size === -1 ? 'any' : size)).join(', ')}]`;
}

function listNames(values: readonly DeclaredValue[]): string {
  return values.map(({ name }) => `'${name}'`).join(', ');
}
