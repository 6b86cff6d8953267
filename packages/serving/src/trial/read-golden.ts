import type { GoldenRows, Signature } from '@dividend/contracts/serving';
import { DividendError } from '@dividend/core/errors';
import { datatypeTraits } from '../infer/datatypes.ts';
import { describeValue } from '../infer/invalid-request.ts';
import { type InputColumn, layOut, type ModelInputs, widthOf } from '../infer/read-inputs.ts';

export interface Golden {
  readonly inputs: ModelInputs;
  readonly expected: ReadonlyMap<string, readonly number[]>;
}

/** @throws {DividendError} GOLDEN_INVALID, naming the column, what was expected and what came */
export function readGolden(signature: Signature, golden: GoldenRows): Golden {
  const columns = signature.inputs.map((spec) => readColumn(spec, golden));
  const rows = Math.min(...columns.map(({ values, width }) => values.length / width));
  const uneven = columns.find(({ values, width }) => values.length !== rows * width);
  if (uneven)
    throw invalid(uneven.name, `${rows * uneven.width} elements for ${rows} rows`, `${uneven.values.length}`);
  if (rows === 0) throw invalid(columns[0]?.name ?? 'inputs', 'at least one row', 'none');
  const expected = new Map<string, readonly number[]>();
  for (const [name, values] of Object.entries(golden.outputs)) {
    if (!signature.outputs.some((output) => output.name === name)) {
      throw invalid(name, 'an output of the signature', 'an unknown output');
    }
    if (values.length === 0 || values.length % rows !== 0)
      throw invalid(name, `${rows} rows`, `${values.length} elements`);
    expected.set(name, values);
  }
  if (expected.size === 0) throw invalid('outputs', 'at least one output', 'none');
  return { inputs: { rows, columns, feeds: layOut(signature, columns, rows) }, expected };
}

function readColumn(spec: Signature['inputs'][number], golden: GoldenRows): InputColumn {
  const values = golden.inputs[spec.name];
  if (values === undefined) throw invalid(spec.name, 'values', 'nothing');
  const traits = datatypeTraits[spec.datatype];
  const wrong = values.findIndex((value) => !traits.accepts(value));
  if (wrong !== -1)
    throw invalid(spec.name, `${traits.expected} at element ${wrong}`, describeValue(values[wrong]));
  return { name: spec.name, width: widthOf(spec), values };
}

function invalid(name: string, expected: string, got: string): DividendError {
  return new DividendError(
    'GOLDEN_INVALID',
    'invalid_argument',
    `Golden rows '${name}': expected ${expected}, got ${got}`,
    {
      field: name,
    },
  );
}
