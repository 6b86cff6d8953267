import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PredictionRow } from '@dividend/contracts/serving';
import type { InputColumn } from './read-inputs.ts';
import type { OutputColumn } from './read-outputs.ts';

/** Rows handled before other requests get their turn: about a millisecond of work. */
export const rowsPerTurn = 100;

/** What the rows of one request have in common. */
export type SharedFields = Omit<PredictionRow, 'receipt' | 'inputs' | 'outputs'>;

export interface EncodedRows {
  readonly rows: readonly Pick<PredictionRow, 'inputs' | 'outputs'>[];
  readonly lines: readonly string[];
}

/** The rows of a request as the prediction log takes them, and as JSON. */
export async function encodeRows(
  shared: SharedFields,
  receipts: readonly string[],
  inputs: readonly InputColumn[],
  outputs: readonly OutputColumn[],
): Promise<EncodedRows> {
  const rows: Pick<PredictionRow, 'inputs' | 'outputs'>[] = [];
  const lines: string[] = [];
  for (let index = 0; index < receipts.length; index++) {
    if (index > 0 && index % rowsPerTurn === 0) await nextTurn();
    const row: PredictionRow = {
      receipt: receipts[index] as string,
      ...shared,
      inputs: toInputs(inputs, index),
      outputs: toOutputs(outputs, index),
    };
    rows.push(row);
    lines.push(JSON.stringify(row));
  }
  return { rows, lines };
}

function toInputs(columns: readonly InputColumn[], row: number): PredictionRow['inputs'] {
  const fields: Record<string, number | string | boolean | null> = {};
  for (const { name, width, values } of columns) {
    for (let element = 0; element < width; element++) {
      fields[elementName(name, width, element)] = values[row * width + element] ?? null;
    }
  }
  return fields;
}

function toOutputs(columns: readonly OutputColumn[], row: number): PredictionRow['outputs'] {
  const fields: Record<string, number> = {};
  for (const { name, width, data } of columns) {
    for (let element = 0; element < width; element++) {
      const value = data[row * width + element];
      if (typeof value !== 'string') fields[elementName(name, width, element)] = Number(value);
    }
  }
  return fields;
}

/** Wide tensors become one field an element: `pixels[3]`. */
function elementName(name: string, width: number, element: number): string {
  return width === 1 ? name : `${name}[${element}]`;
}
