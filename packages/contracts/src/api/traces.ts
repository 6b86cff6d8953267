import { type Static, Type } from 'typebox';
import { Nullable, Time } from './common.ts';

export const TraceState = Type.Union([
  Type.Literal('OK'),
  Type.Literal('ERROR'),
  Type.Literal('IN_PROGRESS'),
  Type.Literal('STATE_UNSPECIFIED'),
]);

export const TraceQuery = Type.Object({
  filter: Type.Optional(
    Type.String({
      maxLength: 10_000,
      description:
        "MLflow's filter of traces, OR and parentheses too: `status = 'ERROR' OR feedback.ok = 'false'`.",
    }),
  ),
  order: Type.Optional(
    Type.String({ maxLength: 1000, description: '`execution_time DESC`; default newest first.' }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
  cursor: Type.Optional(Type.String({ maxLength: 12_000 })),
});

const Tokens = Type.Object({
  input: Nullable(Type.Number()),
  output: Nullable(Type.Number()),
  total: Nullable(Type.Number()),
});
const Texts = Type.Record(Type.String(), Type.String());
const AssessmentKind = Type.Union([
  Type.Literal('feedback'),
  Type.Literal('expectation'),
  Type.Literal('issue'),
]);

const ofTrace = {
  traceId: Type.String(),
  experimentId: Type.String(),
  name: Nullable(Type.String()),
  state: TraceState,
  startedAt: Time,
  durationMs: Nullable(Type.Integer()),
  tokens: Nullable(Tokens),
  costUsd: Nullable(Type.Number()),
  session: Nullable(Type.String()),
  user: Nullable(Type.String()),
  requestPreview: Nullable(Type.String()),
  responsePreview: Nullable(Type.String()),
  spanCount: Type.Integer({ description: 'Spans that are here; 0 where the client keeps them in a file.' }),
  tags: Texts,
};

/** A trace in a list: previews and assessments cut to 300 characters. */
export const TraceRow = Type.Object({
  ...ofTrace,
  runId: Nullable(Type.String({ description: 'The run that it was made in.' })),
  assessments: Type.Array(
    Type.Object({
      name: Type.String(),
      kind: AssessmentKind,
      value: Type.String({ description: 'JSON.' }),
      isError: Type.Boolean({ description: 'The scorer failed; there is no value.' }),
    }),
    { description: 'Those that are not overridden.' },
  ),
});

export const SessionQuery = Type.Omit(TraceQuery, ['order']);

/** The traces of one conversation, which clients name by the metadata `mlflow.trace.session`. */
export const SessionRow = Type.Object({
  session: Type.String(),
  traces: Type.Integer(),
  failed: Type.Integer({ description: 'Traces with state ERROR.' }),
  firstAt: Time,
  /** When the last of its traces ended. */
  lastAt: Time,
  user: Nullable(Type.String()),
  firstInput: Nullable(Type.String({ description: 'Request of its first trace, cut to 300 characters.' })),
  tokens: Nullable(Type.Number()),
  costUsd: Nullable(Type.Number()),
});

export const TraceAssessment = Type.Object({
  assessmentId: Type.String(),
  name: Type.String(),
  kind: AssessmentKind,
  value: Type.String({ description: 'JSON.' }),
  error: Nullable(
    Type.Object({
      code: Nullable(Type.String()),
      message: Nullable(Type.String()),
      stack: Nullable(Type.String()),
    }),
  ),
  sourceType: Type.String(),
  sourceId: Nullable(Type.String()),
  spanId: Nullable(Type.String()),
  rationale: Nullable(Type.String()),
  metadata: Texts,
  overrides: Nullable(Type.String({ description: 'Id of the assessment that this one takes the place of.' })),
  isValid: Type.Boolean({ description: 'Not overridden.' }),
  createdAt: Time,
  updatedAt: Time,
});

export const TraceDetail = Type.Object({
  ...ofTrace,
  experimentName: Type.String(),
  rootSpanId: Nullable(Type.String({ description: 'The first span without a parent.' })),
  clientRequestId: Nullable(Type.String()),
  metadata: Texts,
  runIds: Type.Array(Type.String(), {
    description: 'The run that it was made in, then those it was linked to.',
  }),
  prompts: Type.Array(Type.String(), { description: '`name/version`.' }),
  assessments: Type.Array(TraceAssessment, { description: 'The oldest first, overridden ones too.' }),
});

const Numbers = Type.Array(Type.Number());

/**
 * The spans of a trace without their contents, column by column, because a trace may have 100 000 of them. Depth first:
 * a span stands behind its parent, siblings by start.
 */
export const SpanTree = Type.Object({
  startedNs: Type.String({
    description: 'Unix nanoseconds of the earliest start, which `starts` count from.',
  }),
  names: Type.Array(Type.String(), { description: 'Each name once; `name` says which.' }),
  types: Type.Array(Type.String(), { description: 'Each type once; `type` says which.' }),
  ids: Type.Array(Type.String()),
  parents: Type.Array(Type.Integer(), {
    description: 'Place of the parent; -1 of a span whose parent is not here.',
  }),
  name: Numbers,
  type: Numbers,
  starts: Type.Array(Type.Number(), { description: 'Nanoseconds.' }),
  durations: Type.Array(Type.Number(), { description: 'Nanoseconds; 0 while the span is open.' }),
  open: Type.Array(Type.Integer(), { description: 'Places of the spans that have not ended.' }),
  failed: Type.Array(Type.Integer(), { description: 'Places of the spans with status ERROR.' }),
  tokens: Type.Array(Type.Tuple([Type.Integer(), Type.Number()]), {
    description: 'Places of the spans that report tokens, and how many.',
  }),
});

const SpanAttribute = Type.Object({
  key: Type.String(),
  value: Type.Unknown({ description: 'Texts as they were sent, also those that hold JSON.' }),
});

export const SpanDetail = Type.Object({
  spanId: Type.String(),
  parentSpanId: Nullable(Type.String()),
  name: Type.String(),
  type: Type.String(),
  status: Type.Union([Type.Literal('UNSET'), Type.Literal('OK'), Type.Literal('ERROR')]),
  statusMessage: Nullable(Type.String()),
  startedNs: Type.String({ description: 'Unix nanoseconds.' }),
  endedNs: Nullable(Type.String()),
  attributes: Type.Array(SpanAttribute),
  events: Type.Array(
    Type.Object({ name: Type.String(), atNs: Type.String(), attributes: Type.Array(SpanAttribute) }),
  ),
  links: Type.Array(
    Type.Object({
      traceId: Type.String(),
      spanId: Type.String({ description: '16 hex digits.' }),
      attributes: Type.Array(SpanAttribute),
    }),
  ),
});

export const SpanSearchQuery = Type.Object({
  text: Type.String({
    minLength: 1,
    maxLength: 250,
    description: 'Part of name, type or content, in any case.',
  }),
});

export const SpanSearchResult = Type.Object({
  spanIds: Type.Array(Type.String(), { description: 'At most 100 000: all spans that a trace can have.' }),
});

export type TraceState = Static<typeof TraceState>;
export type TraceQuery = Static<typeof TraceQuery>;
export type TraceRow = Static<typeof TraceRow>;
export type SessionQuery = Static<typeof SessionQuery>;
export type SessionRow = Static<typeof SessionRow>;
export type TraceAssessment = Static<typeof TraceAssessment>;
export type TraceDetail = Static<typeof TraceDetail>;
export type SpanTree = Static<typeof SpanTree>;
export type SpanDetail = Static<typeof SpanDetail>;
export type SpanSearchQuery = Static<typeof SpanSearchQuery>;
export type SpanSearchResult = Static<typeof SpanSearchResult>;
