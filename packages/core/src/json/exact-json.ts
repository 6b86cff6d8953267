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

/** The digits of a number that {@link parseExactJson} or a database read; undefined for what is none. */
export function readExactNumber(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return json.isRawJSON(value) ? value.rawJSON : undefined;
}
