import { DividendError } from '@dividend/core/errors';
import { parseFilter, type Token, tokenizeFilter } from '@dividend/core/search';

/** What can stand at the cursor, from where to where it replaces, and what was typed of it. */
export interface Completion {
  readonly kind: 'name' | 'comparator' | 'value' | 'connective';
  readonly start: number;
  readonly typed: string;
  /** Of a comparator and a value: the column on its left, such as `metrics.auc`. */
  readonly column: string | undefined;
}

const plurals: Readonly<Record<string, string>> = {
  metric: 'metrics',
  param: 'params',
  parameter: 'params',
  parameters: 'params',
  tag: 'tags',
  attribute: 'attributes',
  attr: 'attributes',
  run: 'attributes',
  dataset: 'datasets',
};

/** Undefined where the text before the cursor makes no sense: there is nothing to propose. */
export function readCompletion(text: string, cursor: number): Completion | undefined {
  const before = text.slice(0, cursor);
  const start = startOfPiece(before);
  const tokens = readTokens(before.slice(0, start));
  if (tokens === undefined) return undefined;
  const piece = before.slice(start);
  const { expects, column } = tokens.reduce(follow, { expects: 'name', column: undefined } as State);
  if (expects === 'nothing') return undefined;
  return { kind: expects, start, typed: unquoteStart(piece, expects), column };
}

interface State {
  readonly expects: Completion['kind'] | 'nothing';
  readonly column: string | undefined;
}

/** Where the word, or the text in open quotes, begins that the cursor is in. */
function startOfPiece(before: string): number {
  let open = -1;
  for (let index = 0; index < before.length; index++) {
    const character = before[index] as string;
    if (open !== -1) {
      if (character === before[open]) open = -1;
    } else if (/['"`]/.test(character)) open = index;
  }
  const upTo = open === -1 ? before.length : open;
  const word = /[\p{L}\p{N}_.\-/@$:]*$/u.exec(before.slice(0, upTo))?.[0] ?? '';
  // A quote behind a dot belongs to a name: metrics.`val auc
  return open !== -1 && !word.endsWith('.') ? open : upTo - word.length;
}

function readTokens(text: string): Token[] | undefined {
  try {
    return tokenizeFilter(text).filter(({ kind }) => kind !== 'end');
  } catch {
    return undefined;
  }
}

function follow({ expects, column }: State, token: Token): State {
  if (token.kind === 'identifier')
    return { expects: 'comparator', column: columnOf(token.entity, token.key) };
  if (token.kind === 'punctuation') return { expects: afterMark(token.text, expects), column };
  if (token.kind === 'sign') return { expects: 'value', column };
  if (token.kind === 'keyword') return { expects: afterKeyword(token.word, expects), column };
  return { expects: expects === 'name' ? 'comparator' : 'connective', column };
}

function afterMark(mark: string, expects: State['expects']): State['expects'] {
  if (mark === ',') return 'value';
  return mark === ')' ? 'connective' : expects;
}

function afterKeyword(word: string, expects: State['expects']): State['expects'] {
  if (word === 'AND' || word === 'OR') return 'name';
  if (word === 'NULL') return 'connective';
  if (word === 'IS' || word === 'NOT') return 'nothing';
  return expects === 'comparator' || expects === 'nothing' ? 'value' : expects;
}

function columnOf(entity: string | undefined, key: string): string {
  return `${entity === undefined ? 'attributes' : (plurals[entity] ?? entity)}.${key}`;
}

function unquoteStart(piece: string, kind: Completion['kind']): string {
  return kind === 'value' ? piece.replace(/^['"]/, '') : piece.replaceAll(/["`]/g, '');
}

export interface FilterProblem {
  readonly message: string;
  /** Characters from 0; undefined where the problem has no place. */
  readonly place: number | undefined;
}

/** What is wrong with the grammar; names and comparators are judged by the server. */
export function findProblem(filter: string): FilterProblem | undefined {
  try {
    parseFilter(filter);
    return undefined;
  } catch (error) {
    return error instanceof DividendError ? toProblem(error.message) : undefined;
  }
}

/** The place that an error of the grammar or of the server names. */
export function toProblem(message: string): FilterProblem {
  const place = /at character (\d+)/.exec(message)?.[1];
  return { message, place: place === undefined ? undefined : Number(place) - 1 };
}

/** Words without a comparison are looked for in the names of runs. */
export function toFilter(text: string): string {
  const words = text.trim();
  return /^[\p{L}\p{N}_\-. ]+$/u.test(words) && findProblem(words) !== undefined
    ? `run_name ILIKE '%${words}%'`
    : words;
}
