import { fromPlainValue, indexAttributes, toPackedValue, toTextValue } from './attributes.ts';
import type { AnyValue, SentSpan } from './otlp-messages.ts';

type Attributes = ReadonlyMap<string, AnyValue>;

/** Where one convention for language-model spans says what; keys come in the order in which they are asked for. */
interface Convention {
  readonly kind: string;
  readonly types: Readonly<Record<string, string>>;
  readonly inputs: readonly (string | RegExp)[];
  readonly outputs: readonly (string | RegExp)[];
  readonly models: readonly string[];
  readonly provider?: string;
  readonly tokens: Readonly<Partial<Record<TokenKey, readonly string[]>>>;
  /** Kinds whose inputs and outputs are spread over all attributes below a prefix. */
  readonly spread?: {
    readonly kinds: readonly string[];
    readonly inputs: string;
    readonly outputs: string;
    /** Of its messages, by which MLflow's pages draw them. */
    readonly format: string;
  };
}

/** As MLflow's clients spell them. */
const tokenKeys = [
  'input_tokens',
  'output_tokens',
  'total_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
] as const;
type TokenKey = (typeof tokenKeys)[number];

const same = (...types: readonly string[]) => Object.fromEntries(types.map((type) => [type, type]));

/** Source: github.com/Arize-ai/openinference, semantic conventions of traces. */
const openInference: Convention = {
  kind: 'openinference.span.kind',
  types: same(
    'TOOL',
    'CHAIN',
    'LLM',
    'RETRIEVER',
    'EMBEDDING',
    'AGENT',
    'RERANKER',
    'GUARDRAIL',
    'EVALUATOR',
    'UNKNOWN',
  ),
  inputs: ['input.value'],
  outputs: ['output.value'],
  models: ['llm.response.model_name', 'llm.model_name', 'llm.request.model_name', 'embedding.model_name'],
  provider: 'llm.provider',
  tokens: {
    input_tokens: ['llm.token_count.prompt'],
    output_tokens: ['llm.token_count.completion'],
    total_tokens: ['llm.token_count.total'],
    cache_read_input_tokens: ['llm.token_count.prompt_details.cache_read'],
    cache_creation_input_tokens: ['llm.token_count.prompt_details.cache_write'],
  },
};

/** Source: OpenTelemetry's semantic conventions for generative AI. */
const genAi: Convention = {
  kind: 'gen_ai.operation.name',
  types: {
    chat: 'CHAT_MODEL',
    generate_content: 'LLM',
    text_completion: 'LLM',
    response: 'LLM',
    embeddings: 'EMBEDDING',
    execute_tool: 'TOOL',
    create_agent: 'AGENT',
    invoke_agent: 'AGENT',
  },
  inputs: ['gen_ai.input.messages', 'gen_ai.tool.call.arguments'],
  outputs: ['gen_ai.output.messages', 'gen_ai.tool.call.result'],
  models: ['gen_ai.response.model', 'gen_ai.request.model'],
  provider: 'gen_ai.provider.name',
  tokens: {
    input_tokens: ['gen_ai.usage.input_tokens'],
    output_tokens: ['gen_ai.usage.output_tokens'],
    cache_read_input_tokens: ['gen_ai.usage.cache_read.input_tokens'],
    cache_creation_input_tokens: [
      'gen_ai.usage.cache_write.input_tokens',
      'gen_ai.usage.cache_creation.input_tokens',
    ],
  },
};

/** Source: github.com/traceloop/openllmetry, semantic conventions. */
const traceloop: Convention = {
  kind: 'traceloop.span.kind',
  types: { workflow: 'WORKFLOW', task: 'TASK', agent: 'AGENT', tool: 'TOOL', unknown: 'UNKNOWN' },
  inputs: [
    'traceloop.entity.input',
    /^gen_ai\.prompt\.\d+\.content/,
    /^gen_ai\.completion\.\d+\.tool_calls\.\d+\.arguments/,
  ],
  outputs: ['traceloop.entity.output', /^gen_ai\.completion\.\d+\.content/],
  models: [],
  provider: 'gen_ai.system',
  tokens: {
    input_tokens: ['gen_ai.usage.prompt_tokens'],
    output_tokens: ['gen_ai.usage.completion_tokens'],
    total_tokens: ['llm.usage.total_tokens'],
  },
};

/** Source: ai-sdk.dev, collected data of its telemetry. */
const vercelAi: Convention = {
  kind: 'ai.operationId',
  types: {
    'ai.generateText': 'LLM',
    'ai.generateText.doGenerate': 'LLM',
    'ai.streamText': 'LLM',
    'ai.streamText.doStream': 'LLM',
    'ai.generateObject': 'LLM',
    'ai.generateObject.doGenerate': 'LLM',
    'ai.streamObject': 'LLM',
    'ai.streamObject.doStream': 'LLM',
    'ai.toolCall': 'TOOL',
    'ai.embed': 'EMBEDDING',
    'ai.embed.doEmbed': 'EMBEDDING',
    'ai.embedMany': 'EMBEDDING',
  },
  inputs: ['ai.prompt', 'ai.toolCall.args', 'ai.value', 'ai.values'],
  outputs: ['ai.response.text', 'ai.toolCall.result', 'ai.response.object', 'ai.embedding', 'ai.embeddings'],
  models: [],
  tokens: {},
  spread: {
    kinds: ['ai.generateText.doGenerate', 'ai.streamText.doStream'],
    inputs: 'ai.prompt.',
    outputs: 'ai.response.',
    format: 'vercel_ai',
  },
};

/** The first that says a thing is heard. */
const conventions = [openInference, genAi, traceloop, vercelAi];

