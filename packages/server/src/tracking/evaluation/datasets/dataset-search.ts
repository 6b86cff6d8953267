import { sql } from 'kysely';
import type { Db } from '../../../platform/postgres/index.ts';
import {
  columnField,
  fetchPage,
  filterToSql,
  invalidFilter,
  invalidOrder,
  listNames,
  nullComparators,
  parseFilter,
  parseOrderTerm,
  type SearchField,
  type SortTerm,
  textComparators,
} from '../../search/index.ts';
import { type DatasetRow, datasetColumns, type EvaluationDataset, toDataset } from './dataset-store.ts';

export interface DatasetSearch {
  /** All datasets where empty. */
  readonly experimentIds: readonly number[];
  readonly filter: string;
  readonly orderBy: readonly string[];
  readonly maxResults: number;
  readonly pageToken: string | undefined;
}

/** @throws {DividendError} FILTER_INVALID, ORDER_INVALID, PAGE_TOKEN_INVALID */
export async function searchEvaluationDatasets(
  db: Db,
  { experimentIds, filter, orderBy, maxResults, pageToken }: DatasetSearch,
): Promise<{ datasets: EvaluationDataset[]; nextPageToken: string | undefined }> {
  const inExperiments =
    experimentIds.length === 0
      ? sql`true`
      : sql`EXISTS (SELECT FROM evaluation_dataset_experiment AS e
          WHERE e.dataset_id = d.dataset_id AND e.experiment_id = ANY(${experimentIds}::bigint[]))`;
  const page = await fetchPage<DatasetRow>(db, {
    question: `evaluation datasets ${JSON.stringify([experimentIds, filter, orderBy])}`,
    columns: datasetColumns,
    from: sql`evaluation_dataset AS d`,
    where: [inExperiments, filterToSql(parseFilter(filter), datasetField)],
    order: orderTerms(orderBy),
    limit: maxResults,
    pageToken,
  });
  return { datasets: page.rows.map(toDataset), nextPageToken: page.nextPageToken };
}

const columns = {
  name: { column: sql`d.name`, type: 'text' },
  created_by: { column: sql`d.created_by`, type: 'text' },
  last_updated_by: { column: sql`d.updated_by`, type: 'text' },
  created_time: { column: sql`d.created_ms`, type: 'number' },
  last_update_time: { column: sql`d.updated_ms`, type: 'number' },
} as const;

function datasetField(entity: string | undefined, key: string): SearchField {
  if (entity === 'tag' || entity === 'tags') {
    const column = sql`(d.tags ->> ${key}) COLLATE "C"`;
    const field = columnField('tag', 'text', column, [...textComparators, ...nullComparators]);
    return { ...field, isPresent: sql`(${column} IS NOT NULL)` };
  }
  const isAttribute = entity === undefined || entity === 'attribute' || entity === 'attributes';
  if (!isAttribute || !Object.hasOwn(columns, key)) {
    throw invalidFilter(
      `Invalid attribute key '${key}' specified. Valid keys are ${listNames(Object.keys(columns))}`,
    );
  }
  const { column, type } = columns[key as keyof typeof columns];
  if (type === 'number') return columnField(`attribute '${key}'`, 'wholeNumber', column);
  return columnField(`attribute '${key}'`, type, column, [
    ...textComparators,
    ...(key === 'name' ? (['IN'] as const) : []),
  ]);
}

const sortable = ['name', 'created_time', 'last_update_time'];

function orderTerms(orderBy: readonly string[]): SortTerm[] {
  const terms = orderBy.map((source): SortTerm => {
    const { key, descending } = parseOrderTerm(source);
    if (!sortable.includes(key)) {
      throw invalidOrder(`Invalid order_by clause '${source}'. Valid keys are ${listNames(sortable)}`);
    }
    const { column, type } = columns[key as keyof typeof columns];
    return { value: column, type, descending };
  });
  if (terms.length === 0) terms.push({ value: sql`d.created_ms`, type: 'number', descending: true });
  return [...terms, { value: sql`d.dataset_id`, type: 'text', descending: true }];
}
