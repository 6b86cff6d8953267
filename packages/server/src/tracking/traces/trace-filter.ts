import { sql } from 'kysely';
import { refusedParameter } from '../door/index.ts';
import {
  allOf,
  columnField,
  type Filter,
  fenced,
  filterToSql,
  invalidFilter,
  listComparators,
  nullComparators,
  numberComparators,
  type SearchField,
  type Sql,
  textComparators,
} from '../search/index.ts';
import { toLinkedText } from './linked-prompts.ts';
import { resolveTraceEntity, traceField } from './trace-fields.ts';
import { traceKeys } from './trace-keys.ts';

type Comparison = Extract<Filter, { kind: 'comparison' }>;

/**
 * The condition of a filter over traces `t`. Comparisons of spans that stand side by side under one AND hold for one and
 * the same span, as in MLflow.
 * @throws {DividendError} FILTER_INVALID
 */
export function traceFilterToSql(filter: Filter): Sql {
  if (filter.kind === 'comparison') return isOnSpan(filter) ? onOneSpan([filter]) : comparisonToSql(filter);
  if (filter.kind === 'any') return sql`(${sql.join(filter.parts.map(traceFilterToSql), sql` OR `)})`;
  const onSpan = filter.parts.filter((part) => part.kind === 'comparison' && isOnSpan(part));
  const others = filter.parts
    .filter((part) => !onSpan.includes(part))
    .map((part) => (part.kind === 'all' ? fenced(traceFilterToSql(part)) : traceFilterToSql(part)));
  return allOf(onSpan.length === 0 ? others : [...others, onOneSpan(onSpan as Comparison[])]);
}

/** `text` is the content of any span, too, but each such comparison may find another span. */
function isOnSpan({ entity }: Comparison): boolean {
  return resolveTraceEntity(entity) === 'span';
}

function comparisonToSql(comparison: Comparison): Sql {
  const entity = resolveTraceEntity(comparison.entity);
  if (entity === 'feedback' || entity === 'expectation') return assessmentToSql(entity, comparison);
  return filterToSql(comparison, (_, key) => {
    if (entity === 'issue') return issueField(key);
    if (entity === 'attribute' && key === 'prompt') return promptField;
    if (entity === 'attribute' && key === 'text') return anyTextField;
    const isRun =
      comparison.comparator === '=' &&
      ((entity === 'attribute' && key === 'run_id') ||
        (entity === 'metadata' && key === traceKeys.sourceRun));
    if (isRun) return runField;
    return traceField(entity as 'attribute' | 'tag' | 'metadata', key);
  });
}

function onOneSpan(comparisons: readonly Comparison[]): Sql {
  const conditions = comparisons.map((comparison) => filterToSql(comparison, (_, key) => spanField(key)));
  return anySpan(sql.join(conditions, sql` AND `));
}

function anySpan(condition: Sql): Sql {
  return sql`EXISTS (SELECT FROM span AS s WHERE s.trace_id = t.trace_id AND ${condition})`;
}

const ofSpan = [...textComparators, 'RLIKE', ...listComparators] as const;
const attributePrefix = 'attributes.';

function spanField(key: string): SearchField {
  if (key.startsWith(attributePrefix) && key.length > attributePrefix.length) {
    return spanAttributeField(unquote(key.slice(attributePrefix.length)));
  }
  switch (key) {
    case 'name':
      return {
        ...columnField('span.name', 'text', sql`s.name`, ofSpan),
        // The index holds the first 256 characters.
        where: (test) =>
          test.comparator === '='
            ? sql`left(s.name, 256) = left(${test.value}::text, 256) AND ${test.on(sql`s.name`)}`
            : test.on(sql`s.name`),
      };
    case 'type':
      return columnField('span.type', 'text', sql`s.type`, ofSpan);
    case 'status':
      return columnField('span.status', 'text', sql`s.status`, ofSpan);
    case 'content':
      return { ...contentField, label: 'span.content', where: (test) => contentMatches(test) };
    default:
      throw invalidFilter(
        `Invalid span attribute '${key}'. Supported attributes: name, status, type, content, attributes.<attribute_name>.`,
      );
  }
}

function spanAttributeField(key: string): SearchField {
  const needle = `"key":${JSON.stringify(key.toWellFormed())}`;
  const value = sql`span_attribute(s.content, ${key}, ${needle}) COLLATE "C"`;
  return columnField(`span attribute '${key}'`, 'text', value, ofSpan);
}

