import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readChat } from './read-chat.ts';

const said = (inputs: unknown, outputs: unknown) =>
  readChat(inputs, outputs)?.map(({ role, text, calls }) =>
    [role, text, ...calls.map(({ name }) => `calls ${name}`)].filter(Boolean).join(': '),
  );

test('readChat reads the chat of OpenAI, with calls of tools', () => {
  const call = { id: 't', type: 'function', function: { name: 'look_up', arguments: '{"a":1}' } };
  const messages = [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'late?' },
        { type: 'image_url', image_url: {} },
      ],
    },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 't', content: '40' },
  ];
  const answer = { choices: [{ message: { role: 'assistant', content: 'yes' } }] };
  assert.deepEqual(said({ model: 'm', messages }, answer), [
    'user: late?\n[image url]',
    'assistant: calls look_up',
    'tool: 40',
    'assistant: yes',
  ]);
});

test('readChat reads responses of OpenAI, messages of Anthropic and contents of Gemini', () => {
  assert.deepEqual(
    said(
      { input: [{ role: 'user', content: 'late?' }] },
      { output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'yes' }] }] },
    ),
    ['user: late?', 'assistant: yes'],
  );
  assert.deepEqual(
    said(
      { system: 'Be short.', messages: [{ role: 'user', content: 'late?' }] },
      { role: 'assistant', content: [{ type: 'tool_use', name: 'look_up', input: {} }] },
    ),
    ['system: Be short.', 'user: late?', 'assistant: calls look_up'],
  );
  assert.deepEqual(
    said(
      { contents: [{ role: 'user', parts: [{ text: 'late?' }] }] },
      { candidates: [{ content: { role: 'model', parts: [{ text: 'yes' }] } }] },
    ),
    ['user: late?', 'assistant: yes'],
  );
});

test('readChat reads messages of LangChain and of OpenTelemetry', () => {
  assert.deepEqual(
    said([[{ type: 'human', content: 'late?' }]], {
      generations: [[{ message: { type: 'ai', content: 'yes' } }]],
    }),
    ['user: late?', 'assistant: yes'],
  );
  assert.deepEqual(said([{ role: 'user', parts: [{ type: 'text', content: 'late?' }] }], 'yes'), [
    'user: late?',
    'assistant: yes',
  ]);
});

test('readChat takes nothing else for a conversation', () => {
  for (const inputs of [
    undefined,
    'late?',
    { question: 'late?' },
    [1, 2],
    [],
    { messages: [] },
    { input: ['a'] },
  ]) {
    assert.equal(said(inputs, 'yes'), undefined);
  }
});
