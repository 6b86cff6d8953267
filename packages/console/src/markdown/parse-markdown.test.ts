import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInline } from './parse-inline.ts';
import { parseMarkdown } from './parse-markdown.ts';

const kinds = (text: string) => parseMarkdown(text).map(({ kind }) => kind);
const text = (words: string) => [{ kind: 'text', text: words }];

test('parseMarkdown tells blocks apart', () => {
  assert.deepEqual(
    kinds(
      '# Title\n\nwords\nmore words\n\n- a\n- b\n\n1. x\n\n> said\n\n---\n\n```py\n# no heading\n```\n\n| a | b |\n|--|--:|\n| 1 | 2 |',
    ),
    ['heading', 'paragraph', 'list', 'list', 'quote', 'rule', 'code', 'table'],
  );
});

test('parseMarkdown nests lists and keeps code as it is', () => {
  const [list] = parseMarkdown('- one\n- two\n  - inner\n');
  assert.ok(list?.kind === 'list' && list.items.length === 2);
  assert.deepEqual(
    list.items[1]?.map(({ kind }) => kind),
    ['paragraph', 'list'],
  );
  assert.deepEqual(parseMarkdown('```\n<b>\n  x\n```'), [{ kind: 'code', text: '<b>\n  x' }]);
});

test('parseInline marks emphasis, code and links', () => {
  assert.deepEqual(parseInline('a **b** `c*d*` [e](https://example.org)'), [
    { kind: 'text', text: 'a ' },
    { kind: 'strong', parts: text('b') },
    { kind: 'text', text: ' ' },
    { kind: 'code', text: 'c*d*' },
    { kind: 'text', text: ' ' },
    { kind: 'link', url: 'https://example.org', parts: text('e') },
  ]);
  assert.deepEqual(parseInline('see https://example.org/a.'), [
    { kind: 'text', text: 'see ' },
    { kind: 'link', url: 'https://example.org/a', parts: text('https://example.org/a') },
    { kind: 'text', text: '.' },
  ]);
  assert.deepEqual(parseInline('snake_case_name and 2 * 3 * 4'), text('snake_case_name and 2 * 3 * 4'));
});

test('parseInline leaves HTML, scripts and unsafe addresses as text', () => {
  for (const hostile of [
    '<script>alert(1)</script>',
    '[x](javascript:alert(1))',
    '[x](data:text/html,hi)',
    '![x](javascript:1)',
    '[x](/api/v1/overview)',
  ]) {
    const parts = parseInline(hostile);
    assert.ok(
      parts.every(({ kind }) => kind === 'text'),
      hostile,
    );
    assert.equal(parts.map((part) => (part.kind === 'text' ? part.text : '')).join(''), hostile);
  }
});

test('parseMarkdown takes a hostile text in good time', () => {
  const started = performance.now();
  for (const part of ['[', '**a', '> ', '- ', '`', '![', '_a', '|-']) parseMarkdown(part.repeat(20_000));
  assert.ok(performance.now() - started < 2_000, `${performance.now() - started} ms`);
});
