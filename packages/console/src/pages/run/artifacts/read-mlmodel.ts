import { parse } from 'yaml';

export interface SignatureColumn {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
}

export interface Mlmodel {
  readonly flavors: readonly string[];
  readonly inputs: readonly SignatureColumn[];
  readonly outputs: readonly SignatureColumn[];
  readonly params: readonly SignatureColumn[];
}

/** What an MLmodel file says of its model; undefined where it is none. */
export function readMlmodel(text: string): Mlmodel | undefined {
  const content = parseSafely(() => parse(text, { maxAliasCount: 20 }) as unknown);
  if (!isRecord(content) || !isRecord(content.flavors)) return undefined;
  const signature = isRecord(content.signature) ? content.signature : {};
  return {
    flavors: Object.keys(content.flavors),
    inputs: readColumns(signature.inputs),
    outputs: readColumns(signature.outputs),
    params: readColumns(signature.params),
  };
}

function readColumns(text: unknown): readonly SignatureColumn[] {
  const columns = typeof text === 'string' ? parseSafely(() => JSON.parse(text) as unknown) : undefined;
  if (!Array.isArray(columns)) return [];
  return columns.filter(isRecord).map((column) => ({
    name: typeof column.name === 'string' ? column.name : '',
    type: toTypeText(column),
    isRequired: column.required !== false && column.default === undefined,
  }));
}

function toTypeText(column: Readonly<Record<string, unknown>>): string {
  const tensor = column['tensor-spec'];
  if (isRecord(tensor)) return `${String(tensor.dtype)} (${String(tensor.shape)})`;
  return String(column.type ?? '');
}

function parseSafely(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
