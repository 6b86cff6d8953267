import type { AnyValue, KeyValue } from './otlp-messages.ts';
import { toStorableText } from './otlp-scalars.ts';

/** The values of attributes by key; of a key that comes twice the last counts. */
export function indexAttributes(attributes: readonly KeyValue[] = []): ReadonlyMap<string, AnyValue> {
  return new Map(attributes.map(({ key = '', value = {} }) => [key, value]));
}

/** The value as plain JSON: lists and objects without protobuf's wrapping. */
export function toPlainValue(value: AnyValue): unknown {
  if (value.string_value !== undefined) return value.string_value;
  if (value.array_value !== undefined) return (value.array_value.values ?? []).map(toPlainValue);
  if (value.kvlist_value !== undefined) {
    const entries = value.kvlist_value.values ?? [];
    return Object.fromEntries(entries.map(({ key = '', value: item = {} }) => [key, toPlainValue(item)]));
  }
  return value.int_value ?? value.double_value ?? value.bool_value ?? value.bytes_value ?? null;
}

/** Plain JSON with protobuf's wrapping; the inverse of `toPlainValue`. */
export function fromPlainValue(plain: unknown): AnyValue {
  if (typeof plain === 'string') return { string_value: plain };
  if (typeof plain === 'boolean') return { bool_value: plain };
  if (typeof plain === 'number')
    return Number.isSafeInteger(plain) ? { int_value: plain } : { double_value: plain };
  if (Array.isArray(plain)) return { array_value: { values: plain.map(fromPlainValue) } };
  if (typeof plain !== 'object' || plain === null) return {};
  const values = Object.entries(plain).map(([key, value]) => ({ key, value: fromPlainValue(value) }));
  return { kvlist_value: { values } };
}

/** A value that may also have been sent as its JSON: exporters that know only flat attributes do so. */
export function toPackedValue(value: AnyValue): unknown {
  const plain = toPlainValue(value);
  return typeof plain === 'string' ? (parseJson(plain) ?? plain) : plain;
}

/** The value as a text: a text itself (unpacked where it is the JSON of a text), anything else as JSON. */
export function toTextValue(value: AnyValue): string {
  const plain = toPlainValue(value);
  if (typeof plain !== 'string') return JSON.stringify(plain);
  const unpacked = plain.startsWith('"') ? parseJson(plain) : undefined;
  return typeof unpacked === 'string' ? unpacked : plain;
}

function parseJson(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    // What could not be sent as a character may be sent escaped.
    return text.includes('\\u') ? toStorable(parsed) : parsed;
  } catch {
    return undefined;
  }
}

function toStorable(value: unknown): unknown {
  if (typeof value === 'string') return toStorableText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toStorable);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [toStorableText(key), toStorable(item)]),
  );
}
