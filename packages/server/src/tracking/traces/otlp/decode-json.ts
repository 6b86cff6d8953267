import type { Message, MessageField } from './otlp-messages.ts';
import { invalidOtlp, maxDepth, toJsonDouble, toJsonInteger, toStorableText } from './otlp-scalars.ts';

type Decoded = Record<string, unknown>;

/**
 * A message of the table from OTLP's JSON: fields in camelCase (or as protobuf names them), ids in hex, 64-bit integers as
 * text or number, null as absent, unknown fields ignored. The same result as from the binary encoding.
 * @throws {DividendError} OTLP_INVALID naming the field
 */
export function decodeJson(message: Message, value: unknown): Decoded {
  return decodeMessage(message, value, '', 0);
}

function decodeMessage(message: Message, value: unknown, path: string, depth: number): Decoded {
  if (depth > maxDepth) throw invalidOtlp(`'${path.slice(0, 100)}…' nests deeper than ${maxDepth} levels`);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw mistyped(path, 'an object');
  const sent = value as Record<string, unknown>;
  const decoded: Decoded = {};
  for (const field of message.values()) {
    const name = jsonNameOf(field);
    const item = Object.hasOwn(sent, name) ? sent[name] : sent[field.name];
    if (item === undefined || item === null) continue;
    const itemPath = path === '' ? name : `${path}.${name}`;
    decoded[field.name] = field.isRepeated
      ? decodeList(field, item, itemPath, depth)
      : decodeValue(field, item, itemPath, depth);
  }
  return decoded;
}

const jsonNames = new WeakMap<MessageField, string>();

function jsonNameOf(field: MessageField): string {
  const known = jsonNames.get(field);
  if (known !== undefined) return known;
  const name = field.name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  jsonNames.set(field, name);
  return name;
}

function decodeList(field: MessageField, list: unknown, path: string, depth: number): unknown[] {
  if (!Array.isArray(list)) throw mistyped(path, 'a list');
  return list.map((item, index) => decodeValue(field, item, `${path}[${index}]`, depth));
}

function decodeValue(field: MessageField, value: unknown, path: string, depth: number): unknown {
  switch (field.kind) {
    case 'text':
      return toStorableText(readText(value, path));
    case 'bytes':
      return Buffer.from(readText(value, path), 'base64').toString('base64');
    case 'id':
      return readHex(value, path);
    case 'fixed64':
      return String(readInteger(value, path, 0n, 2n ** 64n - 1n));
    case 'int64':
      return toJsonInteger(readInteger(value, path, -(2n ** 63n), 2n ** 63n - 1n));
    case 'double':
      return readDouble(value, path);
    case 'bool':
      if (typeof value !== 'boolean') throw mistyped(path, 'true or false');
      return value;
    case 'enum':
      return readEnum(field, value, path);
    default:
      return decodeMessage(field.kind(), value, path, depth + 1);
  }
}

function readText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw mistyped(path, 'a text');
  return value;
}

function readHex(value: unknown, path: string): string {
  if (typeof value !== 'string' || !/^([0-9a-f]{2})*$/i.test(value)) throw mistyped(path, 'an id in hex');
  return value.toLowerCase();
}

function readInteger(value: unknown, path: string, least: bigint, most: bigint): bigint {
  const isInteger =
    typeof value === 'number'
      ? Number.isInteger(value)
      : typeof value === 'string' && /^-?\d{1,20}$/.test(value);
  const integer = isInteger ? BigInt(value as number | string) : undefined;
  if (integer === undefined || integer < least || integer > most) throw mistyped(path, 'a 64-bit integer');
  return integer;
}

const namedDoubles = new Set(['NaN', 'Infinity', '-Infinity']);

function readDouble(value: unknown, path: string): number | string {
  if (typeof value === 'number') return toJsonDouble(value);
  if (typeof value === 'string' && namedDoubles.has(value)) return value;
  if (typeof value === 'string' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value))
    return toJsonDouble(Number(value));
  throw mistyped(path, 'a number');
}

function readEnum({ names = [] }: MessageField, value: unknown, path: string): number {
  const number = typeof value === 'string' ? names.indexOf(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0) return number;
  throw mistyped(path, `a number or one of ${names.join(', ')}`);
}

function mistyped(path: string, expected: string) {
  return invalidOtlp(`'${path || 'body'}' must be ${expected}`);
}
