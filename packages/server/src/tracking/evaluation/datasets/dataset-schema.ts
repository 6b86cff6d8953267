import type { SentRecord } from './evaluation-record.ts';
import { jsonTypeOf } from './record-json.ts';

type Fields = Record<string, string>;

interface DatasetSchema {
  inputs: Fields;
  /** The type itself where outputs are no object. */
  outputs: Fields | string;
  expectations: Fields;
  version: '1.0';
}

/** The schema of a dataset with the fields of more records; the first type seen of a field counts. JSON texts. */
export function extendSchema(current: string | null, records: readonly SentRecord[]): string | null {
  if (records.length === 0) return current;
  const schema: DatasetSchema =
    current === null
      ? { inputs: {}, outputs: {}, expectations: {}, version: '1.0' }
      : (JSON.parse(current) as DatasetSchema);
  for (const { inputs, outputs, expectations } of records) {
    schema.inputs = withFields(schema.inputs, inputs);
    schema.expectations = withFields(schema.expectations, expectations);
    schema.outputs = withOutputs(schema.outputs, outputs);
  }
  return JSON.stringify(schema);
}

function withOutputs(known: Fields | string, outputs: unknown): Fields | string {
  if (outputs === undefined || outputs === null || typeof known === 'string') return known;
  const type = jsonTypeOf(outputs);
  if (type === 'object') return withFields(known, outputs as Record<string, unknown>);
  return Object.keys(known).length === 0 ? type : known;
}

function withFields(known: Fields, object: Readonly<Record<string, unknown>> = {}): Fields {
  const added = Object.entries(object).filter(([key]) => !Object.hasOwn(known, key));
  if (added.length === 0) return known;
  return { ...known, ...Object.fromEntries(added.map(([key, value]) => [key, jsonTypeOf(value)])) };
}
