import { sql } from 'kysely';
import {
  columnField,
  invalidFilter,
  listComparators,
  listNames,
  nullComparators,
  type SearchField,
  type SortTerm,
  type Sql,
  textComparators,
} from '../search/index.ts';
import { traceKeys } from './trace-keys.ts';

/** Entities of a trace's searches, each with the other names that MLflow takes. */
const entityOf: Readonly<Record<string, TraceEntity>> = {
  attribute: 'attribute',
  attributes: 'attribute',
  trace: 'attribute',
  tag: 'tag',
  tags: 'tag',
  metadata: 'metadata',
  request_metadata: 'metadata',
  span: 'span',
  feedback: 'feedback',
  expectation: 'expectation',
  issue: 'issue',
};

export type TraceEntity = 'attribute' | 'tag' | 'metadata' | 'span' | 'feedback' | 'expectation' | 'issue';

/** @throws {DividendError} FILTER_INVALID */
export function resolveTraceEntity(entity: string | undefined): TraceEntity {
  if (entity === undefined) return 'attribute';
  const known = Object.hasOwn(entityOf, entity) ? entityOf[entity] : undefined;
  if (known !== undefined) return known;
  throw invalidFilter(
    `Invalid entity type '${entity}'. Valid values are ${listNames(Object.keys(entityOf))}`,
  );
}

const regular = [...textComparators, 'RLIKE'] as const;
const ofAttribute = [...regular, ...listComparators];
const ofKey = [...regular, ...nullComparators];

export function tagColumn(key: string): Sql {
  return sql`(t.tags ->> ${key}) COLLATE "C"`;
}

export function metadataColumn(key: string): Sql {
  return sql`(t.metadata ->> ${key}) COLLATE "C"`;
}

const startedAt = sql`t.started_ms`;
const duration = sql`t.duration_ms`;
const endedAt = sql`(t.started_ms + coalesce(t.duration_ms, 0))`;

/** Numbers of a trace by their names in filters and orders. */
const numbers: Readonly<Record<string, Sql>> = {
  timestamp: startedAt,
  timestamp_ms: startedAt,
  execution_time: duration,
  execution_time_ms: duration,
  end_time: endedAt,
  end_time_ms: endedAt,
};

const texts: Readonly<Record<string, Sql>> = {
  request_id: sql`t.trace_id`,
  trace_id: sql`t.trace_id`,
  status: sql`t.state`,
  client_request_id: sql`t.client_request_id`,
  name: tagColumn(traceKeys.name),
  run_id: metadataColumn(traceKeys.sourceRun),
};

/** A field of the trace itself; what lies in other tables is in `trace-filter.ts`. @throws {DividendError} FILTER_INVALID */
export function traceField(entity: 'attribute' | 'tag' | 'metadata', key: string): SearchField {
  if (entity === 'attribute') return attributeField(key);
  const column = entity === 'tag' ? tagColumn(key) : metadataColumn(key);
  const field = columnField(entity, 'text', column, ofKey);
  return { ...field, isPresent: sql`(${column} IS NOT NULL)` };
}

function attributeField(key: string): SearchField {
  const number = Object.hasOwn(numbers, key) ? numbers[key] : undefined;
  if (number !== undefined) return columnField(`numeric attribute '${key}'`, 'wholeNumber', number);
  const text = Object.hasOwn(texts, key) ? texts[key] : undefined;
  if (text !== undefined) return columnField(`attribute '${key}'`, 'text', text, ofAttribute);
  const known = [...Object.keys(numbers), ...Object.keys(texts), 'prompt', 'text'];
  throw invalidFilter(`Invalid attribute key '${key}' specified. Valid keys are ${listNames(known)}`);
}

/** A term of an order; undefined for a name that traces cannot be sorted by. */
export function traceSortTerm(entity: TraceEntity, key: string, descending: boolean): SortTerm | undefined {
  if (entity === 'tag') return textTerm(tagColumn(key), descending);
  if (entity === 'metadata') return textTerm(metadataColumn(key), descending);
  if (entity !== 'attribute') return undefined;
  if (key === 'experiment_id') return { value: sql`t.experiment_id`, type: 'number', descending };
  const number = Object.hasOwn(numbers, key) ? numbers[key] : undefined;
  if (number === duration) {
    return { value: duration, type: 'number', descending, rank: sql`(t.duration_ms IS NULL)::int` };
  }
  if (number !== undefined) return { value: number, type: 'number', descending };
  const text = Object.hasOwn(texts, key) ? texts[key] : undefined;
  return text === undefined ? undefined : textTerm(text, descending);
}

function textTerm(value: Sql, descending: boolean): SortTerm {
  return { value, type: 'text', descending, rank: sql`(${value} IS NULL)::int` };
}

export const newestFirst: readonly SortTerm[] = [
  { value: startedAt, type: 'number', descending: true },
  { value: sql`t.trace_id`, type: 'text', descending: false },
];
