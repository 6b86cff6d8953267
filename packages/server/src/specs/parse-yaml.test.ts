import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseYaml } from './parse-yaml.ts';

const refuses = (text: string, message: RegExp) =>
  assert.throws(() => parseYaml(text), { code: 'SPEC_INVALID', message });

test('parseYaml reads plain values and knows their lines', () => {
  const { value, lineOf } = parseYaml('a: 1\nb:\n  - x\n  - { c: yes, d: 2001-01-01 }\n');
  assert.deepEqual(value, { a: 1, b: ['x', { c: 'yes', d: '2001-01-01' }] });
  assert.deepEqual([['a'], ['b'], ['b', 1, 'c'], ['b', 1, 'missing'], ['b', 7]].map(lineOf), [1, 2, 4, 4, 2]);
});

test('parseYaml reads anchors as copies, within a limit', () => {
  assert.deepEqual(parseYaml('a: &x [1]\nb: *x').value, { a: [1], b: [1] });
  const laughs = ['a0: &a0 [x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 9; level++)
    laughs.push(
      `a${level}: &a${level} [${Array(8)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  refuses(laughs.join('\n'), /alias/);
  refuses('a: *nowhere', /nowhere/);
});

test('parseYaml refuses duplicate keys, tags, several documents and broken text, each with its line', () => {
  refuses('a: 1\nb: 2\na: 3', /line 3: .*unique/);
  refuses('a: 1\nb: !!js/function "x"', /line 2: .*tag/);
  refuses('a: !mine {x: 1}', /line 1: .*tag/);
  refuses('a: 1\n---\nb: 2', /line 2: .*documents/);
  refuses('a: "never closed', /line 1: .*quote/);
  refuses('a:\n\t- x', /line 2: /);
});

test('parseYaml refuses keys that are no text, and the prototype', () => {
  refuses('1: x', /expected a text as key/);
  refuses('? [a, b]\n: x', /expected a text as key/);
  refuses('a: 1\n__proto__: {x: 1}', /line 2: .*__proto__/);
});

test('parseYaml bounds nesting, however deep', () => {
  refuses(`${'['.repeat(30)}${']'.repeat(30)}`, /20 levels/);
  refuses('['.repeat(200_000), /line 1/);
  assert.ok(parseYaml(`${'['.repeat(15)}${']'.repeat(15)}`));
});
