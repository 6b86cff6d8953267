import type { Static, TObject, TSchema } from 'typebox';
import { invalidParameter, missingParameter, mistypedParameter, refusedParameter } from './mlflow-error.ts';

/** The part of JSON Schema that contracts of the door use. */
interface FieldSchema {
  readonly type?: string;
  readonly properties?: Record<string, FieldSchema>;
  /** A map: the schema of its values. */
  readonly patternProperties?: Record<string, FieldSchema>;
  readonly required?: readonly string[];
  readonly items?: FieldSchema;
  readonly anyOf?: readonly { const?: unknown }[];
}

/**
 * A request by its contract, after the JSON rules of protocol buffers: integers may come as text, doubles as "NaN",
 * "Infinity" or text, null is absent, unknown fields are ignored. A required field is neither absent nor the empty text.
 * From a query string all values are text and a list of one is not a list. A field without a type is any JSON.
 * @throws {DividendError} PARAMETER_MISSING, PARAMETER_INVALID
 */
export function readRequest<Schema extends TObject>(
  schema: Schema,
  input: unknown,
  origin: 'body' | 'query',
): Static<Schema> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw invalidParameter('body', input, 'Expected a JSON object.');
  }
  return readObject(
    schema as TSchema as FieldSchema,
    input as Record<string, unknown>,
    '',
    origin,
  ) as Static<Schema>;
}

type Origin = 'body' | 'query';

function readObject(
  schema: FieldSchema,
  input: Record<string, unknown>,
  path: string,
  origin: Origin,
): unknown {
  const result: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const fieldPath = path === '' ? name : `${path}.${name}`;
    const value = Object.hasOwn(input, name) ? input[name] : undefined;
    const isRequired = schema.required?.includes(name) ?? false;
    if (isRequired && (value === undefined || value === null || value === ''))
      throw missingParameter(fieldPath);
    if (value === undefined || value === null) continue;
    result[name] = readValue(field, value, fieldPath, origin);
  }
  return result;
}

function readValue(schema: FieldSchema, value: unknown, path: string, origin: Origin): unknown {
  if (schema.anyOf) return readName(schema.anyOf, value, path);
  switch (schema.type) {
    case 'string':
      return readText(value, path);
    case 'integer':
      return readInteger(value, path);
    case 'number':
      return readDouble(value, path);
    case 'boolean':
      return readBoolean(value, path, origin);
    case 'array':
      return readList(schema.items ?? {}, value, path, origin);
    case undefined:
      return readJson(value, path);
    default:
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw mistypedParameter(path, value);
      return schema.patternProperties === undefined
        ? readObject(schema, value as Record<string, unknown>, path, origin)
        : readMap(Object.values(schema.patternProperties)[0] ?? {}, value, path, origin);
  }
}

function readMap(values: FieldSchema, map: object, path: string, origin: Origin): unknown {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [
      readText(key, path),
      readValue(values, value, `${path}.${key}`, origin),
    ]),
  );
}

/** Deeper values cannot be written as JSON again; protobuf's own readers stop at 100 too. */
const maxJsonDepth = 100;

/** Any JSON value. */
function readJson(value: unknown, path: string, depth = 0): unknown {
  if (depth > maxJsonDepth) {
    throw refusedParameter(path, `The value of '${path}' nests deeper than ${maxJsonDepth} levels`);
  }
  if (typeof value === 'string') return readText(value, path);
  if (typeof value === 'number' && !Number.isFinite(value)) throw mistypedParameter(path, value);
  if (Array.isArray(value)) return value.map((item) => readJson(item, path, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [readText(key, path), readJson(item, path, depth + 1)]),
  );
}

function readText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw mistypedParameter(path, value);
  // PostgreSQL keeps no NUL in a text.
  if (value.includes('\0')) throw invalidParameter(path, value, 'The text must not hold a NUL character.');
  // Half of a surrogate pair is no character, and no JSON column takes it.
  return value.toWellFormed();
}

function readInteger(value: unknown, path: string): number {
  const number = typeof value === 'string' && /^[+-]?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) throw mistypedParameter(path, value);
  // Past 2^53 JSON numbers lose digits on the way: better refused than stored wrong.
  if (!Number.isSafeInteger(number))
    throw invalidParameter(path, value, 'The integer must be within ±(2^53 − 1).');
  return number;
}

const namedDoubles: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

function readDouble(value: unknown, path: string): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') throw mistypedParameter(path, value);
  if (Object.hasOwn(namedDoubles, value)) return namedDoubles[value] as number;
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) return Number(value);
  throw mistypedParameter(path, value);
}

function readBoolean(value: unknown, path: string, origin: Origin): boolean {
  if (typeof value === 'boolean') return value;
  if (origin === 'query' && typeof value === 'string' && /^(true|false)$/i.test(value)) {
    return value.toLowerCase() === 'true';
  }
  throw mistypedParameter(path, value);
}

function readList(items: FieldSchema, value: unknown, path: string, origin: Origin): unknown[] {
  const list = origin === 'query' && !Array.isArray(value) ? [value] : value;
  if (!Array.isArray(list)) throw mistypedParameter(path, value);
  return list.map((item, index) => readValue(items, item, `${path}[${index}]`, origin));
}

function readName(names: readonly { const?: unknown }[], value: unknown, path: string): unknown {
  if (names.some((name) => name.const === value)) return value;
  const known = names.map((name) => `'${name.const}'`).join(', ');
  throw invalidParameter(path, value, `Expected one of ${known}.`);
}
