import { sql } from 'kysely';
import type { Db } from '../platform/postgres/index.ts';
import {
  columnField,
  comparisonsOf,
  type FieldResolver,
  type Filter,
  fetchPage,
  filterToSql,
  invalidFilter,
  invalidOrder,
  isLongFilter,
  keyedTextField,
  listComparators,
  listNames,
  type Page,
  parseFilter,
  parseOrderTerm,
  type SearchField,
  type SortTerm,
  type Sql,
  textComparators,
} from '../tracking/index.ts';
import { promptTag } from './registry-checks.ts';
import { foundModelJson, foundVersionJson } from './registry-json.ts';

export interface RegistrySearch {
  readonly filter: string;
  readonly orderBy: readonly string[];
  readonly maxResults: number;
  readonly pageToken: string | undefined;
}

/** The items as JSON texts in wire form. */
export interface FoundPage {
  readonly items: readonly string[];
  /** Absent on the last page. */
  readonly nextPageToken: string | undefined;
}

export async function searchModels(db: Db, search: RegistrySearch): Promise<FoundPage> {
  const filter = parseFilter(search.filter);
  const byName = { ...modelColumnsByName.name, descending: false };
  const page = await fetchPage<{ json: string }>(db, {
    question: `models ${search.orderBy.join(', ')}`,
    columns: sql`${foundModelJson} AS json`,
    from: sql`registered_model AS m`,
    where: [filterToSql(filter, modelField), promptCondition(filter)],
    order: orderTerms(search.orderBy, modelColumnsByName, [['name', byName]]),
    limit: search.maxResults,
    pageToken: search.pageToken,
    isLong: isLongFilter(filter),
  });
  return toFoundPage(page);
}

export async function searchVersions(db: Db, search: RegistrySearch): Promise<FoundPage> {
  const filter = parseFilter(search.filter);
  const page = await fetchPage<{ json: string }>(db, {
    question: `versions ${search.orderBy.join(', ')}`,
    columns: sql`${foundVersionJson} AS json`,
    from: sql`model_version AS v JOIN registered_model AS m ON m.name = v.name`,
    where: [filterToSql(filter, versionField), promptCondition(filter)],
    order: orderTerms(newestFirst(search.orderBy), versionColumnsByName, [
      ['name', { ...versionColumnsByName.name, descending: false }],
      ['version_number', { ...versionColumnsByName.version_number, descending: true }],
    ]),
    limit: search.maxResults,
    pageToken: search.pageToken,
    isLong: isLongFilter(filter),
  });
  return toFoundPage(page);
}

function toFoundPage({ rows, nextPageToken }: Page<{ json: string }>): FoundPage {
  return { items: rows.map(({ json }) => json), nextPageToken };
}

function newestFirst(orderBy: readonly string[]): readonly string[] {
  return orderBy.length === 0 ? ['last_updated_timestamp DESC'] : orderBy;
}

type Column = Pick<SortTerm, 'value' | 'type'>;

const modelUpdated: Column = { value: sql`m.updated_ms`, type: 'number' };
const modelColumnsByName = {
  name: { value: sql`m.name`, type: 'text' },
  timestamp: modelUpdated,
  last_updated_timestamp: modelUpdated,
  creation_timestamp: { value: sql`m.created_ms`, type: 'number' },
} satisfies Record<string, Column>;
const versionColumnsByName = {
  name: { value: sql`v.name`, type: 'text' },
  version_number: { value: sql`v.version`, type: 'number' },
  creation_timestamp: { value: sql`v.created_ms`, type: 'number' },
  last_updated_timestamp: { value: sql`v.updated_ms`, type: 'number' },
} satisfies Record<string, Column>;

/** Searches are for models unless they ask for prompts. */
function promptCondition(filter: Filter): Sql {
  const asks = comparisonsOf(filter).some(({ entity, key }) => isTag(entity) && key === promptTag);
  return asks ? sql`true` : sql`NOT m.is_prompt`;
}

/** A model without the tag is no prompt: it compares as 'false'. */
const promptField: SearchField = {
  label: 'tag',
  type: 'text',
  comparators: textComparators,
  where: (test) => test.on(sql`(CASE WHEN m.is_prompt THEN 'true' ELSE 'false' END)`),
};

const modelField: FieldResolver = (entity, key) => {
  if (isTag(entity)) {
    if (key === promptTag) return promptField;
    return keyedTextField('tag', { table: sql`registered_model_tag`, owner: sql`kv.name = m.name`, key });
  }
  checkEntity(entity);
  if (key !== 'name') throw invalidKey(key, ['name']);
  return textAttribute(key, sql`m.name`);
};

const versionField: FieldResolver = (entity, key) => {
  if (isTag(entity)) {
    if (key === promptTag) return promptField;
    const owner = sql`kv.name = v.name AND kv.version = v.version`;
    return keyedTextField('tag', { table: sql`model_version_tag`, owner, key });
  }
  checkEntity(entity);
  switch (key) {
    case 'name':
      return textAttribute(key, sql`v.name`);
    case 'run_id':
      return textAttribute(key, sql`v.run_id`);
    case 'source_path':
      return columnField(`attribute '${key}'`, 'text', sql`v.source`);
    case 'version_number':
      return columnField(`numeric attribute '${key}'`, 'wholeNumber', sql`v.version`);
    default:
      throw invalidKey(key, ['name', 'version_number', 'run_id', 'source_path']);
  }
};

function textAttribute(key: string, column: Sql): SearchField {
  return columnField(`attribute '${key}'`, 'text', column, [...textComparators, ...listComparators]);
}

function isTag(entity: string | undefined): boolean {
  return entity === 'tag' || entity === 'tags';
}

function checkEntity(entity: string | undefined): void {
  if (entity === undefined || entity === 'attribute' || entity === 'attributes') return;
  const known = listNames(['attribute', 'tag', 'tags']);
  throw invalidFilter(`Invalid entity type '${entity}'. Valid entity types are ${known}`);
}

function invalidKey(key: string, known: readonly string[]) {
  return invalidFilter(`Invalid attribute key '${key}' specified. Valid keys are ${listNames(known)}`);
}

/** The terms asked for, then those of `ties` that were not. */
function orderTerms(
  orderBy: readonly string[],
  columns: Readonly<Record<string, Column>>,
  ties: readonly (readonly [string, SortTerm])[],
): SortTerm[] {
  const terms = orderBy.map(parseOrderTerm);
  const keys = terms.map(({ entity, key }) => {
    const isKnown = (entity === undefined || entity === 'attribute') && Object.hasOwn(columns, key);
    if (isKnown) return key;
    throw invalidOrder(
      `Invalid order by key '${key}' specified. Valid keys are ${listNames(Object.keys(columns))}`,
    );
  });
  const chosen = keys.map((key) => columns[key]);
  if (new Set(chosen).size < chosen.length) {
    throw invalidOrder(`\`order_by\` contains duplicate fields: ${listNames(orderBy)}`);
  }
  const asked = keys.map((key, index) => ({
    ...(columns[key] as Column),
    descending: terms[index]?.descending ?? false,
  }));
  return [...asked, ...ties.filter(([key]) => !keys.includes(key)).map(([, term]) => term)];
}
