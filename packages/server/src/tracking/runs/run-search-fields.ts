import { sql } from 'kysely';
import {
  columnField,
  invalidFilter,
  keyedTextField,
  listComparators,
  listNames,
  numberComparators,
  type SearchField,
  textComparators,
} from '../search/index.ts';

/** Names of a run's entities, each with the plurals and short forms that MLflow takes. */
const entityOf: Readonly<Record<string, 'metric' | 'parameter' | 'tag' | 'attribute' | 'dataset'>> = {
  metric: 'metric',
  metrics: 'metric',
  parameter: 'parameter',
  parameters: 'parameter',
  param: 'parameter',
  params: 'parameter',
  tag: 'tag',
  tags: 'tag',
  attribute: 'attribute',
  attributes: 'attribute',
  attr: 'attribute',
  run: 'attribute',
  dataset: 'dataset',
  datasets: 'dataset',
};

/** Attributes by their wire names, columns of table alias `r`. */
export const runAttributes = {
  run_id: { column: sql`r.run_id`, type: 'text' },
  run_name: { column: sql`r.name`, type: 'text' },
  user_id: { column: sql`r.user_id`, type: 'text' },
  status: { column: sql`r.status`, type: 'text' },
  artifact_uri: { column: sql`r.artifact_uri`, type: 'text' },
  start_time: { column: sql`r.started_ms`, type: 'number' },
  end_time: { column: sql`r.ended_ms`, type: 'number' },
  /** Beyond MLflow: milliseconds from start to end; a run that goes on has none. */
  duration: { column: sql`(r.ended_ms - r.started_ms)`, type: 'number' },
} as const;
export type RunAttribute = keyof typeof runAttributes;

const aliases: Readonly<Record<string, RunAttribute>> = {
  created: 'start_time',
  Created: 'start_time',
  'run name': 'run_name',
  'Run name': 'run_name',
  'Run Name': 'run_name',
};

const datasetColumns: Readonly<Record<string, ReturnType<typeof sql>>> = {
  name: sql`d.name`,
  digest: sql`d.digest`,
  context: sql`link.tags ->> 'mlflow.data.context'`,
};

export interface RunFieldName {
  readonly entity: 'metric' | 'parameter' | 'tag' | 'attribute' | 'dataset';
  readonly key: string;
}

/** What a name in a filter or an order means. @throws {DividendError} FILTER_INVALID */
export function resolveRunField(entity: string | undefined, key: string): RunFieldName {
  const known =
    entity === undefined ? 'attribute' : Object.hasOwn(entityOf, entity) ? entityOf[entity] : undefined;
  if (known === undefined) {
    const names = ['metric', 'parameter', 'tag', 'attribute', 'dataset'];
    throw invalidFilter(`Invalid entity type '${entity}'. Valid values are ${listNames(names)}`);
  }
  if (known === 'attribute') return { entity: known, key: resolveAttribute(key) };
  if (known === 'dataset' && !Object.hasOwn(datasetColumns, key)) {
    throw invalidFilter(
      `Invalid dataset key '${key}' specified. Valid keys are ${listNames(Object.keys(datasetColumns))}`,
    );
  }
  return { entity: known, key };
}

function resolveAttribute(key: string): RunAttribute {
  if (Object.hasOwn(runAttributes, key)) return key as RunAttribute;
  if (Object.hasOwn(aliases, key)) return aliases[key] as RunAttribute;
  throw invalidFilter(
    `Invalid attribute key '${key}' specified. Valid keys are ${listNames(Object.keys(runAttributes))}`,
  );
}

export function runField(entityName: string | undefined, keyName: string): SearchField {
  const { entity, key } = resolveRunField(entityName, keyName);
  switch (entity) {
    case 'metric':
      return metricField(key);
    case 'parameter':
      return keyedTextField('param', { table: sql`run_param`, owner: sql`kv.run_id = r.run_id`, key });
    case 'tag':
      return keyedTextField('tag', { table: sql`run_tag`, owner: sql`kv.run_id = r.run_id`, key });
    case 'dataset':
      return datasetField(key);
    default:
      return attributeField(key as RunAttribute);
  }
}

function attributeField(key: RunAttribute): SearchField {
  const { column, type } = runAttributes[key];
  if (type === 'number') return columnField(`numeric attribute '${key}'`, type, column);
  const comparators = key === 'run_id' ? [...textComparators, ...listComparators] : textComparators;
  return columnField(`attribute '${key}'`, type, column, comparators);
}

/** The latest value. NaN is unequal to every number, and neither less nor greater. */
function metricField(key: string): SearchField {
  return {
    label: 'metric',
    type: 'number',
    comparators: numberComparators,
    where: (test) => {
      const holds =
        test.comparator === '!='
          ? sql`(m.is_nan OR ${test.on(sql`m.value`)})`
          : sql`NOT m.is_nan AND ${test.on(sql`m.value`)}`;
      return sql`EXISTS (SELECT FROM run_latest_metric AS m WHERE m.run_id = r.run_id AND m.key = ${key} AND ${holds})`;
    },
  };
}

function datasetField(key: string): SearchField {
  const column = datasetColumns[key] ?? sql`NULL`;
  return {
    label: `dataset attribute '${key}'`,
    type: 'text',
    comparators: [...textComparators, ...listComparators],
    where: (test) =>
      sql`EXISTS (SELECT FROM run_dataset AS link JOIN dataset AS d USING (dataset_id)
        WHERE link.run_id = r.run_id AND ${test.on(column)})`,
  };
}
