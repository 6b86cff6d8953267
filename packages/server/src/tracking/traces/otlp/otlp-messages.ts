/**
 * The messages of OTLP's trace service as far as they are kept; fields that are missing here are skipped, as protobuf
 * has it. One table for both encodings. Source: opentelemetry-proto 1.x, `collector/trace/v1`, `trace/v1`, `common/v1`.
 */

export type ScalarKind = 'text' | 'bytes' | 'id' | 'fixed64' | 'int64' | 'double' | 'bool' | 'enum';

export interface MessageField {
  readonly name: string;
  /** A scalar, or the message that is nested here; a function where messages nest in themselves. */
  readonly kind: ScalarKind | (() => Message);
  readonly isRepeated: boolean;
  /** Names of an enum by number, which JSON may use in place of the numbers. */
  readonly names?: readonly string[];
}

/** Fields by their number on the wire. */
export type Message = ReadonlyMap<number, MessageField>;

function one(name: string, kind: MessageField['kind'], names?: readonly string[]): MessageField {
  return { name, kind, isRepeated: false, ...(names === undefined ? {} : { names }) };
}

function many(name: string, kind: MessageField['kind']): MessageField {
  return { name, kind, isRepeated: true };
}

const anyValue: Message = new Map([
  [1, one('string_value', 'text')],
  [2, one('bool_value', 'bool')],
  [3, one('int_value', 'int64')],
  [4, one('double_value', 'double')],
  [5, one('array_value', () => arrayValue)],
  [6, one('kvlist_value', () => keyValueList)],
  [7, one('bytes_value', 'bytes')],
]);
const arrayValue: Message = new Map([[1, many('values', () => anyValue)]]);
const keyValue: Message = new Map([
  [1, one('key', 'text')],
  [2, one('value', () => anyValue)],
]);
const keyValueList: Message = new Map([[1, many('values', () => keyValue)]]);

const event: Message = new Map([
  [1, one('time_unix_nano', 'fixed64')],
  [2, one('name', 'text')],
  [3, many('attributes', () => keyValue)],
]);

const link: Message = new Map([
  [1, one('trace_id', 'id')],
  [2, one('span_id', 'id')],
  [3, one('trace_state', 'text')],
  [4, many('attributes', () => keyValue)],
]);

const status: Message = new Map([
  [2, one('message', 'text')],
  [3, one('code', 'enum', ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'])],
]);

const spanKinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

export const span: Message = new Map([
  [1, one('trace_id', 'id')],
  [2, one('span_id', 'id')],
  [3, one('trace_state', 'text')],
  [4, one('parent_span_id', 'id')],
  [5, one('name', 'text')],
  [
    6,
    one(
      'kind',
      'enum',
      spanKinds.map((kind) => `SPAN_KIND_${kind}`),
    ),
  ],
  [7, one('start_time_unix_nano', 'fixed64')],
  [8, one('end_time_unix_nano', 'fixed64')],
  [9, many('attributes', () => keyValue)],
  [11, many('events', () => event)],
  [13, many('links', () => link)],
  [15, one('status', () => status)],
]);

const resource: Message = new Map([[1, many('attributes', () => keyValue)]]);
const scopeSpans: Message = new Map([[2, many('spans', () => span)]]);
const resourceSpans: Message = new Map([
  [1, one('resource', () => resource)],
  [2, many('scope_spans', () => scopeSpans)],
]);

export const exportTraceRequest: Message = new Map([[1, many('resource_spans', () => resourceSpans)]]);

/** A value of an attribute, in protobuf's JSON form: 64-bit integers beyond ±2⁵³ as text, bytes as base64. */
export interface AnyValue {
  readonly string_value?: string;
  readonly bool_value?: boolean;
  readonly int_value?: number | string;
  readonly double_value?: number | string;
  readonly array_value?: { readonly values?: readonly AnyValue[] };
  readonly kvlist_value?: { readonly values?: readonly KeyValue[] };
  readonly bytes_value?: string;
}

export interface KeyValue {
  readonly key?: string;
  readonly value?: AnyValue;
}

/** A span as it was sent. Ids in lower-case hex, times as decimal text of unsigned nanoseconds. */
export interface SentSpan {
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly trace_state?: string;
  readonly parent_span_id?: string;
  readonly name?: string;
  readonly kind?: number;
  readonly start_time_unix_nano?: string;
  readonly end_time_unix_nano?: string;
  readonly attributes?: readonly KeyValue[];
  readonly events?: readonly {
    readonly time_unix_nano?: string;
    readonly name?: string;
    readonly attributes?: readonly KeyValue[];
  }[];
  readonly links?: readonly {
    readonly trace_id?: string;
    readonly span_id?: string;
    readonly trace_state?: string;
    readonly attributes?: readonly KeyValue[];
  }[];
  readonly status?: { readonly message?: string; readonly code?: number };
}

export interface ExportTraceRequest {
  readonly resource_spans?: readonly {
    readonly resource?: { readonly attributes?: readonly KeyValue[] };
    readonly scope_spans?: readonly { readonly spans?: readonly SentSpan[] }[];
  }[];
}