/** The kind of work after any of the conventions. */
export function conventionalType(attributes: Attributes): string | undefined {
  for (const { kind, types } of conventions) {
    const type = mapped(types, attributes.get(kind));
    if (type !== undefined) return type;
  }
  return undefined;
}

/** The tokens of the first convention that counts any; the sum where it is not given. */
export function conventionalTokens(attributes: Attributes): Record<string, number> | undefined {
  for (const { tokens } of conventions) {
    const found = tokenKeys.flatMap((name) => {
      const count = (tokens[name] ?? []).map((key) => toCount(attributes.get(key))).find(isNumber);
      return count === undefined ? [] : [[name, count] as const];
    });
    const usage: Partial<Record<TokenKey, number>> = Object.fromEntries(found);
    const { input_tokens: input, output_tokens: output, total_tokens: total } = usage;
    if (input === undefined && output === undefined && total === undefined) continue;
    const isSummed = total === undefined && input !== undefined && output !== undefined;
    return isSummed ? { ...usage, total_tokens: input + output } : usage;
  }
  return undefined;
}

/** What is said in other conventions, as the attribute that MLflow's clients read. */
const readers: Readonly<Record<string, (attributes: Attributes) => AnyValue | undefined>> = {
  'mlflow.spanType': (attributes) => maybe(conventionalType(attributes)),
  'mlflow.spanInputs': (attributes) =>
    findSpread(attributes, 'inputs') ?? unpacked(firstOf(attributes, ({ inputs }) => inputs)),
  'mlflow.spanOutputs': (attributes) =>
    findSpread(attributes, 'outputs') ?? unpacked(firstOf(attributes, ({ outputs }) => outputs)),
  'mlflow.message.format': (attributes) => maybe(spreadOf(attributes)?.format),
  'mlflow.chat.tokenUsage': (attributes) => maybe(conventionalTokens(attributes)),
  'mlflow.llm.model': (attributes) => unpacked(firstOf(attributes, ({ models }) => models)),
  'mlflow.llm.provider': (attributes) =>
    unpacked(firstOf(attributes, ({ provider }) => (provider === undefined ? [] : [provider]))),
};

/** A span with the attributes that MLflow's clients read, where others say the same; MLflow's server adds them too. */
export function withConventions(span: SentSpan): SentSpan {
  const { attributes = [] } = span;
  const index = indexAttributes(attributes);
  const added = Object.entries(readers).flatMap(([key, read]) => {
    const value = index.has(key) && !isUntyped(key, index) ? undefined : read(index);
    return value === undefined ? [] : [{ key, value }];
  });
  if (added.length === 0) return span;
  const kept = attributes.filter(({ key }) => added.every((it) => it.key !== key));
  return { ...span, attributes: [...kept, ...added] };
}

function isUntyped(key: string, attributes: Attributes): boolean {
  const type = attributes.get('mlflow.spanType');
  return key === 'mlflow.spanType' && (type === undefined || toTextValue(type) === 'UNKNOWN');
}

function maybe(plain: unknown): AnyValue | undefined {
  return plain === undefined ? undefined : fromPlainValue(plain);
}

function mapped(types: Readonly<Record<string, string>>, kind: AnyValue | undefined): string | undefined {
  const name = kind === undefined ? '' : toTextValue(kind);
  return Object.hasOwn(types, name) ? types[name] : undefined;
}

function firstOf(
  attributes: Attributes,
  keysOf: (convention: Convention) => readonly (string | RegExp)[],
): AnyValue | undefined {
  for (const key of conventions.flatMap(keysOf)) {
    const names = typeof key === 'string' ? [key] : [...attributes.keys()].filter((name) => key.test(name));
    const value = names.map((name) => attributes.get(name)).find(isSaid);
    if (value !== undefined) return value;
  }
  return undefined;
}

function spreadOf(attributes: Attributes): Convention['spread'] {
  return conventions.find(({ kind, spread }) => {
    const value = attributes.get(kind);
    return value !== undefined && spread?.kinds.includes(toTextValue(value));
  })?.spread;
}

/** An object of all that lies below a prefix, each value unpacked. */
function findSpread(attributes: Attributes, side: 'inputs' | 'outputs'): AnyValue | undefined {
  const prefix = spreadOf(attributes)?.[side];
  if (prefix === undefined) return undefined;
  const parts = [...attributes].filter(([key]) => key.startsWith(prefix));
  if (parts.length === 0) return undefined;
  const values = parts.map(([key, part]) => ({
    key: key.slice(prefix.length),
    value: unpacked(part) ?? {},
  }));
  return { kvlist_value: { values } };
}

/** Neither absent nor empty. */
function isSaid(value: AnyValue | undefined): value is AnyValue {
  if (value === undefined) return false;
  const packed = toPackedValue(value);
  if (typeof packed === 'object' && packed !== null) return Object.keys(packed).length > 0;
  return Boolean(packed);
}

/** Protobuf's readers take a hundred messages in one another, three of them a level. */
const deepestUnpacked = 25;

/** A text that is the JSON of an object, list or text is that; other texts, those of numbers too, are texts. */
function unpacked(value: AnyValue | undefined): AnyValue | undefined {
  if (value?.string_value === undefined) return value;
  const packed = toPackedValue(value);
  const isUnpacked = typeof packed === 'string' || (typeof packed === 'object' && packed !== null);
  return isUnpacked && !nestsDeeper(packed, deepestUnpacked) ? fromPlainValue(packed) : value;
}

function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => nestsDeeper(item, levels - 1));
}

function toCount(value: AnyValue | undefined): number | undefined {
  const count = value === undefined ? undefined : Number(toPackedValue(value));
  return Number.isSafeInteger(count) ? count : undefined;
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined;
}
