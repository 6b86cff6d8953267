import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toAnswered, toSpan } from './to-span.ts';

const span = { span_id: 'ab'.repeat(8), name: 's', start_time_unix_nano: '1', end_time_unix_nano: '2' };
const list = (...values: object[]) => ({ array_value: { values } });

test('toSpan unpacks what MLflow keeps as Python’s JSON, as its server answers it', () => {
  const kept = { odd: '{"d": [1, NaN, -Infinity]}', text: '"NaN"', name: 'Infinity War' };
  const d = list({ int_value: 1 }, { double_value: 'NaN' }, { double_value: '-Infinity' });
  assert.deepEqual(toSpan({ ...span, attributes: kept }).attributes, [
    { key: 'odd', value: { kvlist_value: { values: [{ key: 'd', value: d }] } } },
    { key: 'text', value: { string_value: 'NaN' } },
    { key: 'name', value: { string_value: 'Infinity War' } },
  ]);
});

test('toAnswered makes both sides alike: texts that are JSON are unpacked, and what the server adds is gone', () => {
  const texts = ['[{"name":"greet"}]', '"x"', '"[1]"', '5', 'null', 'plain', '{'];
  const attributes = texts.map((text) => ({ key: 'k', value: { string_value: text } }));
  const answered = toAnswered(toSpan({ ...span, attributes }));
  const name = { key: 'name', value: { string_value: 'greet' } };
  assert.deepEqual(
    answered.attributes.map((attribute) => (attribute as { value: unknown }).value),
    [
      list({ kvlist_value: { values: [name] } }),
      { string_value: 'x' },
      list({ int_value: 1 }),
      ...texts.slice(3).map((text) => ({ string_value: text })),
    ],
  );
  assert.deepEqual(toAnswered(answered), answered);
  const written = [{ key: 'mlflow.traceRequestId', value: { string_value: 'tr-1' } }];
  assert.deepEqual(toAnswered(toSpan({ ...span, kind: 3, attributes: written })), toAnswered(toSpan(span)));
});
