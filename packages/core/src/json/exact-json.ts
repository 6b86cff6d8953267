/** JSON.parse and its relatives as ES2025 has them, which TypeScript does not know yet. */
interface ExactJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): value is { readonly rawJSON: string };
}

const json = JSON as unknown as ExactJson;

/**
 * A JSON text as a value that JSON.stringify writes with the same digits: a number that JavaScript would write otherwise
 * (`1.0`, integers beyond 2⁵³) stays as it was written, as what JSON.rawJSON gives.
 * @throws {SyntaxError} for what is no JSON; {RangeError} for what nests too deep
 */
export function parseExactJson(text: string): unknown {
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && source !== String(value)
      ? json.rawJSON(source)
      : value,
  );
}

/** Stands for NaN while the text is read: no program writes zero so. */
const nanLiteral = '0e-99991';
/** Beyond all doubles: `Number` reads it as Infinity. */
const literals = new Map([
  ['NaN', ` ${nanLiteral} `],
  ['Infinity', ' 1e999 '],
  ['-Infinity', ' -1e999 '],
]);

/**
 * As {@link parseExactJson}, and the names that Python's `json.dumps` writes for what JSON has no numbers for: `NaN` is the
 * number NaN, `Infinity` one whose digits read as it.
 * @throws {SyntaxError} for what is neither; {RangeError} for what nests too deep
 */
export function parsePythonJson(text: string): unknown {
  if (!/NaN|Infinity/.test(text)) return parseExactJson(text);
  let isInText = false;
  const plain = text.replace(/\\.|"|-?Infinity|NaN/gs, (token) => {
    if (token === '"') isInText = !isInText;
    return isInText ? token : (literals.get(token) ?? token);
  });
  return json.parse(plain, (_key, value, { source }) => {
    if (typeof value !== 'number' || source === undefined || source === String(value)) return value;
    return source === nanLiteral ? Number.NaN : json.rawJSON(source);
  });
}

/** The digits of a number that {@link parseExactJson} or a database read; undefined for what is none. */
export function readExactNumber(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return json.isRawJSON(value) ? value.rawJSON : undefined;
}
