import {
  DividendError,
  type ErrorKind,
  errorKinds,
  exitCodeOf,
  httpStatusOf,
} from '../../packages/core/src/errors/index.ts';
import { toMlflowAnswer } from '../../packages/server/src/tracking/door/mlflow-error.ts';
import { toCode, toPage, toTable } from './page.ts';
import { readSources } from './sources.ts';

const about = `Every error has a stable code, and a kind that says what a caller can do. \`retryable\` is true for the kinds marked so: the same call may succeed
later. The message says what was attempted, the state found and what to do; \`…\` stands for what is found.`;

const remedies: Readonly<Record<ErrorKind, string>> = {
  invalid_argument: 'mend the field that is named; the same call fails again',
  unauthenticated: 'show a token that is valid',
  permission_denied: 'let somebody do it who may',
  not_found: 'check the name, or list what there is',
  already_exists: 'take another name, or use what is there',
  failed_precondition: 'bring about the state that the message asks for, then call again',
  too_large: 'send less at a time',
  too_many_requests: 'wait, then call again',
  unavailable: 'wait as Retry-After says, then send the same call again',
  deadline_exceeded: 'call again, with more time or less work',
  internal: 'a fault of Dividend: report it with what the log says',
};

interface Found {
  readonly kinds: Set<string>;
  readonly messages: Set<string>;
  readonly packages: Set<string>;
}

export function writeErrorsPage(): string {
  const codes = collectCodes();
  const rows = [...codes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, found]) => toRow(code, found));
  return toPage('Errors', about, [
    `## Kinds\n\n${toTable(['kind', 'HTTP', "MLflow's API", 'exit code', 'retryable', 'what to do'], errorKinds.map(toKindRow))}`,
    `## Codes\n\n${toTable(['code', 'kind', 'from', 'says'], rows)}`,
  ]);
}

function toKindRow(kind: ErrorKind): string[] {
  const error = new DividendError('CODE', kind, 'message');
  const { status, body } = toMlflowAnswer(error);
  return [
    toCode(kind),
    String(httpStatusOf(kind)),
    `${status} ${toCode(body.error_code)}`,
    String(exitCodeOf(kind)),
    error.retryable ? 'yes' : '',
    remedies[kind],
  ];
}

function toRow(code: string, { kinds, messages, packages }: Found): string[] {
  const list = (items: Set<string>) => [...items].sort();
  return [
    toCode(code),
    list(kinds).map(toCode).join(', '),
    list(packages).join(', '),
    list(messages).join(' / '),
  ];
}

/** Of every place that makes an error: `new DividendError(code, kind, message`, or the same by `super(`. */
function collectCodes(): ReadonlyMap<string, Found> {
  const codes = new Map<string, Found>();
  for (const { path, text } of readSources('packages/*/src/**/*.{ts,tsx}')) {
    for (const match of text.matchAll(/(?:new DividendError|super)\(\s*'([A-Z][A-Z0-9_]+)',\s*/g)) {
      const { kinds, message } = readArguments(text.slice(match.index + match[0].length));
      const found = codes.get(match[1] as string) ?? {
        kinds: new Set<string>(),
        messages: new Set<string>(),
        packages: new Set<string>(),
      };
      codes.set(match[1] as string, found);
      for (const kind of kinds) found.kinds.add(kind);
      if (message) found.messages.add(message);
      found.packages.add(path.split('/')[1] as string);
    }
  }
  return codes;
}

/** The kinds named in the second argument, and the text of the third; a value in it is shown as `…`. */
function readArguments(text: string): { kinds: string[]; message: string } {
  const end = endOfArgument(text);
  const kinds = [...text.slice(0, end).matchAll(/'([a-z_]+)'/g)].map(([, kind]) => kind as string);
  const rest = text.slice(end + 1);
  const third = rest.slice(0, endOfArgument(rest));
  return {
    kinds: kinds.filter((kind) => (errorKinds as readonly string[]).includes(kind)),
    message: toText(third),
  };
}

/** Index of the comma or parenthesis after the first argument of a list. */
function endOfArgument(text: string): number {
  let depth = 0;
  let quote = '';
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (quote !== '') {
      if (character === '\\') index++;
      else if (character === quote) quote = '';
      else if (quote === '`' && text.startsWith('${', index)) index = skipValue(text, index);
    } else if (/['"`]/.test(character)) quote = character;
    else if (/[([{]/.test(character)) depth++;
    else if (depth === 0 && /[,)]/.test(character)) return index;
    else if (/[)\]}]/.test(character)) depth--;
  }
  return text.length;
}

/** From `${` to its brace. */
function skipValue(text: string, start: number): number {
  let depth = 0;
  for (let index = start + 1; index < text.length; index++) {
    if (text[index] === '{') depth++;
    if (text[index] === '}' && --depth === 0) return index;
  }
  return text.length;
}

function toText(expression: string): string {
  const literals = [
    ...withoutValues(expression).matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`/gs),
  ];
  return literals
    .map((match) => (match[1] ?? match[2] ?? match[3] ?? '').replace(/\\(['"`])/g, '$1'))
    .join(expression.includes(' ? ') ? ' / ' : '')
    .replace(/\\n/g, ' ')
    .slice(0, 300);
}

function withoutValues(expression: string): string {
  let result = '';
  for (let index = 0; index < expression.length; index++) {
    if (!expression.startsWith('${', index)) result += expression.charAt(index);
    else {
      result += '…';
      index = skipValue(expression, index);
    }
  }
  return result;
}
