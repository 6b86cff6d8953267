import type { AnyValue, KeyValue, SentSpan } from './otlp/otlp-messages.ts';
import type { SpanRow } from './span-store.ts';

type Content = Pick<SentSpan, 'attributes' | 'events' | 'links' | 'status'>;

const statusNames = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'] as const;

/**
 * Spans as MLflow writes them to `traces.json`: ids in base64, every attribute as the JSON of its value. JSON text, because
 * nanoseconds and long integers have more digits than a number of JavaScript.
 */
export function toTraceFile(spans: readonly SpanRow[]): string {
  return `{"spans":[${spans.map(toFileSpan).join(',')}]}`;
}

function toFileSpan(row: SpanRow): string {
  const { attributes, events = [], links = [], status = {} } = JSON.parse(row.content) as Content;
  const [, traceId = ''] = row.trace_id.split('tr-');
  return toObject([
    ['trace_id', JSON.stringify(toBase64(traceId))],
    ['span_id', JSON.stringify(toBase64(row.span_id))],
    ['parent_span_id', row.parent_span_id === null ? 'null' : JSON.stringify(toBase64(row.parent_span_id))],
    ['name', JSON.stringify(row.name)],
    ['start_time_unix_nano', row.started_ns],
    ['end_time_unix_nano', row.ended_ns ?? 'null'],
    ['events', `[${events.map(toFileEvent).join(',')}]`],
    ['status', JSON.stringify({ code: statusNames[status.code ?? 0], message: status.message ?? '' })],
    ['attributes', toAttributes(attributes, (value) => JSON.stringify(toJson(value)))],
    ['links', `[${links.map(toFileLink).join(',')}]`],
  ]);
}

function toFileEvent({
  name = '',
  time_unix_nano = '0',
  attributes,
}: NonNullable<Content['events']>[number]): string {
  return toObject([
    ['name', JSON.stringify(name)],
    ['time_unix_nano', time_unix_nano],
    ['attributes', toAttributes(attributes, toJson)],
  ]);
}

function toFileLink({
  trace_id = '',
  span_id = '',
  attributes,
}: NonNullable<Content['links']>[number]): string {
  return toObject([
    ['trace_id', JSON.stringify(`tr-${toHex(trace_id)}`)],
    ['span_id', JSON.stringify(toHex(span_id))],
    ['attributes', toAttributes(attributes, toJson)],
  ]);
}

function toAttributes(attributes: readonly KeyValue[] = [], write: (value: AnyValue) => string): string {
  return toObject(attributes.map(({ key = '', value = {} }) => [key, write(value)]));
}

/** @param fields names with their values as JSON */
function toObject(fields: readonly (readonly [name: string, json: string])[]): string {
  return `{${fields.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}

function toJson(value: AnyValue): string {
  if (value.array_value !== undefined) return `[${(value.array_value.values ?? []).map(toJson).join(',')}]`;
  if (value.kvlist_value !== undefined) return toAttributes(value.kvlist_value.values, toJson);
  if (value.int_value !== undefined) return String(value.int_value);
  if (typeof value.double_value === 'number' && Number.isInteger(value.double_value)) {
    // A reader of Python would take it for an integer.
    return Number.isSafeInteger(value.double_value)
      ? value.double_value.toFixed(1)
      : JSON.stringify(value.double_value);
  }
  return JSON.stringify(
    value.string_value ?? value.double_value ?? value.bool_value ?? value.bytes_value ?? null,
  );
}

function toBase64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

function toHex(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}
