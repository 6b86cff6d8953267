import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DividendError } from '@dividend/core/errors';
import fc from 'fast-check';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { exportTraceRequest, type Message, type MessageField } from './otlp-messages.ts';
import { toSpanRecord } from './span-record.ts';

/** Values of one message of the table, in OTLP's JSON. */
function arbitraryOf(message: Message, depth: number): fc.Arbitrary<Record<string, unknown>> {
  const fields = [...message.values()].filter(({ kind }) => depth > 0 || typeof kind === 'string');
  const properties = fields.map((field) => {
    const value = scalarOf(field, depth);
    return [
      jsonName(field),
      field.isRepeated ? fc.array(value, { minLength: 1, maxLength: 3 }) : value,
    ] as const;
  });
  return fc.record(Object.fromEntries(properties), { requiredKeys: [] });
}

function jsonName({ name }: MessageField): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

function scalarOf({ kind }: MessageField, depth: number): fc.Arbitrary<unknown> {
  switch (kind) {
    case 'text':
      return fc.string({ unit: 'grapheme' });
    case 'bytes':
      return fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64'));
    case 'id':
      return fc
        .uint8Array({ minLength: 7, maxLength: 17 })
        .map((bytes) => Buffer.from(bytes).toString('hex'));
    case 'fixed64':
      return fc.bigInt(0n, 2n ** 64n - 1n).map(String);
    case 'int64':
      return fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String);
    case 'double':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? '-0' : value));
    case 'bool':
      return fc.boolean();
    case 'enum':
      return fc.nat(5);
    default:
      return arbitraryOf(kind(), depth - 1);
  }
}

/** The binary encoding, written straight from the specification. */
function encode(message: Message, value: Record<string, unknown>): Buffer {
  const parts = [...message].flatMap(([number, field]) => {
    const items = value[jsonName(field)];
    if (items === undefined) return [];
    return (field.isRepeated ? (items as unknown[]) : [items]).map((item) =>
      encodeField(number, field, item),
    );
  });
  return Buffer.concat(parts);
}

function encodeField(number: number, { kind }: MessageField, item: unknown): Buffer {
  const tag = (wireType: number) => varint(BigInt(number * 8 + wireType));
  const bytes = (content: Buffer) => Buffer.concat([tag(2), varint(BigInt(content.length)), content]);
  const eight = Buffer.alloc(8);
  switch (kind) {
    case 'text':
      return bytes(Buffer.from(item as string, 'utf8'));
    case 'bytes':
      return bytes(Buffer.from(item as string, 'base64'));
    case 'id':
      return bytes(Buffer.from(item as string, 'hex'));
    case 'fixed64':
      eight.writeBigUInt64LE(BigInt(item as string));
      return Buffer.concat([tag(1), eight]);
    case 'double':
      eight.writeDoubleLE(Number(item));
      return Buffer.concat([tag(1), eight]);
    case 'int64':
      return Buffer.concat([tag(0), varint(BigInt.asUintN(64, BigInt(item as string)))]);
    case 'bool':
    case 'enum':
      return Buffer.concat([tag(0), varint(BigInt(Number(item)))]);
    default:
      return bytes(encode(kind(), item as Record<string, unknown>));
  }
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

const requests = arbitraryOf(exportTraceRequest, 8);

test('decodeProtobuf and decodeJson read the same message alike', () => {
  fc.assert(
    fc.property(requests, (request) => {
      const fromBytes = decodeProtobuf(exportTraceRequest, encode(exportTraceRequest, request));
      assert.deepEqual(fromBytes, decodeJson(exportTraceRequest, JSON.parse(JSON.stringify(request))));
    }),
  );
});

function decodesOrRefuses(decode: () => unknown): void {
  try {
    decode();
  } catch (error) {
    assert.ok(error instanceof DividendError && error.code === 'OTLP_INVALID', String(error));
  }
}

test('decodeProtobuf refuses what is no message, and never fails otherwise', () => {
  const damage = fc.record({ at: fc.nat(), byte: fc.nat(255), cut: fc.nat() });
  fc.assert(
    fc.property(requests, damage, fc.uint8Array(), (request, { at, byte, cut }, noise) => {
      const bytes = encode(exportTraceRequest, request);
      if (bytes.length > 0) bytes[at % bytes.length] = byte;
      decodesOrRefuses(() => decodeProtobuf(exportTraceRequest, bytes));
      decodesOrRefuses(() => decodeProtobuf(exportTraceRequest, bytes.subarray(0, cut % (bytes.length + 1))));
      decodesOrRefuses(() => decodeProtobuf(exportTraceRequest, Buffer.from(noise)));
    }),
  );
});

test('decodeJson refuses what is no message, and never fails otherwise', () => {
  fc.assert(
    fc.property(fc.jsonValue(), requests, (value, request) => {
      decodesOrRefuses(() => decodeJson(exportTraceRequest, value));
      const [first] = (request.resourceSpans as Record<string, unknown>[] | undefined) ?? [{}];
      decodesOrRefuses(() =>
        decodeJson(exportTraceRequest, { resourceSpans: [{ ...first, scopeSpans: value }] }),
      );
    }),
  );
});

test('toSpanRecord keeps a span or says why not, whatever its attributes are', () => {
  const spans = fc.tuple(fc.boolean(), fc.constantFrom('1', '0', 'z'), fc.jsonValue());
  const names = ['mlflow.spanType', 'mlflow.chat.tokenUsage', 'gen_ai.usage.input_tokens', '__proto__'];
  fc.assert(
    fc.property(spans, fc.constantFrom(...names), ([isText, digit, value], key) => {
      const any = isText ? { string_value: JSON.stringify(value) } : { double_value: 'NaN' };
      const record = toSpanRecord({
        trace_id: digit.repeat(32),
        span_id: '1'.repeat(16),
        attributes: [{ key, value: any }],
      });
      if (digit !== '1') assert.ok('rejected' in record);
      else
        assert.deepEqual('content' in record && JSON.parse(record.content).attributes, [{ key, value: any }]);
    }),
  );
});
