import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExactJson, parsePythonJson, readExactNumber } from './exact-json.ts';

test('parseExactJson gives back every digit', () => {
  for (const text of ['{"a":1.0,"b":[9007199254740993,-0.10,1e3]}', '[]', '"1.0"', 'null'])
    assert.equal(JSON.stringify(parseExactJson(text)), text);
  assert.throws(() => parseExactJson('{'), SyntaxError);
});

test('parsePythonJson reads the numbers that JSON has no names for, outside of texts', () => {
  const read = (text: string) => readExactNumber(parsePythonJson(text));
  assert.deepEqual(['NaN', 'Infinity', '-Infinity', '1.0'].map(read), ['NaN', '1e999', '-1e999', '1.0']);
  const mixed = { a: [Number.NaN, 'NaN \\" Infinity'], NaN: 1 };
  assert.deepEqual(parsePythonJson('{"a": [NaN, "NaN \\\\\\" Infinity"], "NaN": 1}'), mixed);
  for (const text of ['1NaN', 'NaNNaN', '{NaN:1}', 'nan', '+Infinity'])
    assert.throws(() => parsePythonJson(text), SyntaxError, text);
});

test('readExactNumber reads numbers only', () => {
  assert.equal(readExactNumber(parseExactJson('1.0')), '1.0');
  assert.equal(readExactNumber(parseExactJson('7')), '7');
  assert.equal(readExactNumber(2n ** 63n), '9223372036854775808');
  for (const other of ['7', null, undefined, {}, [7], true]) assert.equal(readExactNumber(other), undefined);
});
