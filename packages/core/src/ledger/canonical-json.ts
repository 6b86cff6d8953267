import { DividendError } from '../errors/index.ts';

/** Deepest nesting written. Entries are a few levels deep; the limit also turns a circular value into an error. */
export const canonicalJsonMaxDepth = 64;

/**
 * The canonical JSON text of a value: keys in UTF-16 code unit order, no white space, shortest number form.
 *
 * Equal values give equal text, so the text can be hashed and signed. Strings are kept as they are (no Unicode
 * normalisation). Integers beyond ±2^53 and money belong in strings: a double cannot hold them.
 *
 * @throws DividendError CANONICAL_JSON_UNSUPPORTED for NaN, infinities, undefined, bigint, symbols, functions, lone
 * surrogates, objects that are neither plain nor arrays, and nesting beyond `canonicalJsonMaxDepth`; `field` says where.
 *
 * Source: RFC 8785 (JSON Canonicalization Scheme).
 */
export function canonicalJson(value: unknown): string {
  return write(value, []);
}

/**
 * Reads text that must already be canonical, and so has one reading only: no duplicate keys, no other spelling.
 *
 * @throws DividendError CANONICAL_JSON_MISMATCH where the text is no JSON or is not its own canonical form;
 * CANONICAL_JSON_UNSUPPORTED where its value has none.
 */
export function parseCanonicalJson(text: string): unknown {
  const value = parseJson(text);
  const canonical = canonicalJson(value);
  if (canonical !== text) {
    throw mismatch(`it differs from its canonical form at character ${firstDifference(canonical, text)}`);
  }
  return value;
}

type Path = (string | number)[];

function write(value: unknown, path: Path): string {
  if (path.length > canonicalJsonMaxDepth)
    throw unsupported(`nesting beyond ${canonicalJsonMaxDepth} levels`, path);
  switch (typeof value) {
    case 'string':
      return writeString(value, path);
    case 'number':
      // String() is the ECMAScript number form that RFC 8785 §3.2.2.3 prescribes, -0 printed as 0 included.
      if (!Number.isFinite(value)) throw unsupported(String(value), path);
      return String(value);
    case 'boolean':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? writeArray(value, path) : writeObject(value, path);
    default:
      throw unsupported(typeof value, path);
  }
}

function writeString(text: string, path: Path): string {
  if (!text.isWellFormed()) throw unsupported('a string with a lone surrogate', path);
  return JSON.stringify(text);
}

function writeArray(items: readonly unknown[], path: Path): string {
  let text = '[';
  for (let index = 0; index < items.length; index++) {
    text += (index > 0 ? ',' : '') + writeAt(items[index], index, path);
  }
  return `${text}]`;
}

function writeObject(object: object, path: Path): string {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null)
    throw unsupported(`a ${object.constructor.name}`, path);
  const record = object as Readonly<Record<string, unknown>>;
  const members = Object.keys(record)
    .sort() // default order: UTF-16 code units, RFC 8785 §3.2.3
    .map((key) => `${writeString(key, path)}:${writeAt(record[key], key, path)}`);
  return `{${members.join(',')}}`;
}

function writeAt(value: unknown, step: string | number, path: Path): string {
  path.push(step);
  const text = write(value, path);
  path.pop();
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw mismatch('it is not JSON', cause);
  }
}

function firstDifference(left: string, right: string): number {
  let index = 0;
  while (index < left.length && left[index] === right[index]) index++;
  return index;
}

function unsupported(what: string, path: Path): DividendError {
  const field = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  return new DividendError(
    'CANONICAL_JSON_UNSUPPORTED',
    'invalid_argument',
    `Canonical JSON cannot hold ${what} at "$${field}"; pass finite numbers, strings, booleans, null, arrays and plain objects`,
    { field: `$${field}` },
  );
}

function mismatch(why: string, cause?: unknown): DividendError {
  return new DividendError(
    'CANONICAL_JSON_MISMATCH',
    'invalid_argument',
    `Text is not canonical JSON: ${why}`,
    { cause },
  );
}
