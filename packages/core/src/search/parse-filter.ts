import { type ComparisonSign, invalidClause, type Token, tokenizeFilter } from './filter-tokens.ts';

export type Comparator =
  | ComparisonSign
  | 'LIKE'
  | 'ILIKE'
  | 'RLIKE'
  | 'IN'
  | 'NOT IN'
  | 'IS NULL'
  | 'IS NOT NULL';

export type FilterValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number; readonly source: string }
  | { readonly kind: 'list'; readonly texts: readonly string[] }
  | { readonly kind: 'none' };

/** `entity.key comparator value`; without an entity the key is an attribute. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly entity: string | undefined;
  readonly key: string;
  readonly comparator: Comparator;
  readonly value: FilterValue;
  /** Where its name starts, in characters from 0. */
  readonly start: number;
}

export type Filter = Comparison | { readonly kind: 'all' | 'any'; readonly parts: readonly Filter[] };

/** Deeper parentheses than this are no person's filter. */
const maxDepth = 50;
/** Each is a question to a table for every row: a program that asks for more means something else. */
const maxComparisons = 1000;

/**
 * The grammar of all searches: comparisons joined by AND, as MLflow has it, and beyond it OR (binds weaker) and
 * parentheses. An empty filter holds for everything.
 * @throws {DividendError} FILTER_INVALID
 */
export function parseFilter(text: string): Filter {
  const cursor = { text, tokens: tokenizeFilter(text), index: 0, depth: 0, comparisons: 0 };
  if (peek(cursor).kind === 'end') return { kind: 'all', parts: [] };
  const filter = parseAny(cursor);
  if (peek(cursor).kind !== 'end') throw unexpected(cursor, 'expected AND, OR or the end');
  return filter;
}

/** Every comparison of a filter. */
export function comparisonsOf(filter: Filter): Comparison[] {
  return filter.kind === 'comparison' ? [filter] : filter.parts.flatMap(comparisonsOf);
}

interface Cursor {
  readonly text: string;
  readonly tokens: readonly Token[];
  index: number;
  depth: number;
  comparisons: number;
}

function parseAny(cursor: Cursor): Filter {
  const parts = [parseAll(cursor)];
  while (takeKeyword(cursor, 'OR')) parts.push(parseAll(cursor));
  return parts.length === 1 ? (parts[0] as Filter) : { kind: 'any', parts };
}

function parseAll(cursor: Cursor): Filter {
  const parts = [parseTerm(cursor)];
  while (takeKeyword(cursor, 'AND')) parts.push(parseTerm(cursor));
  return parts.length === 1 ? (parts[0] as Filter) : { kind: 'all', parts };
}

function parseTerm(cursor: Cursor): Filter {
  if (!takeMark(cursor, '(')) return parseComparison(cursor);
  if (++cursor.depth > maxDepth) throw unexpected(cursor, `parentheses nest deeper than ${maxDepth}`);
  const inner = parseAny(cursor);
  if (!takeMark(cursor, ')')) throw unexpected(cursor, "expected ')'");
  cursor.depth--;
  return inner;
}

function parseComparison(cursor: Cursor): Comparison {
  if (++cursor.comparisons > maxComparisons)
    throw unexpected(cursor, `more than ${maxComparisons} comparisons`);
  const { start } = peek(cursor);
  const left = takeIdentifier(cursor);
  const comparator = takeComparator(cursor);
  return { kind: 'comparison', ...left, comparator, value: takeValue(cursor, comparator), start };
}

function takeIdentifier(cursor: Cursor): { entity: string | undefined; key: string } {
  const token = next(cursor);
  if (token.kind === 'identifier') return { entity: token.entity, key: token.key };
  if (token.kind === 'quoted' && token.quote !== "'") return { entity: undefined, key: token.value };
  throw unexpected(cursor, 'expected a name such as metrics.accuracy', token);
}

function takeComparator(cursor: Cursor): Comparator {
  const token = next(cursor);
  if (token.kind === 'sign') return token.sign;
  if (token.kind === 'keyword') {
    const { word } = token;
    if (word === 'LIKE' || word === 'ILIKE' || word === 'RLIKE' || word === 'IN') return word;
    if (word === 'NOT' && takeKeyword(cursor, 'IN')) return 'NOT IN';
    if (word === 'IS') {
      const negated = takeKeyword(cursor, 'NOT');
      if (takeKeyword(cursor, 'NULL')) return negated ? 'IS NOT NULL' : 'IS NULL';
    }
  }
  throw unexpected(cursor, 'expected a comparator such as =, !=, >, LIKE, IN or IS NULL', token);
}

function takeValue(cursor: Cursor, comparator: Comparator): FilterValue {
  if (comparator === 'IS NULL' || comparator === 'IS NOT NULL') return { kind: 'none' };
  if (comparator === 'IN' || comparator === 'NOT IN') return { kind: 'list', texts: takeList(cursor) };
  const token = next(cursor);
  if (token.kind === 'number') return { kind: 'number', number: token.value, source: token.text };
  if (token.kind === 'quoted' && token.quote !== '`') return { kind: 'text', text: token.value };
  throw unexpected(cursor, 'expected a number or a quoted text', token);
}

function takeList(cursor: Cursor): string[] {
  const texts: string[] = [];
  if (!takeMark(cursor, '(')) throw unexpected(cursor, "expected '(' and a list of quoted texts");
  do {
    const token = next(cursor);
    if (token.kind !== 'quoted' || token.quote === '`') {
      throw unexpected(cursor, 'expected a non-empty list of quoted texts', token);
    }
    texts.push(token.value);
    // A comma may end the list, as in Python's ('one',).
  } while (takeMark(cursor, ',') && peek(cursor).text !== ')');
  if (!takeMark(cursor, ')')) throw unexpected(cursor, "expected ',' or ')'");
  return texts;
}

function peek(cursor: Cursor): Token {
  return cursor.tokens[cursor.index] as Token;
}

function next(cursor: Cursor): Token {
  const token = peek(cursor);
  if (token.kind !== 'end') cursor.index++;
  return token;
}

function takeKeyword(cursor: Cursor, word: string): boolean {
  const token = peek(cursor);
  if (token.kind !== 'keyword' || token.word !== word) return false;
  cursor.index++;
  return true;
}

function takeMark(cursor: Cursor, mark: string): boolean {
  const token = peek(cursor);
  if (token.kind !== 'punctuation' || token.text !== mark) return false;
  cursor.index++;
  return true;
}

function unexpected(cursor: Cursor, reason: string, token = peek(cursor)) {
  return invalidClause(cursor.text, token.start, reason);
}
