import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, canonicalJsonMaxDepth, parseCanonicalJson } from './canonical-json.ts';

const unsupported = (field: string) => ({ code: 'CANONICAL_JSON_UNSUPPORTED', field });

test('canonicalJson writes the example of RFC 8785 §3.2.2', () => {
  const input = JSON.parse(String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`);
  assert.equal(
    canonicalJson(input),
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
});

test('canonicalJson sorts the keys of RFC 8785 §3.2.3 by UTF-16 code units', () => {
  const input = JSON.parse(String.raw`{
    "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
    "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
  }`);
  assert.deepEqual(Object.values(JSON.parse(canonicalJson(input).replace('"1":', '"one":'))), [
    'Carriage Return',
    'One',
    'Control',
    'Latin Small Letter O With Diaeresis',
    'Euro Sign',
    'Emoji: Grinning Face',
    'Hebrew Letter Dalet With Dagesh',
  ]);
});

test('canonicalJson prints the IEEE 754 samples of RFC 8785 appendix B', () => {
  const samples: readonly (readonly [string, string])[] = [
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ];
  for (const [bits, expected] of samples) {
    const number = Buffer.from(bits, 'hex').readDoubleBE();
    assert.equal(canonicalJson(number), expected, bits);
  }
});

test('canonicalJson keeps letters that look alike apart: no Unicode normalisation', () => {
  assert.notEqual(canonicalJson('\u00e9'), canonicalJson('e\u0301'));
});

test('canonicalJson refuses what JSON cannot hold and says where', () => {
  assert.throws(() => canonicalJson({ a: [1, Number.NaN] }), unsupported('$.a[1]'));
  assert.throws(() => canonicalJson(Number.POSITIVE_INFINITY), unsupported('$'));
  assert.throws(() => canonicalJson({ a: undefined }), unsupported('$.a'));
  assert.throws(() => canonicalJson(new Array(1)), unsupported('$[0]')); // a hole
  assert.throws(() => canonicalJson({ a: 1n }), unsupported('$.a'));
  assert.throws(() => canonicalJson({ a: () => 1 }), unsupported('$.a'));
  assert.throws(() => canonicalJson({ a: Symbol('x') }), unsupported('$.a'));
  assert.throws(() => canonicalJson({ a: '\ud800' }), unsupported('$.a'));
  assert.throws(() => canonicalJson({ '\udfff': 1 }), unsupported('$'));
  assert.throws(() => canonicalJson({ at: new Date(0) }), unsupported('$.at'));
  assert.throws(() => canonicalJson({ bytes: new Uint8Array(1) }), unsupported('$.bytes'));
});

test('canonicalJson refuses nesting beyond the limit, a circle included', () => {
  const nested = (levels: number): unknown => (levels === 0 ? 0 : [nested(levels - 1)]);
  assert.equal(canonicalJson(nested(canonicalJsonMaxDepth)).length, 2 * canonicalJsonMaxDepth + 1);
  assert.throws(() => canonicalJson(nested(canonicalJsonMaxDepth + 1)), {
    code: 'CANONICAL_JSON_UNSUPPORTED',
  });
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  assert.throws(() => canonicalJson(circle), { code: 'CANONICAL_JSON_UNSUPPORTED' });
});

test('canonicalJson does not depend on the order of keys and is read back by JSON.parse', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 4 })), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      const text = canonicalJson(value);
      assert.equal(canonicalJson(reversed), text);
      assert.equal(canonicalJson(JSON.parse(text)), text);
      assert.deepEqual(parseCanonicalJson(text), JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('parseCanonicalJson refuses any second spelling of the same value', () => {
  const texts = [
    '{"a":1,"a":1}',
    '{"b":1,"a":1}',
    '{ "a":1}',
    '{"a":1.0}',
    '{"a":-0}',
    '{"a":1e2}',
    '"\\u0041"',
    '"\\/"',
  ];
  for (const text of [...texts, '{"a":1}\n', '', '{']) {
    assert.throws(() => parseCanonicalJson(text), { code: 'CANONICAL_JSON_MISMATCH' }, text);
  }
  assert.deepEqual(parseCanonicalJson('{"__proto__":1}'), JSON.parse('{"__proto__":1}'));
});
