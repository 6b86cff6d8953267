import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseBody } from './parse-body.ts';

const parse = (text: string) => parseBody(Buffer.from(text));
const refused = (body: string | Uint8Array) =>
  assert.throws(() => parseBody(Buffer.from(body as string)), { code: 'BODY_INVALID' });

test('parseBody reads JSON, JSON in a JSON text, and nothing as an empty request', () => {
  assert.deepEqual(parse('{"a": [1, "NaN"]}'), { a: [1, 'NaN'] });
  assert.deepEqual(parse(JSON.stringify('{"a": 1}')), { a: 1 });
  assert.deepEqual(parse(' \n'), {});
  refused('{"a": }');
  refused(new Uint8Array([0x22, 0xff, 0x22]));
});

test('parseBody reads the numbers that Python names, outside of texts alone', () => {
  assert.deepEqual(parse('{"a": NaN, "b": [Infinity,-Infinity , 0.5]}'), {
    a: Number.NaN,
    b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.5],
  });
  assert.deepEqual(parse(JSON.stringify('{"a": NaN}')), { a: Number.NaN });
  const text = '"Infinity", \\"NaN\\": NaN \\\\';
  assert.deepEqual(parse(`{"NaN": ${JSON.stringify(text)}, "b": NaN}`), { NaN: text, b: Number.NaN });
  const own = parse('{"__proto__": NaN}') as object;
  assert.deepEqual(Object.entries(own), [['__proto__', Number.NaN]]);
});

test('parseBody takes no other name, and no number that touches one', () => {
  for (const value of ['nan', 'NAN', 'inf', '+Infinity', '-NaN', '--Infinity', '- Infinity', 'undefined'])
    refused(`{"a": ${value}, "b": NaN}`);
  for (const value of ['NaN1', '1NaN', 'NaNNaN', 'NaN Infinity', '1.Infinity', 'Infinity.5', '-1Infinity'])
    refused(`{"a": ${value}}`);
  for (const key of ['NaN', 'Infinity']) refused(`{${key}: 1}`);
  refused('{"a": NaN');
  refused('{"a": "NaN');
  refused(`${'['.repeat(900_000)}NaN${']'.repeat(900_000)}`);
});

test('parseBody reads what Python writes of any value', () => {
  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.double(),
      fc.string({ unit: fc.constantFrom('"', '\\', 'NaN', 'Infinity', '-', ' ', 'é') }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('a', 'NaN', '"Infinity'), tie('value'), {
        maxKeys: 4,
        noNullPrototype: true,
      }),
    ),
  })).value;
  const write = (value: unknown): string => {
    if (typeof value === 'number') return Object.is(value, -0) ? '-0.0' : String(value);
    if (typeof value === 'string') return JSON.stringify(value);
    if (Array.isArray(value)) return `[${value.map(write).join(', ')}]`;
    const entries = Object.entries(value as object);
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${write(item)}`).join(', ')}}`;
  };
  fc.assert(fc.property(values, (value) => assert.deepEqual(parse(write({ value })), { value })));
});

test('parseBody takes time in proportion to what is sent', () => {
  const escaped = `{"a": NaN, "b": "${'\\"'.repeat(900_000)}`;
  const before = process.cpuUsage();
  refused(escaped);
  refused(`[${'"NaN'.repeat(400_000)}`);
  assert.ok(process.cpuUsage(before).user < 20_000_000);
});
