import { sql } from 'kysely';
import { type Comparison, invalidFilter, parseFilter, type Sql } from '../../search/index.ts';
import type { MetricView } from './trace-metrics.ts';

/**
 * One equality, such as `trace.status = 'OK'`, `trace.tag.team = 'a'`, `span.type = 'LLM'` or `assessment.name = 'good'`.
 * @throws {DividendError} FILTER_INVALID
 */
export function metricFilterToSql(text: string, view: MetricView): Sql {
  const filter = parseFilter(text);
  if (filter.kind !== 'comparison')
    throw invalidFilter(`Invalid filter: '${text}'. Expected one filter clause.`);
  if (filter.comparator !== '=' || filter.value.kind !== 'text') {
    throw invalidFilter(`Invalid comparator in '${text}'. Only '=' with a quoted text is supported.`);
  }
  const column = columnOf(filter, view);
  if (column === undefined) {
    throw invalidFilter(
      `Invalid filter '${text}'. Columns are trace.status, trace.tag.<key>, trace.metadata.<key>, span.name|status|type in the view SPANS, and assessment.name|type in the view ASSESSMENTS.`,
    );
  }
  return sql`${column} = ${filter.value.text}::text`;
}

const spanColumns: Readonly<Record<string, Sql>> = {
  name: sql`s.name`,
  status: sql`s.status`,
  type: sql`s.type`,
};
const assessmentColumns: Readonly<Record<string, Sql>> = { name: sql`a.name`, type: sql`a.kind` };

function columnOf({ entity, key }: Comparison, view: MetricView): Sql | undefined {
  if (entity === 'span' && view === 'SPANS')
    return Object.hasOwn(spanColumns, key) ? spanColumns[key] : undefined;
  if (entity === 'assessment' && view === 'ASSESSMENTS') {
    return Object.hasOwn(assessmentColumns, key) ? assessmentColumns[key] : undefined;
  }
  if (entity !== 'trace') return undefined;
  if (key === 'status') return sql`t.state`;
  const [, part, name] = /^(tag|metadata)\.(.+)$/s.exec(key) ?? [];
  if (part === undefined || name === undefined) return undefined;
  const bare = name.replace(/^(["`])(.*)\1$/s, '$2');
  return part === 'tag' ? sql`(t.tags ->> ${bare}::text)` : sql`(t.metadata ->> ${bare}::text)`;
}
