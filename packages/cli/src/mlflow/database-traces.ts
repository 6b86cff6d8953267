import { DividendError } from '@dividend/core/errors';
import { parseExactJson } from '@dividend/core/json';
import type { ArtifactFolder } from './artifact-folder.ts';
import { groupBy, type Pair, toPairs } from './database-rows.ts';
import type { RawAssessment, RawEvaluationDataset, RawScorer, RawTrace } from './source.ts';
import { readSpansFile } from './spans-file.ts';
import type { Row, Select, SqlReader } from './sql-reader.ts';

/** Traces read at a time, with all that belongs to them but spans; and spans of one. */
const pageTraces = 200;
const pageSpans = 500;

/** Names of metadata by the column that newer versions keep them in; text is written as Python does. */
const tokenColumns = [
  'input_tokens',
  'output_tokens',
  'total_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'cache_creation_input_tokens_above_1hr',
];
const costColumns = ['input_cost', 'output_cost', 'total_cost'];

/** Traces and what evaluations use, from the database behind an MLflow server. */
export function createTraceReader(
  reader: SqlReader,
  select: Select,
  tables: ReadonlySet<string>,
  artifacts: ArtifactFolder | undefined,
) {
  return {
    traces: async function* (experimentId: string): AsyncGenerator<RawTrace> {
      if (!tables.has('trace_info')) return;
      const columns = await reader.selectList('trace_info');
      for (let after = ''; ; ) {
        const page = await reader.rows(
          `SELECT ${columns} FROM trace_info WHERE experiment_id = ? AND request_id > ? ORDER BY request_id LIMIT ${pageTraces}`,
          [Number(experimentId), after],
        );
        yield* await readTracePage(reader, select, tables, page);
        const last = page.at(-1);
        if (last === undefined || page.length < pageTraces) return;
        after = String(last.request_id);
      }
    },
    spans: async function* (trace: RawTrace): AsyncGenerator<unknown> {
      const id = String(trace.id);
      let count = 0;
      for await (const content of readSpans(reader, tables, id)) {
        count += 1;
        yield content;
      }
      if (count > 0 || !trace.hasSpansFile) return;
      if (tagOf(trace, 'mlflow.trace.spansLocation') === 'ARCHIVE_REPO')
        throw unreadable('its spans were moved to an archive: import over the URL of the server');
      if (artifacts === undefined) throw unreadable('its spans are in a file: give --artifacts');
      yield* readSpansFile(artifacts.files({ of: 'run', id, uri: String(trace.artifactUri ?? '') }));
    },
    evaluationDatasets: async function* (
      experimentIds: readonly string[] | undefined,
    ): AsyncGenerator<RawEvaluationDataset> {
      const tags = groupBy(await select('evaluation_dataset_tags', 'dataset_id'), 'dataset_id');
      const links = groupBy(
        await select('entity_associations', 'association_id', { source_type: ['evaluation_dataset'] }),
        'source_id',
      );
      for (const row of await select('evaluation_datasets', 'dataset_id')) {
        const id = String(row.dataset_id);
        const stands = (links.get(id) ?? [])
          .filter(({ destination_type }) => destination_type === 'experiment')
          .map(({ destination_id }) => String(destination_id));
        const wanted =
          experimentIds === undefined ? stands : stands.filter((it) => experimentIds.includes(it));
        if (experimentIds !== undefined && wanted.length === 0) continue;
        const records = await select('evaluation_dataset_records', 'dataset_record_id', { dataset_id: [id] });
        yield toDataset(row, toPairs(tags.get(id)), wanted, records);
      }
    },
    scorers: async function* (experimentId: string): AsyncGenerator<RawScorer> {
      const rows = await select('scorers', 'scorer_name', { experiment_id: [Number(experimentId)] });
      for (const { scorer_id, scorer_name } of rows) {
        const versions = await select('scorer_versions', 'scorer_version', {
          scorer_id: [String(scorer_id)],
        });
        if (versions.length === 0) continue;
        yield {
          experimentId,
          name: scorer_name,
          versions: versions.map(({ scorer_version, serialized_scorer, creation_time }) => ({
            version: scorer_version,
            serialized: serialized_scorer,
            createdMs: creation_time,
          })),
        };
      }
    },
  };
}

