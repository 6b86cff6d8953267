import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import {
  columnField,
  comparisonsOf,
  fetchPage,
  filterToSql,
  invalidFilter,
  invalidOrder,
  isLongFilter,
  isOneOf,
  keyedTextField,
  listComparators,
  listNames,
  numberComparators,
  parseFilter,
  type SearchField,
  type SortTerm,
  type Sql,
  textComparators,
  type ValueTest,
} from '../search/index.ts';
import {
  type LoggedModel,
  type LoggedModelRow,
  loadLoggedModels,
  loggedModelColumns,
} from './logged-model-store.ts';

/** Datasets of a name, of a digest, or of both; every metric where neither is given. */
export interface DatasetScope {
  readonly name?: string | undefined;
  readonly digest?: string | undefined;
}

export interface LoggedModelOrder {
  readonly fieldName: string;
  readonly ascending: boolean;
  readonly dataset: DatasetScope;
}

export interface LoggedModelSearch {
  readonly experimentIds: readonly number[];
  readonly filter: string;
  /** Metrics count only where they were measured on one of these. */
  readonly datasets: readonly DatasetScope[];
  readonly orderBy: readonly LoggedModelOrder[];
  readonly maxResults: number;
  readonly pageToken: string | undefined;
}

export async function searchLoggedModels(
  db: Db,
  search: LoggedModelSearch,
): Promise<{ models: LoggedModel[]; nextPageToken: string | undefined }> {
  const filter = parseFilter(search.filter);
  const scope = onDatasets(search.datasets);
  const where = [
    isOneOf(sql`m.experiment_id`, search.experimentIds),
    sql`m.lifecycle_stage = 'active'`,
    filterToSql(filter, (entity, key) => loggedModelField(entity, key, scope)),
  ];
  const namesMetric = comparisonsOf(filter).some(({ entity }) => entity === 'metrics');
  if (search.datasets.length > 0 && !namesMetric) {
    where.push(sql`EXISTS (SELECT FROM logged_model_metric AS v WHERE v.model_id = m.model_id AND ${scope})`);
  }
  const page = await fetchPage<LoggedModelRow>(db, {
    question: `logged models ${JSON.stringify([search.experimentIds, search.filter, search.orderBy])}`,
    columns: loggedModelColumns,
    from: sql`logged_model AS m`,
    where,
    order: orderTerms(search.orderBy),
    limit: search.maxResults,
    pageToken: search.pageToken,
    isLong: isLongFilter(filter),
  });
  return { models: await loadLoggedModels(db, page.rows), nextPageToken: page.nextPageToken };
}

const createdAt = { column: sql`m.created_ms`, type: 'number' } as const;
const updatedAt = { column: sql`m.updated_ms`, type: 'number' } as const;
const columns = {
  name: { column: sql`m.name`, type: 'text' },
  model_id: { column: sql`m.model_id`, type: 'text' },
  model_type: { column: sql`m.model_type`, type: 'text' },
  // Filters say READY, the wire says LOGGED_MODEL_READY: both are meant.
  status: { column: sql`replace(m.status, 'LOGGED_MODEL_', '')`, type: 'text' },
  source_run_id: { column: sql`m.source_run_id`, type: 'text' },
  artifact_location: { column: sql`m.artifact_uri`, type: 'text' },
  experiment_id: { column: sql`m.experiment_id::text`, type: 'text' },
  creation_time: createdAt,
  creation_timestamp: createdAt,
  creation_timestamp_ms: createdAt,
  last_updated_timestamp: updatedAt,
  last_updated_timestamp_ms: updatedAt,
} as const;
const entities = ['attributes', 'metrics', 'params', 'tags'];

function loggedModelField(entity: string | undefined, key: string, scope: Sql): SearchField {
  switch (entity) {
    case undefined:
    case 'attributes':
      return attributeField(key);
    case 'metrics':
      return metricField(key, scope);
    case 'params':
      return keyedTextField('param', { ...texts, table: sql`logged_model_param`, key });
    case 'tags':
      return keyedTextField('tag', { ...texts, table: sql`logged_model_tag`, key });
    default:
      throw invalidFilter(`Invalid entity type: '${entity}'. Expected one of ${listNames(entities)}.`);
  }
}

const texts = {
  owner: sql`kv.model_id = m.model_id`,
  comparators: [...textComparators, ...listComparators],
};

