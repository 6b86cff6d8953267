import type { TraceQuery, TraceRow } from '@dividend/contracts/api';
import { sql } from 'kysely';
import type { Db } from '../../../platform/postgres/index.ts';
import type { Page } from '../../search/index.ts';
import { traceKeys } from '../trace-keys.ts';
import { searchTraces } from '../trace-search.ts';
import { toTraceFacts } from './trace-facts.ts';

type RowAssessment = TraceRow['assessments'][number];

/** Of previews and values in a list: what a cell can show. */
const shownCharacters = 300;

/** Traces of an experiment with what people and scorers said of them, by the page. */
export async function listTraceRows(
  db: Db,
  experimentId: number,
  { filter = '', order, limit = 100, cursor }: TraceQuery,
): Promise<Page<TraceRow>> {
  const { traces, nextPageToken } = await searchTraces(db, {
    experimentIds: [experimentId],
    filter,
    orderBy: order ? [order] : [],
    maxResults: limit,
    pageToken: cursor,
  });
  const assessments = await listShownAssessments(
    db,
    traces.map(({ traceId }) => traceId),
  );
  const rows = traces.map((trace) => {
    const facts = toTraceFacts(trace);
    return {
      ...facts,
      requestPreview: cut(facts.requestPreview),
      responsePreview: cut(facts.responsePreview),
      runId: trace.metadata[traceKeys.sourceRun] ?? null,
      assessments: assessments.get(trace.traceId) ?? [],
    };
  });
  return { rows, nextPageToken };
}

function cut(text: string | null): string | null {
  if (text === null || text.length <= shownCharacters) return text;
  return `${text.slice(0, shownCharacters).toWellFormed()}…`;
}

interface AssessmentRow {
  trace_id: string;
  name: string;
  kind: RowAssessment['kind'];
  value: string;
  is_error: boolean;
}

async function listShownAssessments(
  db: Db,
  traceIds: readonly string[],
): Promise<Map<string, RowAssessment[]>> {
  const { rows } = await sql<AssessmentRow>`
    SELECT trace_id, name, kind, left(value, ${shownCharacters}::int) AS value, error IS NOT NULL AS is_error
    FROM trace_assessment WHERE trace_id = ANY(${traceIds}::text[]) AND is_valid
    ORDER BY name, created_ms, assessment_id`.execute(db);
  const byTrace = new Map<string, RowAssessment[]>();
  for (const { trace_id, name, kind, value, is_error } of rows) {
    const list = byTrace.get(trace_id) ?? [];
    byTrace.set(trace_id, list);
    list.push({ name, kind, value, isError: is_error });
  }
  return byTrace;
}