async function readTracePage(
  reader: SqlReader,
  select: Select,
  tables: ReadonlySet<string>,
  page: readonly Row[],
): Promise<RawTrace[]> {
  const ids = page.map((row) => String(row.request_id));
  if (ids.length === 0) return [];
  const of = async (table: string, column: string) =>
    groupBy(await select(table, column, { [column]: ids }), column);
  const tags = await of('trace_tags', 'request_id');
  const metadata = await of('trace_request_metadata', 'request_id');
  const assessments = await of('assessments', 'trace_id');
  const links = await of('entity_associations', 'source_id');
  const counts = tables.has('spans')
    ? groupBy(
        await reader.rows(
          `SELECT trace_id, count(*) AS n FROM spans WHERE trace_id IN (${ids.map(() => '?').join(', ')}) GROUP BY trace_id`,
          ids,
        ),
        'trace_id',
      )
    : new Map<string, Row[]>();
  return page.map((row) => {
    const id = String(row.request_id);
    const linked = (type: string) =>
      (links.get(id) ?? [])
        .filter((link) => link.source_type === 'trace' && link.destination_type === type)
        .map(({ destination_id }) => destination_id);
    const spans = Number(counts.get(id)?.[0]?.n ?? 0);
    const tagPairs = toPairs(tags.get(id));
    return {
      id: row.request_id,
      experimentId: row.experiment_id,
      state: row.status,
      startedMs: row.timestamp_ms,
      durationMs: row.execution_time_ms,
      clientRequestId: row.client_request_id,
      requestPreview: row.request_preview,
      responsePreview: row.response_preview,
      tags: withColumns(tagPairs, { 'mlflow.traceName': row.trace_name }),
      metadata: withColumns(toPairs(metadata.get(id)), {
        'mlflow.trace.session': row.session_id,
        'mlflow.trace.tokenUsage': toPythonJson(row, tokenColumns, String),
        'mlflow.trace.cost': toPythonJson(row, costColumns, toPythonFloat),
      }),
      assessments: (assessments.get(id) ?? []).map(toAssessment),
      runs: linked('run'),
      prompts: linked('prompt_version'),
      spansFingerprint: `${spans} spans ${row.status}`,
      hasSpansFile: spans === 0,
      artifactUri: tagPairs.find(([key]) => key === 'mlflow.artifactLocation')?.[1],
    };
  });
}

/** Newer versions keep some texts in columns alone, older ones beside them: the column counts. */
function withColumns(pairs: readonly Pair[], columns: Readonly<Record<string, unknown>>): Pair[] {
  const set = Object.entries(columns).filter(([, value]) => value !== undefined && value !== null);
  return [...pairs.filter(([key]) => !set.some(([name]) => name === key)), ...set];
}

function toPythonJson(row: Row, columns: readonly string[], write: (value: unknown) => string): unknown {
  const members = columns.flatMap((name) =>
    row[name] === undefined || row[name] === null ? [] : [`"${name}": ${write(row[name])}`],
  );
  return members.length === 0 ? undefined : `{${members.join(', ')}}`;
}

function toPythonFloat(value: unknown): string {
  return Number.isInteger(Number(value)) ? `${Number(value)}.0` : String(value);
}

/** Each span once, in the order of their ids, some hundred at a time. */
async function* readSpans(
  reader: SqlReader,
  tables: ReadonlySet<string>,
  traceId: string,
): AsyncGenerator<unknown> {
  if (!tables.has('spans')) return;
  for (let after = ''; ; ) {
    const rows = await reader.rows(
      `SELECT span_id, content FROM spans WHERE trace_id = ? AND span_id > ? ORDER BY span_id LIMIT ${pageSpans}`,
      [traceId, after],
    );
    for (const { span_id, content } of rows) yield parseContent(String(span_id), String(content));
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSpans) return;
    after = String(last.span_id);
  }
}

function parseContent(spanId: string, content: string): unknown {
  try {
    return parseExactJson(content);
  } catch {
    throw unreadable(`the content of its span '${spanId.slice(0, 50)}' is no JSON`);
  }
}

function toAssessment(row: Row): RawAssessment {
  const kind = row.assessment_type;
  const value = typeof row.value === 'string' ? row.value : null;
  const isPacked = kind === 'expectation' && /^\s*[[{]/.test(value ?? '');
  return {
    id: row.assessment_id,
    kind,
    name: row.name,
    value: isPacked ? value : compact(value),
    error: parseOptional(row.error),
    sourceType: row.source_type,
    sourceId: row.source_id,
    spanId: row.span_id,
    rationale: row.rationale,
    metadata: Object.entries((parseOptional(row.assessment_metadata) ?? {}) as object),
    overrides: row.overrides,
    isValid: row.valid,
    createdMs: row.created_timestamp,
    updatedMs: row.last_updated_timestamp,
  };
}

function toDataset(
  row: Row,
  tags: readonly Pair[],
  experimentIds: readonly string[],
  records: readonly Row[],
): RawEvaluationDataset {
  return {
    id: row.dataset_id,
    name: row.name,
    digest: row.digest,
    tags,
    schema: row.schema,
    createdMs: row.created_time,
    updatedMs: row.last_update_time,
    createdBy: row.created_by,
    updatedBy: row.last_updated_by,
    experimentIds,
    records: records.map((record) => ({
      id: record.dataset_record_id,
      inputs: compact(record.inputs),
      outputs: compact(record.outputs, 'mlflow_wrapped'),
      expectations: compact(record.expectations),
      tags: compact(record.tags),
      source: compact(record.source),
      createdMs: record.created_time,
      updatedMs: record.last_update_time,
      createdBy: record.created_by,
      updatedBy: record.last_updated_by,
    })),
  };
}

/** JSON without white space, digits as they were; what is no JSON stays, to be refused by name. */
function compact(text: unknown, wrapper?: string): unknown {
  if (typeof text !== 'string') return text;
  try {
    const value = parseExactJson(text);
    const isWrapped = typeof value === 'object' && value !== null && Object.keys(value).join() === wrapper;
    return JSON.stringify(isWrapped ? (value as Row)[wrapper] : value);
  } catch {
    return text;
  }
}

function parseOptional(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function tagOf({ tags }: RawTrace, name: string): unknown {
  return tags.find(([key]) => key === name)?.[1];
}

function unreadable(reason: string): DividendError {
  return new DividendError('SPANS_UNREADABLE', 'invalid_argument', reason);
}
