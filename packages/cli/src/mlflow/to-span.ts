import { type ImportedSpan, traceImportLimits } from '@dividend/contracts/imports';
import { parsePythonJson, readExactNumber } from '@dividend/core/json';
import { FieldFault } from './check-field.ts';

type Wire = Readonly<Record<string, unknown>>;

/**
 * A span as it is sent on, from one of the three forms that MLflow has: OTLP in protobuf's JSON (REST), the span of its database
 * and newer files, and the span of older files. What text cannot be kept in PostgreSQL gets U+FFFD, as at the platform's own door.
 * @throws {FieldFault}
 */
export function toSpan(raw: unknown): ImportedSpan {
  const span = toObject(raw);
  const context = toObject(span.context);
  const spanId = toHex(span.span_id ?? context.span_id, 16);
  if (spanId === undefined) throw new FieldFault('spans.span_id', 'is not 8 bytes other than zero');
  const parentId = toHex(span.parent_span_id ?? span.parent_id, 16);
  const startedNs = toNanoseconds(span.start_time_unix_nano ?? span.start_time_ns ?? span.start_time);
  if (startedNs === undefined) throw new FieldFault('spans.start_time', `of span '${spanId}' is no time`);
  const endedNs = toNanoseconds(span.end_time_unix_nano ?? span.end_time_ns ?? span.end_time);
  const kind = Number(readExactNumber(span.kind) ?? Number.NaN);
  const result: ImportedSpan = {
    span_id: spanId,
    ...(parentId === undefined ? {} : { parent_span_id: parentId }),
    name: cleanText(String(span.name ?? '')).slice(0, traceImportLimits.spanName),
    start_time_unix_nano: startedNs,
    ...(endedNs === undefined || endedNs === '0' ? {} : { end_time_unix_nano: endedNs }),
    ...(Number.isInteger(kind) && kind >= 0 && kind <= 5 ? { kind } : {}),
    ...(typeof span.trace_state === 'string' && span.trace_state !== ''
      ? { trace_state: cleanText(span.trace_state) }
      : {}),
    attributes: toAttributes(span.attributes, true),
    events: toList(span.events).map((event) => ({
      ...optional('time_unix_nano', toNanoseconds(event.time_unix_nano ?? event.timestamp)),
      name: cleanText(String(event.name ?? '')),
      attributes: toAttributes(event.attributes, false),
    })),
    links: toList(span.links).flatMap(toLink),
    status: toStatus(span),
  };
  const characters = JSON.stringify(result).length;
  if (characters <= traceImportLimits.spanCharacters) return result;
  throw new FieldFault('spans', `has span '${spanId}' of ${characters} characters, which is too long`);
}

/** MLflow's server writes the id of the trace into each span that has none. */
const traceIdAttribute = 'mlflow.traceRequestId';

/**
 * A span for comparison with what MLflow's server answers: of a text that is itself the JSON of a text, list or object it gives
 * that. What it writes into a span itself is left out, and its kind, which it keeps but does not answer.
 */
export function toAnswered({ kind: _kind, ...span }: ImportedSpan): ImportedSpan {
  const attributes = span.attributes
    .map(toObject)
    .filter(({ key }) => key !== traceIdAttribute)
    .map(({ key, value }) => ({ key, value: unpackText(value) }));
  return { ...span, attributes };
}

function unpackText(value: unknown): unknown {
  const text = toObject(value).string_value;
  const inner = unpack(text);
  if (typeof text !== 'string' || inner === text || (typeof inner !== 'string' && !isCompound(inner)))
    return value;
  try {
    return unpackText(toValue(inner, 0));
  } catch {
    return value;
  }
}

function isCompound(value: unknown): boolean {
  return (
    Array.isArray(value) ||
    (typeof value === 'object' && value !== null && readExactNumber(value) === undefined)
  );
}

function optional(name: string, value: unknown): Wire {
  return value === undefined ? {} : { [name]: value };
}

function toLink(link: Wire): object[] {
  const traceId = toHex(link.trace_id, 32);
  const spanId = toHex(link.span_id, 16);
  if (traceId === undefined || spanId === undefined) return [];
  return [{ trace_id: traceId, span_id: spanId, attributes: toAttributes(link.attributes, false) }];
}

const codes = ['UNSET', 'OK', 'ERROR'];

function toStatus(span: Wire): object {
  const status = toObject(span.status);
  const given = status.code ?? span.status_code;
  const name = String(given ?? '').replace(/^STATUS_CODE_|^StatusCode\./, '');
  const code = codes.includes(name) ? codes.indexOf(name) : Number(readExactNumber(given) ?? 0);
  const message = status.message ?? span.status_message;
  return {
    ...(typeof message === 'string' && message !== '' ? { message: cleanText(message) } : {}),
    ...(code === 1 || code === 2 ? { code } : {}),
  };
}

