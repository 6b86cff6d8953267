import type { SpanDetail } from '@dividend/contracts/api';
import { unpackJson } from '../../ui/exact-json.ts';
import { type ChatMessage, readChat } from './read-chat.ts';

type Attributes = SpanDetail['attributes'];

interface SentValue {
  readonly value: unknown;
  /** As it was sent. */
  readonly text: string;
}

export interface SpanReading {
  readonly inputs: SentValue | undefined;
  readonly outputs: SentValue | undefined;
  /** Where conventions keep the conversation apart from inputs and outputs. */
  readonly chat: readonly ChatMessage[] | undefined;
  /** What a retriever found. */
  readonly documents: readonly { readonly text: string; readonly metadata: unknown }[] | undefined;
  readonly others: Attributes;
}

const inputKeys = [
  'mlflow.spanInputs',
  'input.value',
  'gen_ai.input.messages',
  'gen_ai.prompt',
  'traceloop.entity.input',
];
const outputKeys = [
  'mlflow.spanOutputs',
  'output.value',
  'gen_ai.output.messages',
  'gen_ai.completion',
  'traceloop.entity.output',
];
/** They stand in the head of the span already. */
const shownElsewhere = new Set(['mlflow.spanType', 'mlflow.traceRequestId', 'mlflow.chat.messages']);

/** The attributes of a span by what they mean, in MLflow's words and those of OpenTelemetry and OpenInference. */
export function readSpan(attributes: Attributes): SpanReading {
  const byKey = new Map(attributes.map(({ key, value }) => [key, value]));
  const inputKey = inputKeys.find((key) => byKey.has(key));
  const outputKey = outputKeys.find((key) => byKey.has(key));
  const outputs = toSentValue(outputKey, byKey);
  const isRetriever = /retriever/i.test(String(unpackJson(byKey.get('mlflow.spanType')) ?? ''));
  return {
    inputs: toSentValue(inputKey, byKey),
    outputs,
    chat: readChat(unpackJson(byKey.get('mlflow.chat.messages')), undefined),
    documents: isRetriever ? readDocuments(outputs?.value) : undefined,
    others: attributes.filter(({ key }) => key !== inputKey && key !== outputKey && !shownElsewhere.has(key)),
  };
}

function toSentValue(key: string | undefined, byKey: ReadonlyMap<string, unknown>): SentValue | undefined {
  if (key === undefined) return undefined;
  const sent = byKey.get(key);
  return { value: unpackJson(sent), text: typeof sent === 'string' ? sent : JSON.stringify(sent) };
}

function readDocuments(outputs: unknown): SpanReading['documents'] {
  if (!Array.isArray(outputs) || outputs.length === 0) return undefined;
  const read = outputs.flatMap((item: unknown) => {
    const { page_content, metadata } = (item ?? {}) as { page_content?: unknown; metadata?: unknown };
    return typeof page_content === 'string' ? { text: page_content, metadata } : [];
  });
  return read.length === outputs.length ? read : undefined;
}

export interface ThrownException {
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** Events by which OpenTelemetry records exceptions. */
export function readExceptions(events: SpanDetail['events']): readonly ThrownException[] {
  return events
    .filter(({ name }) => name === 'exception')
    .map(({ attributes }) => {
      const text = (key: string) => {
        const value = unpackJson(attributes.find((each) => each.key === key)?.value);
        return value === undefined || value === null || value === '' ? undefined : String(value);
      };
      return {
        type: text('exception.type') ?? 'Exception',
        message: text('exception.message') ?? 'It says no more.',
        stack: text('exception.stacktrace'),
      };
    });
}
