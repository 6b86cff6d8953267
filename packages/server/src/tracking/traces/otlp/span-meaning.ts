import { toPackedValue, toTextValue } from './attributes.ts';
import type { AnyValue } from './otlp-messages.ts';

type Attributes = ReadonlyMap<string, AnyValue>;

/** Tokens and cost (USD) that one span reports, keys as MLflow's clients spell them. */
export interface SpanUsage {
  readonly tokens?: Readonly<Record<string, number>>;
  readonly cost?: Readonly<Record<string, number>>;
}

/** `gen_ai.operation.name` → span type. Source: OpenTelemetry semantic conventions for generative AI. */
const typeOfOperation: Readonly<Record<string, string>> = {
  chat: 'CHAT_MODEL',
  generate_content: 'LLM',
  text_completion: 'LLM',
  embeddings: 'EMBEDDING',
  execute_tool: 'TOOL',
  create_agent: 'AGENT',
  invoke_agent: 'AGENT',
};

/** What kind of work the span is: as MLflow names it, else after the conventions of OpenTelemetry and OpenInference. */
export function spanTypeOf(attributes: Attributes): string {
  const type = textOf(attributes, 'mlflow.spanType') ?? textOf(attributes, 'openinference.span.kind');
  if (type) return type;
  const operation = textOf(attributes, 'gen_ai.operation.name') ?? '';
  return Object.hasOwn(typeOfOperation, operation) ? (typeOfOperation[operation] as string) : 'UNKNOWN';
}

const inputTokenKeys = ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'llm.token_count.prompt'];
const outputTokenKeys = [
  'gen_ai.usage.output_tokens',
  'gen_ai.usage.completion_tokens',
  'llm.token_count.completion',
];

/** Undefined where the span reports neither tokens nor cost. */
export function spanUsageOf(attributes: Attributes): SpanUsage | undefined {
  const tokens = numbersOf(attributes, 'mlflow.chat.tokenUsage') ?? conventionalTokens(attributes);
  const cost = numbersOf(attributes, 'mlflow.llm.cost');
  if (tokens === undefined && cost === undefined) return undefined;
  return { ...(tokens ? { tokens } : {}), ...(cost ? { cost } : {}) };
}

function conventionalTokens(attributes: Attributes): Record<string, number> | undefined {
  const input = firstNumber(attributes, inputTokenKeys);
  const output = firstNumber(attributes, outputTokenKeys);
  if (input === undefined && output === undefined) return undefined;
  return {
    input_tokens: input ?? 0,
    output_tokens: output ?? 0,
    total_tokens: (input ?? 0) + (output ?? 0),
  };
}

function firstNumber(attributes: Attributes, keys: readonly string[]): number | undefined {
  const found = keys.map((key) => attributes.get(key)).find((value) => value !== undefined);
  const number = found === undefined ? undefined : Number(toPackedValue(found));
  return Number.isFinite(number) ? number : undefined;
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
