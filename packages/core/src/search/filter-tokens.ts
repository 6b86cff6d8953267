import { DividendError } from '../errors/index.ts';

export const comparisonSigns = ['=', '!=', '<', '<=', '>', '>='] as const;
export type ComparisonSign = (typeof comparisonSigns)[number];

/** A piece of a filter or an order, with the place it starts at. */
export type Token = { readonly start: number; readonly text: string } & (
  | { readonly kind: 'identifier'; readonly entity: string | undefined; readonly key: string }
  | { readonly kind: 'quoted'; readonly value: string; readonly quote: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'sign'; readonly sign: ComparisonSign }
  | { readonly kind: 'keyword'; readonly word: string }
  | { readonly kind: 'punctuation' }
  | { readonly kind: 'end' }
);

/** Words of the grammar; reserved on their own, free as part of a dotted key. */
const keywords = new Set(['AND', 'OR', 'IN', 'NOT', 'IS', 'NULL', 'LIKE', 'ILIKE', 'RLIKE', 'ASC', 'DESC']);

/** A filter of this length is a mistake, and the parser's work grows with it. */
const maxFilterLength = 100_000;

const number = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/y;
const word = /[\p{L}_][\p{L}\p{N}_.\-/@$:]*/uy;
const quoted = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`/y;
const sign = /<=|>=|!=|<>|=|<|>/y;
const punctuation = /[(),]/y;

/**
 * Splits a filter into tokens. A key with spaces, dots or dashes is quoted by backticks or double quotes
 * (`tags."my tag"`); a quote inside a quoted text is doubled.
 * @throws {DividendError} FILTER_INVALID at the place that is no token
 */
export function tokenizeFilter(text: string): Token[] {
  if (text.length > maxFilterLength) {
    throw invalidClause(text, 0, `is longer than ${maxFilterLength} characters`);
  }
  const tokens: Token[] = [];
  let position = 0;
  for (;;) {
    while (/\s/.test(text[position] ?? '')) position++;
    if (position >= text.length) break;
    const token = readToken(text, position);
    if (token === undefined) throw invalidClause(text, position);
    tokens.push(token);
    position += token.text.length;
  }
  tokens.push({ kind: 'end', start: text.length, text: '' });
  return tokens;
}

function readToken(text: string, start: number): Token | undefined {
  const numeral = match(number, text, start);
  if (numeral !== undefined) return { kind: 'number', start, text: numeral, value: Number(numeral) };
  const name = match(word, text, start);
  if (name !== undefined) return readName(text, start, name);
  const literal = match(quoted, text, start);
  if (literal !== undefined) return readQuoted(text, start, literal);
  const comparison = match(sign, text, start);
  if (comparison !== undefined) {
    return {
      kind: 'sign',
      start,
      text: comparison,
      sign: comparison === '<>' ? '!=' : (comparison as ComparisonSign),
    };
  }
  const mark = match(punctuation, text, start);
  return mark === undefined ? undefined : { kind: 'punctuation', start, text: mark };
}

/** `metrics.acc`, or `metrics.` directly followed by a quoted key; `span.attributes.` may be too. */
function readName(text: string, start: number, name: string): Token {
  if (keywords.has(name.toUpperCase()))
    return { kind: 'keyword', start, text: name, word: name.toUpperCase() };
  const dot = name.indexOf('.');
  if (dot === -1) return { kind: 'identifier', start, text: name, entity: undefined, key: name };
  const entity = name.slice(0, dot);
  const quotedKey = name.endsWith('.') ? match(quoted, text, start + name.length) : undefined;
  return quotedKey === undefined
    ? { kind: 'identifier', start, text: name, entity, key: name.slice(dot + 1) }
    : {
        kind: 'identifier',
        start,
        text: name + quotedKey,
        entity,
        key: name.slice(dot + 1) + unquote(quotedKey),
      };
}

/** A text, or an entity in quotes with its key: `` `metrics`.`my metric` ``. */
function readQuoted(text: string, start: number, literal: string): Token {
  const rest = start + literal.length;
  if (text[rest] === '.' && literal[0] !== "'") {
    const key = match(quoted, text, rest + 1) ?? match(word, text, rest + 1);
    if (key !== undefined) {
      const plainKey = /^['"`]/.test(key) ? unquote(key) : key;
      return {
        kind: 'identifier',
        start,
        text: `${literal}.${key}`,
        entity: unquote(literal),
        key: plainKey,
      };
    }
  }
  return { kind: 'quoted', start, text: literal, value: unquote(literal), quote: literal[0] as string };
}

function unquote(literal: string): string {
  const quote = literal[0] as string;
  const inner = literal.slice(1, -1);
  return quote === '`' ? inner : inner.replaceAll(quote + quote, quote);
}

function match(pattern: RegExp, text: string, start: number): string | undefined {
  pattern.lastIndex = start;
  return pattern.exec(text)?.[0];
}

/** A filter that cannot be read, in MLflow's wording, with the place. */
export function invalidClause(text: string, start: number, reason = ''): DividendError {
  const clause = text.slice(start, start + 100) || 'end of filter';
  const detail = reason === '' ? '' : ` (${reason})`;
  return new DividendError(
    'FILTER_INVALID',
    'invalid_argument',
    `Invalid clause(s) in filter string: '${clause}' at character ${start + 1}${detail}`,
    { field: 'filter' },
  );
}
