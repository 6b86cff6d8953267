import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  listVariables,
  readTemplate,
  splitTemplate,
  toPlainText,
  toTemplateTags,
} from './prompt-template.ts';

const chat = [
  { role: 'system', content: 'Answer in {{language}}.' },
  { role: 'user', content: '{{ question }} {{language}}' },
];
const chatTags = {
  'mlflow.prompt.text': JSON.stringify(chat),
  _mlflow_prompt_type: 'chat',
  _mlflow_prompt_response_format: '{"type":"object"}',
};

test('readTemplate reads texts and chats, and what is no chat as text', () => {
  assert.equal(readTemplate({ tags: { 'mlflow.prompt.text': 'Hi {{name}}' } }).text, 'Hi {{name}}');
  assert.deepEqual(readTemplate({ tags: chatTags }).messages, chat);
  const broken = readTemplate({ tags: { 'mlflow.prompt.text': '[{', _mlflow_prompt_type: 'chat' } });
  assert.equal(broken.text, '[{');
  const parts = readTemplate({
    tags: {
      'mlflow.prompt.text': '[{"role":"user","content":[{"type":"text"}]}]',
      _mlflow_prompt_type: 'chat',
    },
  });
  assert.match(parts.messages?.[0]?.content ?? '', /"type": "text"/);
});

test('toTemplateTags gives back what readTemplate read', () => {
  const tags = Object.fromEntries(
    toTemplateTags(readTemplate({ tags: chatTags })).map(({ key, value }) => [key, value]),
  );
  assert.deepEqual(tags, chatTags);
});

test('toTemplateTags keeps what is more than text, where nobody edited it', () => {
  const said = [{ role: 'user', content: [{ type: 'image' }], name: 'ann' }];
  const tags = { 'mlflow.prompt.text': JSON.stringify(said), _mlflow_prompt_type: 'chat' };
  const template = readTemplate({ tags });
  assert.deepEqual(JSON.parse(toTemplateTags(template)[0]?.value ?? ''), said);
  const edited = {
    ...template,
    messages: (template.messages ?? []).map((each) => ({ ...each, content: 'Hi' })),
  };
  assert.deepEqual(JSON.parse(toTemplateTags(edited)[0]?.value ?? ''), [{ ...said[0], content: 'Hi' }]);
});

test('splitTemplate tells variables and control from text, and loses nothing', () => {
  const text = 'a {{x}} {% if y %}b{% endif %} {c} {{}}';
  const pieces = splitTemplate(text);
  assert.equal(pieces.map((piece) => piece.text).join(''), text);
  assert.deepEqual(
    pieces.filter(({ kind }) => kind !== 'text').map((piece) => piece.text),
    ['{{x}}', '{% if y %}', '{% endif %}', '{{}}'],
  );
});

test('listVariables names each once, over all messages', () => {
  assert.deepEqual(listVariables(readTemplate({ tags: chatTags })), ['language', 'question']);
});

test('toPlainText puts messages and settings below each other', () => {
  assert.equal(
    toPlainText(readTemplate({ tags: chatTags })),
    '[system]\nAnswer in {{language}}.\n\n[user]\n{{ question }} {{language}}\n\n[response format]\n{\n  "type": "object"\n}',
  );
});