function unquote(key: string): string {
  return key.replace(/^(["`])(.*)\1$/s, '$2');
}

const contentField = { type: 'text', comparators: ['LIKE', 'ILIKE'] } as const;

function contentMatches(test: { on(column: Sql): Sql }): Sql {
  return sql`(${test.on(sql`s.content COLLATE "C"`)} OR ${test.on(sql`s.name`)})`;
}

const anyTextField: SearchField = {
  ...contentField,
  label: "attribute 'text'",
  where: (test) => anySpan(contentMatches(test)),
};

/** In the run that made the trace, or linked to it since. */
const runField: SearchField = {
  ...columnField('run_id', 'text', sql`NULL`),
  where: (test) => sql`(t.metadata ->> ${traceKeys.sourceRun} = ${test.value}::text OR EXISTS (
    SELECT FROM trace_run AS link WHERE link.trace_id = t.trace_id AND link.run_id = ${test.value}::text))`,
};

/** Linked by the client of today, or noted in the tag that those of a year ago write. */
const promptField: SearchField = {
  label: 'prompt',
  type: 'text',
  comparators: ['='],
  where: ({ value }) => {
    const prompt = String(value);
    const [name = '', version = '', ...rest] = prompt.split('/');
    if (version === '' || rest.length > 0) {
      throw refusedParameter(
        'filter',
        `Invalid prompts filter value '${prompt}'. Expected format: prompt = "name/version"`,
      );
    }
    const noted = toLinkedText(name, version);
    return sql`(strpos(t.tags ->> 'mlflow.linkedPrompts', ${noted}) > 0 OR EXISTS (
      SELECT FROM trace_prompt AS link WHERE link.trace_id = t.trace_id AND link.prompt = ${prompt}::text))`;
  },
};

function issueField(key: string): SearchField {
  if (key !== 'id') throw invalidFilter(`Invalid issue attribute '${key}'. Supported attributes: id`);
  return {
    label: 'issue.id',
    type: 'text',
    comparators: ['='],
    where: ({ value }) => sql`EXISTS (SELECT FROM trace_assessment AS a
      WHERE a.trace_id = t.trace_id AND a.kind = 'issue' AND a.name = ${value}::text)`,
  };
}

/** Values are JSON: a text equals the JSON text as well as what it spells, so 'true' and '0.5' find no texts only. */
function assessmentToSql(kind: 'feedback' | 'expectation', comparison: Comparison): Sql {
  const label = `${kind}.${comparison.key}`;
  if (comparison.key === '') throw invalidFilter('Assessment field name cannot be empty');
  const any = (condition: Sql) => {
    const holds = sql`a.kind = ${kind} AND a.name = ${comparison.key} AND a.is_valid AND ${condition}`;
    return sql`(EXISTS (SELECT FROM trace_assessment AS a WHERE a.trace_id = t.trace_id AND ${holds})
      OR ${isOfJudgedSession(holds)})`;
  };
  const isNumber = comparison.value.kind === 'number';
  const field: SearchField = isNumber
    ? {
        label,
        type: 'number',
        comparators: numberComparators,
        where: (test) => any(test.on(sql`a.number_value`)),
      }
    : {
        label,
        type: 'text',
        comparators: [...textComparators, 'RLIKE', ...nullComparators],
        where: (test) => any(textCondition(test)),
        isPresent: any(sql`true`),
      };
  return filterToSql(comparison, () => field);
}

/** An assessment that names a session in its metadata judges the whole session of its trace. */
function isOfJudgedSession(holds: Sql): Sql {
  const key = sql.lit(traceKeys.session);
  return sql`(t.metadata ? ${key} AND (t.experiment_id, t.metadata ->> ${key}) IN (
    SELECT judged.experiment_id, judged.metadata ->> ${key}
    FROM trace_assessment AS a JOIN trace AS judged ON judged.trace_id = a.trace_id
    WHERE a.metadata ? ${key} AND judged.metadata ? ${key} AND ${holds}))`;
}

function textCondition(test: { comparator: string; value: unknown; on(column: Sql): Sql }): Sql {
  if (test.comparator !== '=' && test.comparator !== '!=') return test.on(sql`a.value`);
  const value = String(test.value);
  const number = /^-?\d/.test(value) ? Number(value) : Number.NaN;
  const equal = sql`(a.value = ${value}::text OR a.value = ${JSON.stringify(value)}::text
    ${Number.isFinite(number) ? sql`OR a.number_value IS NOT DISTINCT FROM ${number}::float8` : sql``})`;
  return test.comparator === '=' ? equal : sql`NOT ${equal}`;
}
