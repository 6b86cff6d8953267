import { parseExactJson } from '../../ui/exact-json.ts';
import { formatNumber } from '../../ui/format.ts';

export const valueTypes = ['yesNo', 'number', 'text', 'json'] as const;
export type ValueType = (typeof valueTypes)[number];

/** A value as it stands in a form. */
export interface WrittenValue {
  readonly type: ValueType;
  readonly text: string;
}

const mostCharacters = 1_000_000;

/** How a stored value is shown in a form. */
export function toWrittenValue(json: string): WrittenValue {
  const value = parseExactJson(json);
  if (typeof value === 'boolean') return { type: 'yesNo', text: json };
  if (typeof value === 'string') return { type: 'text', text: value };
  const isNumber = /^-?\d[\d.eE+-]*$/.test(json);
  return {
    type: isNumber ? 'number' : 'json',
    text: isNumber ? json : JSON.stringify(JSON.parse(json), null, 2),
  };
}

/** What is wrong with a value, in words; undefined where it can be sent. */
export function findValueProblem({ type, text }: WrittenValue): string | undefined {
  if (text.length > mostCharacters) return `At most ${formatNumber(mostCharacters)} characters.`;
  if (text === '') return 'A value is needed.';
  if (type === 'number' && !/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text.trim()))
    return 'Expected a number such as 0.7.';
  if (type !== 'json') return undefined;
  return parseExactJson(text) === undefined
    ? 'Expected JSON, such as {"late": true} or ["a", "b"].'
    : undefined;
}

/** The value as it is sent. */
export function toSentValue({ type, text }: WrittenValue): unknown {
  return type === 'text' ? text : JSON.parse(text);
}
