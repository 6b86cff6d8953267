import {
  type ImportRecord,
  isPromptSource,
  type RecordKind,
  recordIdOf,
  recordSchemas,
  traceImportLimits,
} from '@dividend/contracts/imports';
import { DividendError } from '@dividend/core/errors';
import { Compile } from 'typebox/compile';
import { checkModelName, checkNewAlias, checkNewTags } from '../registry/index.ts';
import { checkKey, checkLabelInput, checkNewQueue, checkRunId } from '../tracking/index.ts';

const validators = Object.fromEntries(
  Object.entries(recordSchemas).map(([kind, schema]) => [kind, Compile(schema)]),
);

/** A line of a batch: the record, or why it cannot be taken, by the name it gives itself. */
export type CheckedLine =
  | { readonly record: ImportRecord }
  | { readonly refused: { kind: string; id: string; reason: string } };

/** Reads one line; never throws. */
export function checkLine(line: string): CheckedLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return refuse(undefined, 'the line is no JSON');
  }
  const kind = (value as { kind?: unknown } | null)?.kind;
  const validator =
    typeof kind === 'string' && Object.hasOwn(validators, kind) ? validators[kind] : undefined;
  if (validator === undefined) return refuse(value, 'its kind is unknown');
  if (!validator.Check(value)) {
    const [first] = validator.Errors(value);
    return refuse(value, `'${first?.instancePath ?? ''}' ${first?.message ?? 'has the wrong shape'}`);
  }
  const record = value as ImportRecord;
  const text = findBadText(record, '', 0);
  if (text !== undefined) return refuse(value, text);
  try {
    checkRules(record);
  } catch (error) {
    if (error instanceof DividendError) return refuse(value, error.message);
    throw error;
  }
  return { record };
}

function refuse(value: unknown, reason: string): CheckedLine {
  const named = (value ?? {}) as Record<string, unknown>;
  let id = '';
  try {
    id = String(recordIdOf(value as ImportRecord) ?? '').slice(0, 600);
  } catch {}
  return { refused: { kind: String(named.kind ?? '').slice(0, 30), id, reason } };
}

/** Values of a span's attributes nest four levels of JSON each. */
const maxDepth = 200;

/** The database holds no U+0000, and a lone surrogate is no character. */
function findBadText(value: unknown, path: string, depth: number): string | undefined {
  if (depth > maxDepth) return `'${path.slice(0, 100)}' nests too deep`;
  if (typeof value === 'string') {
    if (value.includes('\0')) return `'${path}' holds the character U+0000`;
    return value.isWellFormed() ? undefined : `'${path}' holds half a character (a lone surrogate)`;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  // A history has thousands of numbers, which hold no text.
  if (Array.isArray(value) && value.every((item) => typeof item === 'number')) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const found = findBadText(item, `${path}/${key}`, depth + 1) ?? findBadText(key, path, depth);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The rules of the platform for names and keys, as over its other doors. */
function checkRules(record: ImportRecord): void {
  // Tags of traces and datasets have any name, as over their own doors.
  const isFree = record.kind === 'trace' || record.kind === 'evaluationDataset';
  if ('tags' in record && !isFree) for (const key of Object.keys(record.tags)) checkKey(key, `tags.${key}`);
  if ('params' in record) for (const key of Object.keys(record.params)) checkKey(key, `params.${key}`);
  switch (record.kind) {
    case 'run':
      checkRunId(record.id);
      return;
    case 'metrics':
      checkKey(record.key, 'key');
      checkPieces(record);
      return;
    case 'loggedModel':
      if (!/^m-[0-9a-f]{32}$/.test(record.id)) throw badField('id', `is no id of a logged model`);
      return;
    case 'registeredModel':
      checkModelName(record.name);
      checkNewTags(record.tags);
      return;
    case 'version':
      checkSource(record);
      checkNewTags(record.tags);
      return;
    case 'alias':
      checkNewAlias(record.alias);
      return;
    case 'trace':
      checkTexts(record);
      return;
    case 'spans':
      if (!/^tr-[0-9a-f]{32}$/.test(record.traceId))
        throw badField('traceId', "is not 'tr-' and 32 hex digits: spans have no other");
      return;
    case 'evaluationDataset':
      checkDataset(record);
      return;
    case 'scorer':
      for (const { serialized } of record.versions) checkJson(serialized, 'versions.serialized');
      return;
    case 'labelSchema':
      checkLabelInput(record.input);
      return;
    case 'reviewQueue':
      checkQueue(record);
  }
}

function checkQueue({ type, name, users, schemaIds, items }: Extract<ImportRecord, { kind: 'reviewQueue' }>) {
  const kept = checkNewQueue(type, { name, users, schemaIds });
  if (kept.name !== name) throw badField('name', 'is not written as servers keep it');
  if (kept.users.join('\n') !== [...users].sort().join('\n'))
    throw badField('users', 'are not written as servers keep them');
  for (const { status, completedBy, completedMs } of items)
    if ([completedBy, completedMs].some((value) => (value === null) !== (status === 'PENDING')))
      throw badField('items', `say who ended a review and when, or do not, against the status '${status}'`);
}

function checkPieces({ timestamps, steps, values }: Extract<ImportRecord, { kind: 'metrics' }>): void {
  if (timestamps.length !== steps.length || steps.length !== values.length)
    throw badField('values', 'has another length than timestamps or steps');
}

function checkTexts({ tags, metadata, assessments }: Extract<ImportRecord, { kind: 'trace' }>): void {
  for (const key of [...Object.keys(tags), ...Object.keys(metadata)])
    if (key.length > traceImportLimits.key) throw badField('tags', 'has a key that is too long');
  for (const { value } of assessments) checkJson(value, 'assessments.value');
}

function checkDataset({ schema, records }: Extract<ImportRecord, { kind: 'evaluationDataset' }>): void {
  if (schema !== null) checkJson(schema, 'schema');
  for (const { inputs, outputs, expectations, tags, source } of records) {
    for (const [field, text] of Object.entries({ inputs, outputs, expectations, tags, source }))
      if (text !== null) checkJson(text, `records.${field}`, field === 'outputs');
  }
}

function checkJson(text: string, field: string, isAny = true): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badField(field, 'is no JSON');
  }
  if (isAny || (typeof value === 'object' && value !== null && !Array.isArray(value))) return;
  throw badField(field, 'is no JSON of an object');
}

/** A version's files are in this store, or it is a prompt and has none. */
function checkSource({ source, files }: Extract<ImportRecord, { kind: 'version' }>): void {
  if (files === null ? isPromptSource(source) : source === null || /^(runs|models):\//.test(source)) return;
  throw badField('source', files === null ? 'leads to no files that come over' : 'is of a foreign scheme');
}

function badField(field: string, what: string): DividendError {
  return new DividendError('RECORD_INVALID', 'invalid_argument', `'${field}' ${what}`, { field });
}

export function isKind<Kind extends RecordKind>(
  record: ImportRecord,
  kind: Kind,
): record is Extract<ImportRecord, { kind: Kind }> {
  return record.kind === kind;
}
