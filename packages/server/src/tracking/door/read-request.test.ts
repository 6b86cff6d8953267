import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { readRequest } from './read-request.ts';

const Contract = Type.Object({
  name: Type.String(),
  step: Type.Optional(Type.Integer()),
  value: Type.Optional(Type.Number()),
  flag: Type.Optional(Type.Boolean()),
  view: Type.Optional(Type.Union([Type.Literal('ALL'), Type.Literal('ACTIVE_ONLY')])),
  ids: Type.Optional(Type.Array(Type.String())),
  metrics: Type.Optional(Type.Array(Type.Object({ key: Type.String(), value: Type.Number() }))),
});
const read = (input: unknown, origin: 'body' | 'query' = 'body') => readRequest(Contract, input, origin);
const refused = (input: unknown, message: RegExp | string) =>
  assert.throws(() => read(input), { kind: 'invalid_argument', message });

test('readRequest follows the JSON rules of protocol buffers', () => {
  assert.deepEqual(read({ name: 'a', step: '12', value: 'NaN', unknown: 1, flag: null }), {
    name: 'a',
    step: 12,
    value: Number.NaN,
  });
  assert.deepEqual(read({ name: 'a', value: '-Infinity', step: 3.0 }), {
    name: 'a',
    value: Number.NEGATIVE_INFINITY,
    step: 3,
  });
  assert.deepEqual(read({ name: 'a', value: '1e-3' }), { name: 'a', value: 0.001 });
});

test('readRequest takes single values of a query string as lists and texts as booleans', () => {
  assert.deepEqual(read({ name: 'a', ids: 'x', flag: 'True', step: '4' }, 'query'), {
    name: 'a',
    ids: ['x'],
    flag: true,
    step: 4,
  });
  refused({ name: 'a', ids: 'x' }, /Invalid value "x" for parameter 'ids' supplied/);
});

test("readRequest says what is missing or mistyped in MLflow's words", () => {
  const missing =
    "Missing value for required parameter 'name'. See the API docs for more information about request parameters.";
  refused({}, missing);
  refused({ name: '' }, missing);
  refused(
    { name: 123 },
    "Invalid value 123 for parameter 'name' supplied:  Hint: Value was of type 'int'. See the API docs for more information about request parameters.",
  );
  refused({ name: 'a', step: 'x' }, /Invalid value "x" for parameter 'step' supplied: .* type 'str'/);
  refused({ name: 'a', step: 1.5 }, /type 'float'/);
  refused({ name: 'a', flag: 'true' }, /parameter 'flag'/);
  refused({ name: 'a', view: 'SOME' }, /parameter 'view' supplied: Expected one of 'ALL', 'ACTIVE_ONLY'/);
  refused(
    { name: 'a', metrics: [{ key: 'k', value: 1 }, { value: 1 }] },
    /required parameter 'metrics\[1\].key'/,
  );
  refused({ name: 'a', metrics: [{ key: 'k', value: [] }] }, /parameter 'metrics\[0\].value'.* type 'list'/);
  refused({ name: 'a', metrics: ['k'] }, /parameter 'metrics\[0\]'/);
  refused([], /JSON object/);
});

test('readRequest refuses what the database could not keep as it came', () => {
  refused({ name: 'a\0b' }, /NUL/);
  refused({ name: 'a', step: 2 ** 53 }, /2\^53/);
  refused({ name: 'a', step: '9223372036854775807' }, /2\^53/);
});
