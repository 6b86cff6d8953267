import { toPackedValue, toTextValue } from './attributes.ts';
import { conventionalTokens, conventionalType } from './conventions.ts';
import type { AnyValue } from './otlp-messages.ts';

type Attributes = ReadonlyMap<string, AnyValue>;

/** Tokens and cost (USD) that one span reports, keys as MLflow's clients spell them. */
export interface SpanUsage {
  readonly tokens?: Readonly<Record<string, number>>;
  readonly cost?: Readonly<Record<string, number>>;
}

/** What kind of work the span is: as MLflow names it, else after other conventions. */
export function spanTypeOf(attributes: Attributes): string {
  const type = textOf(attributes, 'mlflow.spanType');
  return (type === 'UNKNOWN' ? undefined : type) || conventionalType(attributes) || 'UNKNOWN';
}

/** Undefined where the span reports neither tokens nor cost. */
export function spanUsageOf(attributes: Attributes): SpanUsage | undefined {
  const tokens = withTotal(numbersOf(attributes, 'mlflow.chat.tokenUsage') ?? conventionalTokens(attributes));
  const cost = numbersOf(attributes, 'mlflow.llm.cost');
  if (tokens === undefined && cost === undefined) return undefined;
  return { ...(tokens ? { tokens } : {}), ...(cost ? { cost } : {}) };
}

/** What is not told counts as none, the total as the sum. */
function withTotal(tokens: Readonly<Record<string, number>> | undefined) {
  if (tokens === undefined) return undefined;
  const { input_tokens = 0, output_tokens = 0 } = tokens;
  return { input_tokens, output_tokens, total_tokens: input_tokens + output_tokens, ...tokens };
}

/** The finite numbers of an attribute that is an object. */
function numbersOf(attributes: Attributes, key: string): Record<string, number> | undefined {
  const value = attributes.get(key);
  const object = value === undefined ? undefined : toPackedValue(value);
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return undefined;
  const numbers = Object.entries(object).filter(([, item]) => Number.isFinite(item));
  return numbers.length === 0 ? undefined : Object.fromEntries(numbers);
}

/** Keys that say the same thing, in the order they are asked for. */
const sessionKeys = ['session.id', 'gen_ai.conversation.id'];

export function sessionOf(attributes: Attributes): string | undefined {
  return sessionKeys.map((key) => textOf(attributes, key)).find(Boolean);
}

export function userOf(attributes: Attributes): string | undefined {
  return textOf(attributes, 'user.id');
}

export function textOf(attributes: Attributes, key: string): string | undefined {
  const value = attributes.get(key);
  return value === undefined ? undefined : toTextValue(value);
}
