import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import { parseExperimentId } from '../log-limits.ts';
import {
  columnField,
  fetchPage,
  filterToSql,
  invalidFilter,
  invalidOrder,
  isOneOf,
  keyedTextField,
  listComparators,
  listNames,
  type OrderTerm,
  parseFilter,
  parseOrderTerm,
  type SearchField,
  type SortTerm,
} from '../search/index.ts';
import type { LifecycleStage } from '../tracking-tables.ts';
import { type Experiment, type ExperimentRow, experimentColumns, toExperiment } from './experiment-store.ts';

export interface ExperimentSearch {
  readonly filter: string;
  readonly stages: readonly LifecycleStage[];
  readonly orderBy: readonly string[];
  readonly maxResults: number;
  readonly pageToken: string | undefined;
}

export async function searchExperiments(
  db: Db,
  search: ExperimentSearch,
): Promise<{ experiments: Experiment[]; nextPageToken: string | undefined }> {
  const page = await fetchPage<ExperimentRow>(db, {
    question: `experiments ${search.orderBy.join(', ')}`,
    columns: experimentColumns,
    from: sql`experiment AS e`,
    where: [
      isOneOf(sql`e.lifecycle_stage`, search.stages),
      filterToSql(parseFilter(search.filter), experimentField),
    ],
    order: orderTerms(search.orderBy),
    limit: search.maxResults,
    pageToken: search.pageToken,
  });
  return { experiments: page.rows.map(toExperiment), nextPageToken: page.nextPageToken };
}

const entities = ['attribute', 'tag', 'tags'];
const columns = {
  name: { column: sql`e.name`, type: 'text' },
  experiment_id: { column: sql`e.experiment_id`, type: 'number' },
  creation_time: { column: sql`e.created_ms`, type: 'number' },
  last_update_time: { column: sql`e.updated_ms`, type: 'number' },
} as const;

function isColumn(key: string): key is keyof typeof columns {
  return Object.hasOwn(columns, key);
}

export function experimentField(entity: string | undefined, key: string): SearchField {
  if (entity === 'tag' || entity === 'tags') {
    return keyedTextField('tag', {
      table: sql`experiment_tag`,
      owner: sql`kv.experiment_id = e.experiment_id`,
      key,
    });
  }
  if (entity !== undefined && entity !== 'attribute') {
    throw invalidFilter(`Invalid entity type '${entity}'. Valid entity types are ${listNames(entities)}`);
  }
  if (!isColumn(key)) {
    throw invalidFilter(
      `Invalid attribute key '${key}' specified. Valid keys are ${listNames(Object.keys(columns))}`,
    );
  }
  return key === 'experiment_id'
    ? idField
    : columnField(`attribute '${key}'`, columns[key].type, columns[key].column);
}

/** The id is a number that filters write as text. */
const idField: SearchField = {
  label: "attribute 'experiment_id'",
  type: 'text',
  comparators: ['=', '!=', ...listComparators],
  where: (test) => {
    for (const id of typeof test.value === 'object' ? test.value : [String(test.value)])
      parseExperimentId(id);
    return test.on(sql`e.experiment_id::text`);
  },
};

function orderTerms(orderBy: readonly string[]): SortTerm[] {
  const terms = orderBy.map(parseOrderTerm);
  const keys = terms.map((term) => checkOrderKey(term));
  const sorted: SortTerm[] = keys.flatMap((key, index) => {
    const { column, type } = columns[key];
    const isFirst = keys.indexOf(key) === index;
    return isFirst ? [{ value: column, type, descending: terms[index]?.descending ?? false }] : [];
  });
  const id = columns.experiment_id;
  if (terms.length === 0) {
    const { column, type } = columns.creation_time;
    sorted.push(
      { value: column, type, descending: true },
      { value: id.column, type: id.type, descending: false },
    );
  } else if (!keys.includes('experiment_id')) {
    sorted.push({ value: id.column, type: id.type, descending: true });
  }
  return sorted;
}

function checkOrderKey({ entity, key }: OrderTerm): keyof typeof columns {
  if (entity !== undefined && entity !== 'attribute') {
    throw invalidOrder(`Invalid order_by entity: '${entity}'. Valid is 'attribute'`);
  }
  if (isColumn(key)) return key;
  throw invalidOrder(
    `Invalid attribute key '${key}' specified. Valid keys are ${listNames(Object.keys(columns))}`,
  );
}
