import { createHash } from 'node:crypto';
import { parseExactJson } from '@dividend/core/json';
import { refusedParameter } from '../../door/index.ts';
import { withSortedKeys } from './record-json.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** A record as a client sends it; undefined what it says nothing about. */
export interface SentRecord {
  readonly inputs: JsonObject;
  readonly outputs?: unknown;
  readonly expectations: JsonObject | undefined;
  readonly tags: JsonObject | undefined;
  readonly source: JsonObject | undefined;
}

/** What a record can change by being sent again; JSON texts. */
export interface RecordContent {
  readonly inputs: string;
  readonly outputs: string | null;
  readonly expectations: string | null;
  readonly tags: string | null;
  readonly source: string | null;
}

/** One record: a conversation with its documents, with room. */
const mostRecordBytes = 1_000_000;
export const mostRecordsPerRequest = 10_000;

/** @throws {DividendError} PARAMETER_INVALID naming the record */
export function parseRecords(text: string): SentRecord[] {
  const list = parse(text);
  if (!Array.isArray(list)) throw refusedParameter('records', "'records' must be the JSON of a list");
  if (list.length > mostRecordsPerRequest) {
    throw refusedParameter(
      'records',
      `At most ${mostRecordsPerRequest} records can be sent at once, got ${list.length}`,
    );
  }
  return list.map(parseRecord);
}

function parse(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    throw refusedParameter(
      'records',
      "'records' is not valid JSON (which has no NaN or Infinity), or nests too deep",
    );
  }
}

/** The inputs of a record from their JSON text. @throws {DividendError} PARAMETER_INVALID */
export function parseInputs(text: string): JsonObject {
  return objectOf(parse(text), 'inputs') ?? {};
}

function parseRecord(value: unknown, index: number): SentRecord {
  const path = `records[${index}]`;
  const record = objectOf(value, path);
  if (record === undefined) throw refusedParameter(path, `'${path}' must be an object`);
  return {
    inputs: objectOf(record.inputs, `${path}.inputs`) ?? {},
    ...(Object.hasOwn(record, 'outputs') ? { outputs: record.outputs ?? null } : {}),
    expectations: objectOf(record.expectations, `${path}.expectations`),
    tags: objectOf(record.tags, `${path}.tags`),
    source: objectOf(record.source, `${path}.source`),
  };
}

function objectOf(value: unknown, path: string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object' && !Array.isArray(value)) return value as JsonObject;
  throw refusedParameter(path, `'${path}' must be an object`);
}

/** Inputs tell records apart: SHA-256 of their JSON with sorted keys. @throws {DividendError} PARAMETER_INVALID */
export function hashInputs(inputs: JsonObject): Buffer {
  return createHash('sha256')
    .update(write(withSortedKeysOf(inputs)))
    .digest();
}

function withSortedKeysOf(inputs: JsonObject): unknown {
  try {
    return withSortedKeys(inputs);
  } catch {
    throw refusedParameter('records', 'A record nests too deep');
  }
}

/**
 * A record laid over the one with the same inputs that is there: outputs take the place of the old ones, expectations and
 * tags are added key by key, the source stays.
 * @throws {DividendError} PARAMETER_INVALID where it would grow too large
 */
export function mergeRecord(old: RecordContent | undefined, sent: SentRecord): RecordContent {
  const outputs = sent.outputs === undefined ? (old?.outputs ?? null) : writeOptional(sent.outputs);
  const merged = {
    inputs: old?.inputs ?? write(sent.inputs),
    outputs,
    expectations: mergeTexts(old?.expectations ?? null, sent.expectations),
    tags: mergeTexts(old?.tags ?? null, sent.tags),
    source: old === undefined ? writeOptional(sent.source ?? null) : old.source,
  };
  const bytes = Object.values(merged).reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
  if (bytes <= mostRecordBytes) return merged;
  throw refusedParameter(
    'records',
    `A record of a dataset may have ${mostRecordBytes} bytes, got one of ${bytes}`,
  );
}

/** None that were sent are other than an empty object. */
function mergeTexts(old: string | null, added: JsonObject | undefined): string | null {
  if (added === undefined) return old;
  return write({ ...(old === null ? {} : (parseExactJson(old) as JsonObject)), ...added });
}

function writeOptional(value: unknown): string | null {
  return value === null ? null : write(value);
}

function write(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    throw refusedParameter('records', 'A record nests too deep');
  }
}
