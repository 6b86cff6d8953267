import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toPlainValue } from './attributes.ts';
import { withConventions } from './conventions.ts';
import type { AnyValue } from './otlp-messages.ts';
import { toSpanRecord } from './span-record.ts';

function translate(sent: Readonly<Record<string, AnyValue>>): Record<string, unknown> {
  const attributes = Object.entries(sent).map(([key, value]) => ({ key, value }));
  const { attributes: all = [] } = withConventions({ attributes });
  return Object.fromEntries(
    all
      .filter(({ key = '' }) => key.startsWith('mlflow.'))
      .map(({ key, value = {} }) => [key, toPlainValue(value)]),
  );
}
const text = (string_value: string): AnyValue => ({ string_value });
const int = (int_value: string): AnyValue => ({ int_value });

test('withConventions adds what OpenTelemetry, OpenInference, Traceloop and the Vercel AI SDK say', () => {
  const question = '[{"role":"user","parts":[{"type":"text","content":"late?"}]}]';
  for (const [sent, added] of [
    [
      {
        'gen_ai.operation.name': text('chat'),
        'gen_ai.input.messages': text(question),
        'gen_ai.output.messages': text('yes'),
        'gen_ai.usage.input_tokens': int('12'),
        'gen_ai.usage.output_tokens': int('3'),
        'gen_ai.usage.cache_creation.input_tokens': int('2'),
        'gen_ai.request.model': text('small'),
        'gen_ai.response.model': text('small-2'),
        'gen_ai.provider.name': text('acme'),
      },
      {
        'mlflow.spanType': 'CHAT_MODEL',
        'mlflow.spanInputs': JSON.parse(question),
        'mlflow.spanOutputs': 'yes',
        'mlflow.chat.tokenUsage': {
          input_tokens: 12,
          output_tokens: 3,
          cache_creation_input_tokens: 2,
          total_tokens: 15,
        },
        'mlflow.llm.model': 'small-2',
        'mlflow.llm.provider': 'acme',
      },
    ],
    [
      {
        'openinference.span.kind': text('RETRIEVER'),
        'input.value': text('{"q": 1.10, "n": null, "deep": [true, 2]}'),
        'output.value': text('7'),
        'llm.token_count.total': int('9'),
      },
      {
        'mlflow.spanType': 'RETRIEVER',
        'mlflow.spanInputs': { q: 1.1, n: null, deep: [true, 2] },
        'mlflow.spanOutputs': '7',
        'mlflow.chat.tokenUsage': { total_tokens: 9 },
      },
    ],
    [
      {
        'traceloop.span.kind': text('task'),
        'gen_ai.prompt.0.role': text('user'),
        'gen_ai.prompt.0.content': text('late?'),
        'gen_ai.completion.0.content': text('yes'),
        'gen_ai.usage.prompt_tokens': int('1'),
      },
      {
        'mlflow.spanType': 'TASK',
        'mlflow.spanInputs': 'late?',
        'mlflow.spanOutputs': 'yes',
        'mlflow.chat.tokenUsage': { input_tokens: 1 },
      },
    ],
    [
      {
        'ai.operationId': text('ai.generateText.doGenerate'),
        'ai.prompt.messages': text('[{"role":"user"}]'),
        'ai.response.text': text('yes'),
      },
      {
        'mlflow.spanType': 'LLM',
        'mlflow.spanInputs': { messages: [{ role: 'user' }] },
        'mlflow.spanOutputs': { text: 'yes' },
        'mlflow.message.format': 'vercel_ai',
      },
    ],
  ] as const) {
    assert.deepEqual(translate(sent), added);
  }
});

test('withConventions leaves what MLflow’s client said, and what is empty or of another convention', () => {
  const said = { 'mlflow.spanType': text('"TOOL"'), 'mlflow.spanInputs': text('{}') };
  const sent = {
    'openinference.span.kind': text('LLM'),
    'input.value': text('x'),
    'output.value': text('{}'),
  };
  assert.deepEqual(translate({ ...sent, ...said }), {
    'mlflow.spanType': '"TOOL"',
    'mlflow.spanInputs': '{}',
  });
  const unknown = translate({ ...sent, 'mlflow.spanType': text('"UNKNOWN"') });
  assert.deepEqual(unknown, { 'mlflow.spanType': 'LLM', 'mlflow.spanInputs': 'x' });
  const deep = `${'['.repeat(9000)}${']'.repeat(9000)}`;
  assert.deepEqual(
    translate({ 'input.value': text(deep), 'output.value': text('{"a\\u0000":"b\\ud800"}') }),
    {
      'mlflow.spanInputs': deep,
      'mlflow.spanOutputs': { 'a\ufffd': 'b\ufffd' },
    },
  );
  assert.deepEqual(translate({ 'openinference.span.kind': text('__proto__'), other: int('1') }), {});
});

test('toSpanRecord types a span that is not translated, such as an imported one, all the same', () => {
  const attributes = [{ key: 'openinference.span.kind', value: text('AGENT') }];
  const record = toSpanRecord({ trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16), attributes });
  assert.ok('type' in record);
  assert.equal(record.type, 'AGENT');
});
