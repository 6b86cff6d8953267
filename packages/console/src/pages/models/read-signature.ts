/** One input, output or parameter of a model, as its signature names it. */
export interface SignatureField {
  readonly name: string;
  /** `double`, `tensor float64 [-1, 4]`, `FP32 [-1]`. */
  readonly type: string;
}

export interface ReadSignature {
  readonly inputs: readonly SignatureField[];
  readonly outputs: readonly SignatureField[];
  readonly params: readonly SignatureField[];
}

const parts = ['inputs', 'outputs', 'params'] as const;

/** The signature of a parsed MLmodel file: each part is a text of JSON. Undefined where the model has none. */
export function readMlmodelSignature(mlmodel: unknown): ReadSignature | undefined {
  const signature = asRecord(asRecord(mlmodel)?.signature);
  if (signature === undefined) return undefined;
  return toSignature((part) => parseList(signature[part]));
}

/** The signature that a release holds: columns with the data types of the Open Inference Protocol. */
export function readReleaseSignature(text: string): ReadSignature | undefined {
  const signature = asRecord(parseJson(text));
  if (signature === undefined) return undefined;
  return toSignature((part) => (Array.isArray(signature[part]) ? signature[part] : []));
}

function toSignature(listOf: (part: (typeof parts)[number]) => readonly unknown[]): ReadSignature {
  const [inputs, outputs, params] = parts.map((part) => listOf(part).map(toField));
  return { inputs: inputs ?? [], outputs: outputs ?? [], params: params ?? [] };
}

function toField(value: unknown, index: number): SignatureField {
  const field = asRecord(value) ?? {};
  const name = typeof field.name === 'string' && field.name !== '' ? field.name : `${index + 1}`;
  return { name, type: describeType(field) };
}

function describeType(field: Readonly<Record<string, unknown>>): string {
  const optional = field.required === false ? ', optional' : '';
  const fallback = field.default === undefined ? '' : `, ${JSON.stringify(field.default)} unless given`;
  const shape = Array.isArray(field.shape) ? ` ${JSON.stringify(field.shape)}` : '';
  const tensor = asRecord(field['tensor-spec']);
  if (tensor) return `tensor ${tensor.dtype} ${JSON.stringify(tensor.shape)}${optional}`;
  if (field.items !== undefined) return `${field.type} of ${JSON.stringify(field.items)}${optional}`;
  if (field.properties !== undefined) return `object ${JSON.stringify(field.properties)}${optional}`;
  return `${field.datatype ?? field.type ?? field.dtype ?? 'any'}${shape}${optional}${fallback}`;
}

function parseList(value: unknown): readonly unknown[] {
  const list = typeof value === 'string' ? parseJson(value) : value;
  return Array.isArray(list) ? list : [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}