/**
 * Attributes as OTLP has them. MLflow keeps each value of a span as its JSON, so `isPacked` unpacks texts that are JSON, as its
 * server does when it answers in OTLP.
 */
function toAttributes(raw: unknown, isPacked: boolean): object[] {
  if (Array.isArray(raw))
    return raw.map(toObject).map(({ key, value }) => ({
      key: cleanText(String(key ?? '')),
      value: toAnyValue(value, 0),
    }));
  return Object.entries(toObject(raw)).map(([key, value]) => ({
    key: cleanText(key),
    value: toValue(isPacked ? unpack(value) : value, 0),
  }));
}

function unpack(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return parsePythonJson(value);
  } catch {
    return value;
  }
}

/** A value of protobuf's JSON, every list written out. */
function toAnyValue(raw: unknown, depth: number): object {
  checkDepth(depth);
  const value = toObject(raw);
  if (typeof value.string_value === 'string') return { string_value: cleanText(value.string_value) };
  if (typeof value.bool_value === 'boolean') return { bool_value: value.bool_value };
  if (value.int_value !== undefined) return toNumber(value.int_value, 'int_value');
  if (value.double_value !== undefined) return toNumber(value.double_value, 'double_value');
  if (typeof value.bytes_value === 'string') return { bytes_value: value.bytes_value };
  if (value.array_value !== undefined) {
    const values = toItems(toObject(value.array_value).values).map((item) => toAnyValue(item, depth + 1));
    return { array_value: { values } };
  }
  if (value.kvlist_value === undefined) return {};
  const values = toList(toObject(value.kvlist_value).values).map(({ key, value: item }) => ({
    key: cleanText(String(key ?? '')),
    value: toAnyValue(item, depth + 1),
  }));
  return { kvlist_value: { values } };
}

/** A plain value, as OTLP writes it. */
function toValue(value: unknown, depth: number): object {
  checkDepth(depth);
  if (value === null || value === undefined) return {};
  if (typeof value === 'string') return { string_value: cleanText(value) };
  if (typeof value === 'boolean') return { bool_value: value };
  if (Array.isArray(value)) return { array_value: { values: value.map((item) => toValue(item, depth + 1)) } };
  const digits = readExactNumber(value);
  if (digits !== undefined)
    return toNumber(digits, /[.eEN]|Infinity/.test(digits) ? 'double_value' : 'int_value');
  const values = Object.entries(toObject(value)).map(([key, item]) => ({
    key: cleanText(key),
    value: toValue(item, depth + 1),
  }));
  return { kvlist_value: { values } };
}

function checkDepth(depth: number): void {
  if (depth > traceImportLimits.valueDepth)
    throw new FieldFault('spans.attributes', `nest deeper than ${traceImportLimits.valueDepth} levels`);
}

/** Integers of 64 bits exactly: as a number where JSON readers keep it, else as text; larger ones are texts. */
function toNumber(raw: unknown, kind: 'int_value' | 'double_value'): object {
  const digits = readExactNumber(raw) ?? (typeof raw === 'string' ? raw : '');
  if (kind === 'int_value') {
    if (!/^-?\d{1,30}$/.test(digits)) return { string_value: cleanText(digits) };
    const integer = BigInt(digits);
    if (BigInt.asIntN(64, integer) !== integer) return { string_value: digits };
    return { int_value: Number.isSafeInteger(Number(integer)) ? Number(integer) : String(integer) };
  }
  const double = Number(digits);
  if (Object.is(double, -0)) return { double_value: '-0' };
  return { double_value: Number.isFinite(double) ? double : String(double) };
}

/** Lower-case hex of an id that comes as hex, as `0x…`, or in base64; undefined for none. */
function toHex(raw: unknown, digits: number): string | undefined {
  if (typeof raw !== 'string') return undefined;
  const bare = raw.replace(/^0x/, '').toLowerCase();
  const hex = new RegExp(`^[0-9a-f]{${digits}}$`).test(bare)
    ? bare
    : Buffer.from(raw, 'base64').toString('hex');
  return hex.length === digits && /[1-9a-f]/.test(hex) ? hex : undefined;
}

function toNanoseconds(raw: unknown): string | undefined {
  const digits = readExactNumber(raw) ?? (typeof raw === 'string' ? raw : '');
  return /^\d{1,19}$/.test(digits) ? String(BigInt(digits)) : undefined;
}

/** A text that PostgreSQL can keep, also inside JSON. */
function cleanText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

function toObject(value: unknown): Wire {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Wire) : {};
}

function toItems(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function toList(value: unknown): readonly Wire[] {
  return toItems(value).map(toObject);
}