function attributeField(key: string): SearchField {
  if (!Object.hasOwn(columns, key)) {
    throw invalidFilter(`Invalid attribute key '${key}'. Valid keys are ${listNames(Object.keys(columns))}`);
  }
  const { column, type } = columns[key as keyof typeof columns];
  const comparators = type === 'number' ? numberComparators : [...textComparators, ...listComparators];
  const field = columnField(`attribute '${key}'`, type, column, comparators);
  if (isEmptyWhenAbsent(key)) return { ...field, where: (test) => onAbsentAsEmpty(test, column) };
  if (key !== 'status') return field;
  return {
    ...field,
    where: (test) => {
      const isNot = test.comparator === '!=' || test.comparator === 'NOT IN';
      return sql`(${test.on(column)} ${sql.raw(isNot ? 'AND' : 'OR')} ${test.on(sql`m.status`)})`;
    },
  };
}

/** What MLflow keeps as the empty text where a model has none. */
function isEmptyWhenAbsent(key: string): boolean {
  return key === 'model_type' || key === 'source_run_id';
}

/** Written so that an index on the column stays usable. */
function onAbsentAsEmpty(test: ValueTest, column: Sql): Sql {
  return sql`(${test.on(column)} OR (${column} IS NULL AND ${test.on(sql`''::text`)}))`;
}

function metricField(key: string, scope: Sql): SearchField {
  return {
    label: 'metric',
    type: 'number',
    comparators: numberComparators,
    where: (test) => {
      const holds =
        test.comparator === '!='
          ? sql`(v.is_nan OR ${test.on(sql`v.value`)})`
          : sql`NOT v.is_nan AND ${test.on(sql`v.value`)}`;
      return sql`EXISTS (SELECT FROM logged_model_metric AS v
        WHERE v.model_id = m.model_id AND v.key = ${key} AND ${scope} AND ${holds})`;
    },
  };
}

/** True for metrics `v` measured on one of the datasets; on anything where none is named. */
function onDatasets(datasets: readonly DatasetScope[]): Sql {
  if (datasets.length === 0) return sql`true`;
  const each = datasets.map(({ name, digest }) => {
    const isName = name === undefined ? sql`true` : sql`v.dataset_name = ${name}`;
    const isDigest = digest === undefined ? sql`true` : sql`v.dataset_digest = ${digest}`;
    return sql`(${isName} AND ${isDigest})`;
  });
  return sql`(${sql.join(each, sql` OR `)})`;
}

/** The terms asked for, then newest first, then by id. */
function orderTerms(orderBy: readonly LoggedModelOrder[]): SortTerm[] {
  const terms = orderBy.map((order, index) => orderTerm(order, index));
  const names = orderBy.map(({ fieldName }) => fieldName);
  if (!names.some((name) => name.startsWith('creation_time'))) {
    terms.push({ value: createdAt.column, type: 'number', descending: true });
  }
  return [...terms, { value: columns.model_id.column, type: 'text', descending: false }];
}

function orderTerm({ fieldName, ascending, dataset }: LoggedModelOrder, index: number): SortTerm {
  const dot = fieldName.indexOf('.');
  const plain = fieldName.startsWith('attributes.') ? fieldName.slice(dot + 1) : fieldName;
  if (Object.hasOwn(columns, plain)) {
    const { column, type } = columns[plain as keyof typeof columns];
    const value = isEmptyWhenAbsent(plain) ? sql`coalesce(${column}, '')` : column;
    return { value, type, descending: !ascending, rank: sql`(${value} IS NULL)::int` };
  }
  if (!fieldName.startsWith('metrics.')) {
    throw invalidOrder(
      `Invalid order by field name: ${fieldName}. Only attributes and metrics are supported.`,
    );
  }
  const key = fieldName.slice(dot + 1).replace(/^(["`])(.*)\1$/, '$2');
  const side = sql.table(`by_${index}`);
  // The newest value of each model; of two at the same time, that of the first run.
  const join = sql`LEFT JOIN (
      SELECT DISTINCT ON (v.model_id) v.model_id, v.value, v.is_nan FROM logged_model_metric AS v
      WHERE v.key = ${key} AND ${onDatasets([dataset])}
      ORDER BY v.model_id, v.timestamp DESC, v.step DESC, v.run_id
    ) AS ${side} ON ${side}.model_id = m.model_id`;
  return {
    value: sql`${side}.value`,
    type: 'number',
    descending: !ascending,
    rank: sql`CASE WHEN ${side}.is_nan THEN 1 WHEN ${side}.value IS NULL THEN 2 ELSE 0 END`,
    join,
  };
}
