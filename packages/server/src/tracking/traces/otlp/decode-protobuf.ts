import type { Message, MessageField, ScalarKind } from './otlp-messages.ts';
import { invalidOtlp, maxDepth, toJsonDouble, toJsonInteger, toStorableText } from './otlp-scalars.ts';

/** Wire types. Source: protobuf.dev, "Encoding". */
const varint = 0;
const fixed64 = 1;
const lengthDelimited = 2;
const fixed32 = 5;

const wireTypeOf: Readonly<Record<ScalarKind, number>> = {
  text: lengthDelimited,
  bytes: lengthDelimited,
  id: lengthDelimited,
  fixed64,
  double: fixed64,
  int64: varint,
  bool: varint,
  enum: varint,
};

interface Cursor {
  readonly bytes: Buffer;
  position: number;
}

type Decoded = Record<string, unknown>;

/**
 * A message of the table from its binary encoding, fields under their names; absent fields are absent. Unknown fields, and
 * known ones of another wire type, are skipped; of a single field that comes twice the last value counts.
 * @throws {DividendError} OTLP_INVALID where the bytes are no such message
 */
export function decodeProtobuf(message: Message, bytes: Buffer): Decoded {
  return decodeMessage(message, { bytes, position: 0 }, bytes.length, 0);
}

function decodeMessage(message: Message, cursor: Cursor, end: number, depth: number): Decoded {
  if (depth > maxDepth) throw invalidOtlp(`messages nest deeper than ${maxDepth} levels`);
  const decoded: Decoded = {};
  while (cursor.position < end) {
    const tag = Number(readVarint(cursor, end));
    const wireType = tag & 7;
    const field = message.get(Math.floor(tag / 8));
    if (field === undefined || expectedWireType(field) !== wireType) skip(cursor, end, wireType);
    else store(decoded, field, decodeValue(field, cursor, end, depth));
  }
  return decoded;
}

function expectedWireType({ kind }: MessageField): number {
  return typeof kind === 'function' ? lengthDelimited : wireTypeOf[kind];
}

function store(decoded: Decoded, { name, isRepeated }: MessageField, value: unknown): void {
  if (!isRepeated) decoded[name] = value;
  else if (decoded[name] === undefined) decoded[name] = [value];
  else (decoded[name] as unknown[]).push(value);
}

function decodeValue({ kind }: MessageField, cursor: Cursor, end: number, depth: number): unknown {
  switch (kind) {
    case 'text':
      return decodeText(readBytes(cursor, end));
    case 'bytes':
      return readBytes(cursor, end).toString('base64');
    case 'id':
      return readBytes(cursor, end).toString('hex');
    case 'fixed64':
      return String(cursor.bytes.readBigUInt64LE(advance(cursor, end, 8)));
    case 'double':
      return toJsonDouble(cursor.bytes.readDoubleLE(advance(cursor, end, 8)));
    case 'int64':
      return toJsonInteger(BigInt.asIntN(64, BigInt(readVarint(cursor, end))));
    case 'bool':
      return Number(readVarint(cursor, end)) !== 0;
    case 'enum':
      return Number(BigInt.asIntN(32, BigInt(readVarint(cursor, end))));
    default: {
      const length = readLength(cursor, end);
      return decodeMessage(kind(), cursor, cursor.position + length, depth + 1);
    }
  }
}

function decodeText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  // Bytes that are no UTF-8 read as U+FFFD, which may also be what was sent.
  if (text.includes('\ufffd') && !Buffer.from(text, 'utf8').equals(bytes)) {
    throw invalidOtlp('a text is not UTF-8');
  }
  return toStorableText(text);
}

function readBytes(cursor: Cursor, end: number): Buffer {
  const length = readLength(cursor, end);
  const start = advance(cursor, end, length);
  return cursor.bytes.subarray(start, start + length);
}

function readLength(cursor: Cursor, end: number): number {
  const length = Number(readVarint(cursor, end));
  if (length > end - cursor.position) throw truncated();
  return length;
}

/** Moves behind the next `length` bytes; where they start. */
function advance(cursor: Cursor, end: number, length: number): number {
  const start = cursor.position;
  if (length > end - start) throw truncated();
  cursor.position = start + length;
  return start;
}

/** At most 64 bits; most are lengths and tags of one or two bytes, for which no big integer is made. */
function readVarint(cursor: Cursor, end: number): number | bigint {
  let low = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = readByte(cursor, end);
    low |= (byte & 0x7f) << shift;
    if (byte < 0x80) return low;
  }
  let value = BigInt(low);
  for (let shift = 28n; shift < 70n; shift += 7n) {
    const byte = readByte(cursor, end);
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw invalidOtlp('a number has more than ten bytes');
}

function readByte(cursor: Cursor, end: number): number {
  return cursor.bytes[advance(cursor, end, 1)] as number;
}

function skip(cursor: Cursor, end: number, wireType: number): void {
  if (wireType === varint) readVarint(cursor, end);
  else if (wireType === fixed64) advance(cursor, end, 8);
  else if (wireType === lengthDelimited) readBytes(cursor, end);
  else if (wireType === fixed32) advance(cursor, end, 4);
  else throw invalidOtlp(`wire type ${wireType} is not in use`);
}

function truncated() {
  return invalidOtlp('the message ends too early');
}
