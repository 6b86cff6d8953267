import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { invalidParameter, missingParameter, refusedParameter, toWireOptional } from '../../door/index.ts';
import { checkLength } from '../../log-limits.ts';
import { assessmentLimits } from '../trace-limits.ts';
import { parseTimestamp, TextMap, toWireTimestamp } from '../trace-wire.ts';
import type { Assessment, AssessmentError, AssessmentKind, StoredAssessment } from './assessment-store.ts';

const text = Type.Optional(Type.String());

const ErrorMessage = Type.Object({ error_code: text, error_message: text, stack_trace: text });

export const AssessmentMessage = Type.Object(
  {
    assessment_id: text,
    assessment_name: text,
    trace_id: text,
    span_id: text,
    source: Type.Optional(Type.Object({ source_type: text, source_id: text })),
    create_time: text,
    last_update_time: text,
    feedback: Type.Optional(
      Type.Object({ value: Type.Optional(Type.Unknown()), error: Type.Optional(ErrorMessage) }),
    ),
    expectation: Type.Optional(
      Type.Object({
        value: Type.Optional(Type.Unknown()),
        serialized_value: Type.Optional(Type.Object({ serialization_format: text, value: text })),
      }),
    ),
    issue: Type.Optional(Type.Object({ issue_name: text })),
    rationale: text,
    metadata: Type.Optional(TextMap),
    overrides: text,
    valid: Type.Optional(Type.Boolean()),
  },
  { title: 'Assessment' },
);
export type AssessmentMessage = Static<typeof AssessmentMessage>;

/** What an assessment says, whichever kind it is. */
export type AssessmentValue = Pick<Assessment, 'kind' | 'value' | 'format' | 'error'>;

/**
 * An assessment to store. Without an id it gets one made of its content, so that the same request again is the same
 * assessment.
 * @throws {DividendError} PARAMETER_INVALID, PARAMETER_MISSING
 */
export function parseAssessment(
  message: AssessmentMessage,
  path: string,
  of: { traceId: string; nowMs: number },
): Assessment {
  const value = parseValue(message, path);
  if (value === undefined) throw missingParameter(`${path}.feedback`);
  if (!message.assessment_name) throw missingParameter(`${path}.assessment_name`);
  const createdMs = message.create_time
    ? parseTimestamp(message.create_time, `${path}.create_time`)
    : of.nowMs;
  const limited = (field: string | undefined, limit: number, name: string) =>
    field ? checkLength(field, limit, `${path}.${name}`) : null;
  return {
    ...value,
    assessmentId:
      limited(message.assessment_id, assessmentLimits.id, 'assessment_id') ?? idOf(message, of.traceId),
    name: checkLength(message.assessment_name, assessmentLimits.name, `${path}.assessment_name`),
    sourceType:
      limited(message.source?.source_type, assessmentLimits.id, 'source.source_type') ??
      'SOURCE_TYPE_UNSPECIFIED',
    sourceId: limited(message.source?.source_id, assessmentLimits.sourceId, 'source.source_id'),
    spanId: limited(message.span_id, assessmentLimits.spanId, 'span_id'),
    rationale: limited(message.rationale, assessmentLimits.text, 'rationale'),
    metadata: message.metadata ?? {},
    overrides: limited(message.overrides, assessmentLimits.id, 'overrides'),
    isValid: message.valid ?? true,
    createdMs,
    updatedMs: message.last_update_time
      ? parseTimestamp(message.last_update_time, `${path}.last_update_time`)
      : createdMs,
  };
}

function idOf(message: AssessmentMessage, traceId: string): string {
  const content = JSON.stringify([traceId, message]);
  return `a-${createHash('sha256').update(content).digest('hex').slice(0, 32)}`;
}

/** The value of a message; undefined where it has none. @throws {DividendError} PARAMETER_INVALID */
export function parseValue(message: AssessmentMessage, path: string): AssessmentValue | undefined {
  const { feedback, expectation, issue } = message;
  if (feedback !== undefined) {
    return { ...toValue('feedback', feedback.value, path), error: checkError(feedback.error, path) };
  }
  if (expectation !== undefined) return parseExpectation(expectation, path);
  return issue === undefined ? undefined : toValue('issue', { issue_name: issue.issue_name ?? '' }, path);
}

const jsonFormat = 'JSON_FORMAT';

function parseExpectation(
  { value, serialized_value }: NonNullable<AssessmentMessage['expectation']>,
  path: string,
): AssessmentValue {
  if (serialized_value === undefined) return toValue('expectation', value, path);
  const { serialization_format = '', value: packed = '' } = serialized_value;
  const field = `${path}.expectation.serialized_value`;
  if (serialization_format !== jsonFormat) {
    throw invalidParameter(
      `${field}.serialization_format`,
      serialization_format,
      `Only ${jsonFormat} is supported.`,
    );
  }
  const json = checkValue(packed, path);
  try {
    JSON.parse(json);
  } catch {
    throw refusedParameter(`${field}.value`, `'${field}.value' is not valid JSON`);
  }
  return { kind: 'expectation', value: json, format: jsonFormat, error: null };
}

function toValue(kind: AssessmentKind, value: unknown, path: string): AssessmentValue {
  return { kind, value: checkValue(JSON.stringify(value ?? null), path), format: null, error: null };
}

function checkValue(json: string, path: string): string {
  if (Buffer.byteLength(json) <= assessmentLimits.valueBytes) return json;
  throw refusedParameter(
    path,
    `The value of '${path}' exceeds the maximum length of ${assessmentLimits.valueBytes} bytes`,
  );
}

function checkError(error: AssessmentError | undefined, path: string): AssessmentError | null {
  if (error === undefined) return null;
  checkLength(JSON.stringify(error), assessmentLimits.text, `${path}.feedback.error`);
  return error;
}

export function toWireAssessment(assessment: StoredAssessment): object {
  return {
    assessment_id: assessment.assessmentId,
    assessment_name: assessment.name,
    trace_id: assessment.traceId,
    span_id: toWireOptional(assessment.spanId),
    source: { source_type: assessment.sourceType, source_id: toWireOptional(assessment.sourceId) },
    create_time: toWireTimestamp(assessment.createdMs),
    last_update_time: toWireTimestamp(assessment.updatedMs),
    ...toWireValue(assessment),
    rationale: toWireOptional(assessment.rationale),
    metadata: assessment.metadata,
    overrides: toWireOptional(assessment.overrides),
    valid: assessment.isValid,
  };
}

function toWireValue({ kind, value, format, error }: StoredAssessment): object {
  if (format !== null) return { expectation: { serialized_value: { serialization_format: format, value } } };
  const plain: unknown = JSON.parse(value);
  if (kind === 'issue') return { issue: plain };
  return kind === 'expectation'
    ? { expectation: { value: plain } }
    : { feedback: { value: plain, error: toWireOptional(error) } };
}
