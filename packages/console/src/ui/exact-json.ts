/** A number with more digits than a double holds, as it was written. */
export class ExactNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The value of a JSON text with every digit of its numbers; undefined where it is none. */
export function parseExactJson(text: string): unknown {
  try {
    // Only long runs of digits can lose some, and reading with a reviver costs several times as much.
    return /\d{16}/.test(text) ? JSON.parse(text, revive) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Browsers that do not tell the source yet give the nearest double. */
function revive(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  return typeof value === 'number' &&
    source !== undefined &&
    /\d{16}/.test(source) &&
    String(value) !== source
    ? new ExactNumber(source)
    : value;
}

/** An attribute as it is meant: exporters that know only texts send lists and objects as their JSON. */
export function unpackJson(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*["[{]|^(?:true|false|null|-?\d[\d.eE+-]*)$/.test(value))
    return value;
  const parsed = parseExactJson(value);
  return parsed === undefined ? value : parsed;
}
