import { ExactNumber } from '../../ui/exact-json.ts';

export interface ChatMessage {
  readonly role: string;
  readonly text: string;
  /** Tools that the model asks for. */
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  /** The tool that answers. */
  readonly answers: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The conversation that a span holds, in any of the shapes that clients write (OpenAI chat and responses, Anthropic, Gemini,
 * LangChain, OpenTelemetry's `gen_ai` messages); undefined where it holds none.
 */
export function readChat(inputs: unknown, outputs: unknown): readonly ChatMessage[] | undefined {
  const asked = readAsked(inputs);
  if (asked === undefined || asked.length === 0) return undefined;
  return [...asked, ...readAnswered(outputs)];
}

function readAsked(inputs: unknown): ChatMessage[] | undefined {
  if (Array.isArray(inputs))
    return readList(inputs.length === 1 && Array.isArray(inputs[0]) ? inputs[0] : inputs);
  if (!isFields(inputs)) return undefined;
  const { messages, contents, input, system, instructions } = inputs;
  const list = [messages, contents, input].find(Array.isArray);
  const asked = list === undefined ? undefined : readAsked(list);
  if (asked === undefined) return undefined;
  const above = [system, instructions].map(toText).find((text) => text !== '');
  return above === undefined ? asked : [message('system', above), ...asked];
}

function readAnswered(outputs: unknown): ChatMessage[] {
  if (typeof outputs === 'string') return outputs === '' ? [] : [message('assistant', outputs)];
  if (Array.isArray(outputs)) return readList(outputs) ?? [];
  if (!isFields(outputs)) return [];
  const { choices, candidates, output, generations, messages, message: one } = outputs;
  const many = [
    choices,
    candidates,
    output,
    messages,
    Array.isArray(generations) ? generations.flat() : undefined,
  ];
  for (const list of many.filter(Array.isArray)) {
    const read = list.flatMap((item) => {
      if (!isFields(item)) return [];
      return (
        readMessage(item.message ?? item.content ?? item, 'assistant') ?? readMessage(item, 'assistant') ?? []
      );
    });
    if (read.length > 0) return read;
  }
  return [readMessage(one ?? outputs, 'assistant') ?? []].flat();
}

/** Undefined unless every item is a message. */
function readList(list: readonly unknown[]): ChatMessage[] | undefined {
  const read = list.map((item) => readMessage(item));
  return read.length > 0 && read.every((each) => each !== undefined) ? read : undefined;
}

const roles: Readonly<Record<string, string>> = { human: 'user', ai: 'assistant', model: 'assistant' };

function readMessage(item: unknown, defaultRole?: string): ChatMessage | undefined {
  if (!isFields(item)) return undefined;
  if (item.type === 'function_call' && typeof item.name === 'string') {
    return { ...message('assistant', ''), calls: [{ name: item.name, input: item.arguments }] };
  }
  if (item.type === 'function_call_output') {
    return { ...message('tool', toText(item.output)), answers: textOf(item.call_id) };
  }
  const kind = textOf(item.role) ?? (isKnownRole(item.type) ? textOf(item.type) : undefined) ?? defaultRole;
  const content = item.content ?? item.parts ?? item.text;
  const calls = readCalls(item);
  if (kind === undefined || (content === undefined && calls.length === 0)) return undefined;
  return {
    role: (Object.hasOwn(roles, kind) ? roles[kind] : undefined) ?? kind,
    text: toText(content),
    calls,
    answers: kind === 'tool' ? (textOf(item.name) ?? textOf(item.tool_call_id)) : undefined,
  };
}

function isKnownRole(type: unknown): boolean {
  return typeof type === 'string' && /^(human|ai|system|tool|user|assistant)$/.test(type);
}

function readCalls({ tool_calls, content, parts }: Fields): ChatMessage['calls'] {
  const listed = [tool_calls, content, parts].filter(Array.isArray).flat();
  return listed.flatMap((item) => {
    if (!isFields(item)) return [];
    const called = [item.function, item.functionCall, item.function_call].find(isFields) ?? item;
    const isCall = called !== item || /^tool_(use|call)$/.test(String(item.type)) || 'args' in item;
    const name = textOf(called.name);
    return isCall && name !== undefined
      ? [{ name, input: called.arguments ?? called.input ?? called.args }]
      : [];
  });
}

/** The text of a content: a text, or a list of parts of which some are texts. */
function toText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (content === null || content === undefined) return '';
  if (content instanceof ExactNumber) return content.text;
  if (Array.isArray(content)) return content.map(partToText).filter(Boolean).join('\n');
  return isFields(content) ? partToText(content) : String(content);
}

function partToText(part: unknown): string {
  if (!isFields(part)) return toText(part);
  if (/^tool_(use|call)$/.test(String(part.type)) || part.functionCall !== undefined) return '';
  const text = part.text ?? part.content ?? part.thinking ?? part.refusal ?? part.result;
  if (text !== undefined) return toText(text);
  return typeof part.type === 'string' ? `[${part.type.replaceAll('_', ' ')}]` : JSON.stringify(part);
}

function message(role: string, text: string): ChatMessage {
  return { role, text, calls: [], answers: undefined };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isFields(value: unknown): value is Fields {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  );
}
