import type { TraceAssessment, TraceDetail } from '@dividend/contracts/api';
import { sql } from 'kysely';
import type { Db } from '../../../platform/postgres/index.ts';
import { listAssessments, type StoredAssessment } from '../assessments/assessment-store.ts';
import { traceKeys } from '../trace-keys.ts';
import { getTraceRow, toStoredTrace } from '../trace-store.ts';
import { toWireTimestamp } from '../trace-wire.ts';
import { toTraceFacts } from './trace-facts.ts';

/** All that is known of a trace but its spans. @throws {DividendError} TRACE_NOT_FOUND */
export async function getTraceDetail(db: Db, traceId: string): Promise<TraceDetail> {
  const trace = toStoredTrace(await getTraceRow(db, traceId));
  const [experimentName, assessments, linkedRuns, prompts, rootSpanId] = await Promise.all([
    readExperimentName(db, trace.experimentId),
    listAssessments(db, [traceId]),
    listLinks(db, 'trace_run', 'run_id', traceId),
    listLinks(db, 'trace_prompt', 'prompt', traceId),
    findRootSpan(db, traceId),
  ]);
  const ownRun = trace.metadata[traceKeys.sourceRun];
  return {
    ...toTraceFacts(trace),
    experimentName,
    rootSpanId,
    clientRequestId: trace.clientRequestId,
    metadata: trace.metadata,
    runIds: [...new Set([...(ownRun === undefined ? [] : [ownRun]), ...linkedRuns])],
    prompts,
    assessments: (assessments.get(traceId) ?? []).map(toTraceAssessment),
  };
}

async function readExperimentName(db: Db, experimentId: number): Promise<string> {
  const { rows } = await sql<{ name: string }>`
    SELECT name FROM experiment WHERE experiment_id = ${experimentId}`.execute(db);
  return rows[0]?.name ?? String(experimentId);
}

async function findRootSpan(db: Db, traceId: string): Promise<string | null> {
  const { rows } = await sql<{ span_id: string }>`
    SELECT span_id FROM span WHERE trace_id = ${traceId} AND parent_span_id IS NULL
    ORDER BY started_ns, span_id LIMIT 1`.execute(db);
  return rows[0]?.span_id ?? null;
}

async function listLinks(
  db: Db,
  table: 'trace_run' | 'trace_prompt',
  column: 'run_id' | 'prompt',
  traceId: string,
): Promise<string[]> {
  const { rows } = await sql<{ linked: string }>`
    SELECT ${sql.ref(column)} AS linked FROM ${sql.table(table)} WHERE trace_id = ${traceId} ORDER BY 1`.execute(
    db,
  );
  return rows.map(({ linked }) => linked);
}

function toTraceAssessment(it: StoredAssessment): TraceAssessment {
  return {
    assessmentId: it.assessmentId,
    name: it.name,
    kind: it.kind,
    value: it.value,
    error:
      it.error === null
        ? null
        : {
            code: it.error.error_code ?? null,
            message: it.error.error_message ?? null,
            stack: it.error.stack_trace ?? null,
          },
    sourceType: it.sourceType,
    sourceId: it.sourceId,
    spanId: it.spanId,
    rationale: it.rationale,
    metadata: it.metadata,
    overrides: it.overrides,
    isValid: it.isValid,
    createdAt: toWireTimestamp(it.createdMs),
    updatedAt: toWireTimestamp(it.updatedMs),
  };
}
