import type { RegisteredVersion } from '../../live/registry.ts';

export interface ChatMessage {
  readonly role: string;
  /** Content that is no text, as readable JSON. */
  readonly content: string;
  /** The message as it was written, where it holds more than two texts. */
  readonly whole?: Readonly<Record<string, unknown>>;
}

/** What one version of a prompt says, as MLflow's clients keep it in the tags of the version. */
export interface PromptTemplate {
  /** Undefined for a chat. */
  readonly text: string | undefined;
  /** Undefined for a text. */
  readonly messages: readonly ChatMessage[] | undefined;
  /** Readable JSON; empty where there is none. */
  readonly responseFormat: string;
  readonly modelConfig: string;
}

const textTag = 'mlflow.prompt.text';
const typeTag = '_mlflow_prompt_type';
const formatTag = '_mlflow_prompt_response_format';
const configTag = '_mlflow_prompt_model_config';

export function readTemplate({ tags }: Pick<RegisteredVersion, 'tags'>): PromptTemplate {
  const text = tags[textTag] ?? '';
  const messages = tags[typeTag] === 'chat' ? readMessages(text) : undefined;
  return {
    text: messages === undefined ? text : undefined,
    messages,
    responseFormat: toReadableJson(tags[formatTag]),
    modelConfig: toReadableJson(tags[configTag]),
  };
}

/** What no chat is, is read as text. */
function readMessages(text: string): readonly ChatMessage[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list)) return undefined;
    return list.map((message) => toMessage((message ?? {}) as Record<string, unknown>));
  } catch {
    return undefined;
  }
}

function toMessage(whole: Readonly<Record<string, unknown>>): ChatMessage {
  const { role, content, ...rest } = whole;
  const isPlain = typeof role === 'string' && typeof content === 'string' && Object.keys(rest).length === 0;
  return {
    role: String(role ?? 'user'),
    content: toContent(content),
    ...(isPlain ? {} : { whole }),
  };
}

function toContent(content: unknown): string {
  return typeof content === 'string' ? content : JSON.stringify(content ?? '', null, 2);
}

/** What nobody edited stays as it was, also where it is no text. */
function fromMessage({ role, content, whole }: ChatMessage): object {
  if (whole === undefined) return { role, content };
  return { ...whole, role, content: content === toContent(whole.content) ? whole.content : content };
}

function toReadableJson(text: string | undefined): string {
  if (text === undefined) return '';
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function toCompactJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text.trim();
  }
}

/** The tags that hold a template; `chat` as the list of messages in JSON. */
export function toTemplateTags({
  text,
  messages,
  responseFormat,
  modelConfig,
}: PromptTemplate): { key: string; value: string }[] {
  const tags = [
    [textTag, messages === undefined ? (text ?? '') : JSON.stringify(messages.map(fromMessage))],
    [typeTag, messages === undefined ? 'text' : 'chat'],
    [formatTag, toCompactJson(responseFormat)],
    [configTag, toCompactJson(modelConfig)],
  ] as const;
  return tags
    .filter(([key, value]) => key === textTag || value !== '')
    .map(([key, value]) => ({ key, value }));
}

/** A prompt as one text: messages below each other, each under its role. */
export function toPlainText({ text, messages, responseFormat, modelConfig }: PromptTemplate): string {
  const body = messages?.map(({ role, content }) => `[${role}]\n${content}`).join('\n\n') ?? text ?? '';
  return [
    body,
    responseFormat && `[response format]\n${responseFormat}`,
    modelConfig && `[model]\n${modelConfig}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

export interface Piece {
  readonly kind: 'text' | 'variable' | 'control';
  readonly text: string;
}

/** `{{name}}` is filled in by who loads the prompt; `{% … %}` steers it, where it is a Jinja template. */
const marks = /(\{\{[^{}]*\}\}|\{%[\s\S]*?%\})/;

export function splitTemplate(text: string): readonly Piece[] {
  return text
    .split(marks)
    .map((part, index): Piece => {
      const kind = index % 2 === 0 ? 'text' : part.startsWith('{%') ? 'control' : 'variable';
      return { kind, text: part };
    })
    .filter((piece) => piece.text !== '');
}

/** Names to fill in, each once, in the order in which they are met. */
export function listVariables({ text, messages }: PromptTemplate): readonly string[] {
  const all = [text ?? '', ...(messages ?? []).map(({ content }) => content)].flatMap(splitTemplate);
  const names = all
    .filter(({ kind }) => kind === 'variable')
    .map((piece) => /^\{\{\s*([\p{L}_][\p{L}\p{N}_.]*)\s*\}\}$/u.exec(piece.text)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(names)];
}
