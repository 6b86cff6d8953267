import { DividendError } from '@dividend/core/errors';
import { sql } from 'kysely';
import type { Db, Tx } from '../../../platform/postgres/index.ts';
import { traceNotFound } from '../trace-store.ts';

export const assessmentKinds = ['feedback', 'expectation', 'issue'] as const;
export type AssessmentKind = (typeof assessmentKinds)[number];

export interface AssessmentError {
  readonly error_code?: string;
  readonly error_message?: string;
  readonly stack_trace?: string;
}

export interface Assessment {
  readonly assessmentId: string;
  readonly kind: AssessmentKind;
  readonly name: string;
  /** JSON text. */
  readonly value: string;
  /** How the client packed the value; null for one that needs no packing. */
  readonly format: string | null;
  readonly error: AssessmentError | null;
  readonly sourceType: string;
  readonly sourceId: string | null;
  readonly spanId: string | null;
  readonly rationale: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly overrides: string | null;
  readonly isValid: boolean;
  readonly createdMs: number;
  readonly updatedMs: number;
}

export interface StoredAssessment extends Assessment {
  readonly traceId: string;
}

interface AssessmentRow {
  trace_id: string;
  assessment_id: string;
  kind: AssessmentKind;
  name: string;
  value: string;
  format: string | null;
  error: AssessmentError | null;
  source_type: string;
  source_id: string | null;
  span_id: string | null;
  rationale: string | null;
  metadata: Record<string, string>;
  overrides: string | null;
  is_valid: boolean;
  created_ms: number;
  updated_ms: number;
}

function toAssessment(row: AssessmentRow): StoredAssessment {
  return {
    traceId: row.trace_id,
    assessmentId: row.assessment_id,
    kind: row.kind,
    name: row.name,
    value: row.value,
    format: row.format,
    error: row.error,
    sourceType: row.source_type,
    sourceId: row.source_id,
    spanId: row.span_id,
    rationale: row.rationale,
    metadata: row.metadata,
    overrides: row.overrides,
    isValid: row.is_valid,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
  };
}

/** Stores assessments of a trace; one whose id is there stays as it is. */
export async function insertAssessments(
  db: Db,
  traceId: string,
  assessments: readonly Assessment[],
): Promise<void> {
  for (const it of assessments) {
    const error = it.error === null ? null : JSON.stringify(it.error);
    await sql`
      INSERT INTO trace_assessment (trace_id, assessment_id, kind, name, value, number_value, format, error, source_type,
        source_id, span_id, rationale, metadata, overrides, is_valid, created_ms, updated_ms)
      VALUES (${traceId}, ${it.assessmentId}, ${it.kind}, ${it.name}, ${it.value}, ${numberOf(it.value)}, ${it.format},
        ${error}, ${it.sourceType}, ${it.sourceId}, ${it.spanId}, ${it.rationale}, ${JSON.stringify(it.metadata)},
        ${it.overrides}, ${it.isValid}, ${it.createdMs}, ${it.updatedMs})
      ON CONFLICT (trace_id, assessment_id) DO NOTHING`.execute(db);
  }
}

/** Writes what may change of an assessment. */
export async function updateAssessmentRow(db: Db, it: StoredAssessment): Promise<void> {
  const error = it.error === null ? null : JSON.stringify(it.error);
  await sql`
    UPDATE trace_assessment SET name = ${it.name}, value = ${it.value}, number_value = ${numberOf(it.value)},
      format = ${it.format}, error = ${error}, rationale = ${it.rationale}, metadata = ${JSON.stringify(it.metadata)},
      updated_ms = ${it.updatedMs}
    WHERE trace_id = ${it.traceId} AND assessment_id = ${it.assessmentId}`.execute(db);
}

function numberOf(json: string): number | null {
  const value: unknown = JSON.parse(json);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** @throws {DividendError} ASSESSMENT_NOT_FOUND, TRACE_NOT_FOUND */
export async function getAssessment(
  db: Db,
  traceId: string,
  assessmentId: string,
): Promise<StoredAssessment> {
  const found = await findAssessment(db, traceId, assessmentId);
  if (found !== undefined) return found;
  const { rows } = await sql`SELECT FROM trace WHERE trace_id = ${traceId}`.execute(db);
  if (rows.length === 0) throw traceNotFound(traceId);
  throw assessmentNotFound(traceId, assessmentId);
}

export async function findAssessment(
  db: Db,
  traceId: string,
  assessmentId: string,
): Promise<StoredAssessment | undefined> {
  const { rows } = await sql<AssessmentRow>`
    SELECT * FROM trace_assessment WHERE trace_id = ${traceId} AND assessment_id = ${assessmentId}`.execute(
    db,
  );
  return rows[0] && toAssessment(rows[0]);
}

/** Assessments by trace, the oldest first. */
export async function listAssessments(
  db: Db,
  traceIds: readonly string[],
): Promise<Map<string, StoredAssessment[]>> {
  const { rows } = await sql<AssessmentRow>`
    SELECT * FROM trace_assessment WHERE trace_id = ANY(${traceIds}::text[])
    ORDER BY created_ms, assessment_id`.execute(db);
  const byTrace = new Map<string, StoredAssessment[]>();
  for (const row of rows) {
    byTrace.set(row.trace_id, [...(byTrace.get(row.trace_id) ?? []), toAssessment(row)]);
  }
  return byTrace;
}

/** False where there is no such assessment. */
export async function markValid(
  tx: Tx,
  traceId: string,
  assessmentId: string,
  isValid: boolean,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE trace_assessment SET is_valid = ${isValid}
    WHERE trace_id = ${traceId} AND assessment_id = ${assessmentId}`.execute(tx);
  return numAffectedRows === 1n;
}

export async function deleteAssessmentRow(tx: Tx, traceId: string, assessmentId: string): Promise<void> {
  await sql`
    DELETE FROM trace_assessment WHERE trace_id = ${traceId} AND assessment_id = ${assessmentId}`.execute(tx);
}

export function assessmentNotFound(traceId: string, assessmentId: string): DividendError {
  return new DividendError(
    'ASSESSMENT_NOT_FOUND',
    'not_found',
    `Assessment with ID '${assessmentId}' not found for trace '${traceId}'`,
    { field: 'assessment_id' },
  );
}
