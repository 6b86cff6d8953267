import { type Static, Type } from 'typebox';
import { Nullable } from '../api/common.ts';

/** Longest texts of traces and what evaluations use, in characters; those of the platform's other doors, or more. */
export const traceImportLimits = {
  traceId: 50,
  key: 250,
  tag: 8000,
  metadata: 64_000,
  preview: 10_000,
  assessmentName: 250,
  assessmentText: 100_000,
  assessmentValue: 1_000_000,
  assessments: 10_000,
  links: 10_000,
  /** Spans of one record. */
  spans: 1000,
  spanName: 1000,
  spanCharacters: 8_000_000,
  /** How deep values of attributes nest: three messages of OTLP a level, of the hundred that are read. */
  valueDepth: 30,
} as const;

const Id = Type.String({ minLength: 1, maxLength: 600 });
const Ms = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const texts = (maxLength: number) => Type.Record(Type.String(), Type.String({ maxLength }));
const short = Type.String({ maxLength: traceImportLimits.key });
const long = Type.String({ maxLength: traceImportLimits.assessmentText });
const strict = { additionalProperties: false };

export const ImportedAssessment = Type.Object(
  {
    assessmentId: Type.String({ minLength: 1, maxLength: 50 }),
    kind: Type.Enum(['feedback', 'expectation', 'issue']),
    name: Type.String({ minLength: 1, maxLength: traceImportLimits.assessmentName }),
    /** JSON text. */
    value: Type.String({ maxLength: traceImportLimits.assessmentValue }),
    /** How an expectation that is no scalar was packed. */
    format: Nullable(Type.Literal('JSON_FORMAT')),
    error: Nullable(
      Type.Object(
        {
          error_code: Type.Optional(long),
          error_message: Type.Optional(long),
          stack_trace: Type.Optional(long),
        },
        strict,
      ),
    ),
    sourceType: Type.String({ maxLength: 50 }),
    sourceId: Nullable(short),
    spanId: Nullable(Type.String({ maxLength: 50 })),
    rationale: Nullable(long),
    metadata: texts(traceImportLimits.assessmentText),
    /** The assessment that this one takes the place of. */
    overrides: Nullable(Type.String({ maxLength: 50 })),
    isValid: Type.Boolean(),
    createdMs: Ms,
    updatedMs: Ms,
  },
  strict,
);
export type ImportedAssessment = Static<typeof ImportedAssessment>;

/** A trace without its spans, which come in pieces of their own. Where its files are only the platform knows. */
export const TraceRecord = Type.Object(
  {
    kind: Type.Literal('trace'),
    id: Type.String({ pattern: '^[A-Za-z0-9][\\w-]{0,49}$' }),
    experimentId: Id,
    state: Type.Enum(['STATE_UNSPECIFIED', 'OK', 'ERROR', 'IN_PROGRESS']),
    startedMs: Ms,
    durationMs: Nullable(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    clientRequestId: Nullable(short),
    requestPreview: Nullable(Type.String({ maxLength: traceImportLimits.preview })),
    responsePreview: Nullable(Type.String({ maxLength: traceImportLimits.preview })),
    tags: texts(traceImportLimits.tag),
    metadata: texts(traceImportLimits.metadata),
    assessments: Type.Array(ImportedAssessment, { maxItems: traceImportLimits.assessments }),
    /** Runs that it was linked to, beyond the one it was made in. */
    runs: Type.Array(Id, { maxItems: traceImportLimits.links }),
    /** Versions of prompts as `name/version`. */
    prompts: Type.Array(Id, { maxItems: traceImportLimits.links }),
  },
  strict,
);
export type TraceRecord = Static<typeof TraceRecord>;

/** A span as OTLP's JSON has it: names in snake_case, ids in hex, times as decimal text of Unix nanoseconds. */
export const ImportedSpan = Type.Object(
  {
    span_id: Type.String({ pattern: '^[0-9a-f]{16}$' }),
    parent_span_id: Type.Optional(Type.String({ pattern: '^[0-9a-f]{16}$' })),
    name: Type.String({ maxLength: traceImportLimits.spanName }),
    start_time_unix_nano: Type.String({ pattern: '^\\d{1,19}$' }),
    end_time_unix_nano: Type.Optional(Type.String({ pattern: '^\\d{1,19}$' })),
    kind: Type.Optional(Type.Integer()),
    trace_state: Type.Optional(Type.String()),
    attributes: Type.Array(Type.Unknown()),
    events: Type.Array(Type.Unknown()),
    links: Type.Array(Type.Unknown()),
    status: Type.Unknown(),
  },
  strict,
);
export type ImportedSpan = Static<typeof ImportedSpan>;

/** Some spans of one trace. */
export const SpansRecord = Type.Object(
  {
    kind: Type.Literal('spans'),
    traceId: Id,
    spans: Type.Array(ImportedSpan, { maxItems: traceImportLimits.spans }),
  },
  strict,
);
export type SpansRecord = Static<typeof SpansRecord>;

/** Says that all spans of a trace are over, and what they come to. */
export const SpansEndRecord = Type.Object(
  {
    kind: Type.Literal('spansEnd'),
    traceId: Id,
    /** Of `createSpansDigest` over all of them. */
    digest: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    /** By which the source tells whether there is more by now. */
    fingerprint: Type.String({ maxLength: 200 }),
  },
  strict,
);
export type SpansEndRecord = Static<typeof SpansEndRecord>;
