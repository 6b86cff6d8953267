import { type Static, Type } from 'typebox';
import { Nullable, Time } from './common.ts';

/** Late truth: each label names the receipt of the prediction it belongs to. 0/1, or a number in [0, 1]. */
export const FeedbackRequest = Type.Object(
  {
    labels: Type.Array(
      Type.Object(
        {
          receipt: Type.String({ minLength: 1, maxLength: 100 }),
          label: Type.Number({ minimum: 0, maximum: 1 }),
          observedAt: Type.Optional(Time),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 10_000 },
    ),
  },
  { additionalProperties: false },
);

export const FeedbackResult = Type.Object({
  accepted: Type.Integer(),
  duplicates: Type.Integer({ description: 'Already counted; nothing changed.' }),
  rejected: Type.Array(Type.Object({ index: Type.Integer(), reason: Type.String() })),
});

export const DriftPoint = Type.Object({
  windowStart: Time,
  windowEnd: Time,
  rows: Type.Integer(),
  psi: Nullable(Type.Number()),
  js: Nullable(Type.Number()),
  noise: Nullable(Type.Number({ description: 'PSI that sampling alone exceeds once in a hundred.' })),
  verdict: Type.Union([Type.Literal('ok'), Type.Literal('drifted'), Type.Literal('insufficientData')]),
});

export const ColumnDrift = Type.Object({
  column: Type.String(),
  kind: Type.String(),
  floor: Type.Number(),
  alarm: Type.Union([Type.Literal('clear'), Type.Literal('raised')]),
  points: Type.Array(DriftPoint),
  reference: Type.Object({ labels: Type.Array(Type.String()), ratios: Type.Array(Type.Number()) }),
  latest: Type.Object({ ratios: Type.Array(Type.Number()) }),
});

export const PerformancePoint = Type.Object({
  windowStart: Time,
  windowEnd: Time,
  version: Type.String(),
  labels: Type.Integer(),
  coverage: Nullable(Type.Number({ description: 'Labels ÷ predictions of the window, 0–1.' })),
  auc: Nullable(Type.Number()),
  brier: Nullable(Type.Number()),
  logLoss: Nullable(Type.Number()),
  ece: Nullable(Type.Number()),
  brierSkill: Nullable(Type.Number()),
});

export const MonitoringReport = Type.Object({
  endpoint: Type.String(),
  model: Type.String(),
  version: Nullable(Type.String()),
  window: Type.String(),
  columns: Type.Array(ColumnDrift),
  traffic: Type.Array(
    Type.Object({
      windowStart: Time,
      requests: Type.Integer(),
      errors: Type.Integer(),
      rows: Type.Integer(),
      latencyMsP50: Nullable(Type.Number()),
      latencyMsP99: Nullable(Type.Number()),
    }),
  ),
  performance: Type.Array(PerformancePoint),
  reference: Type.Record(Type.String(), Type.Number(), {
    description: 'Performance at evaluation of the version in production.',
  }),
  labelLag: Type.Object({ p50Seconds: Nullable(Type.Number()), p90Seconds: Nullable(Type.Number()) }),
});

export const Alarm = Type.Object({
  id: Type.String(),
  endpoint: Type.String(),
  model: Type.String(),
  subject: Type.String({ description: 'Column name, `score`, or a performance measure.' }),
  state: Type.Union([Type.Literal('raised'), Type.Literal('cleared')]),
  raisedAt: Time,
  clearedAt: Nullable(Time),
  windowStart: Time,
  detail: Type.String(),
});

/** An endpoint at a glance; counts since the platform was set up, as far as windows are kept. */
export const EndpointSummary = Type.Object({
  endpoint: Type.String(),
  model: Type.String(),
  version: Nullable(Type.String({ description: 'In production; null before the first promotion.' })),
  requests: Type.Integer(),
  failed: Type.Integer({ description: 'Requests not answered by the fault of the platform.' }),
  labels: Type.Integer(),
  alarms: Type.Integer({ description: 'Raised now.' }),
  newestEventAt: Nullable(Time),
});

/** A sealed part of the prediction log: a Parquet file below the home folder. */
export const PredictionSegment = Type.Object({
  id: Type.String(),
  endpoint: Type.String(),
  path: Type.String(),
  digest: Type.String(),
  rows: Type.Integer(),
  bytes: Type.Integer(),
  firstAt: Time,
  lastAt: Time,
  sealedAt: Time,
});

export const Incident = Type.Object({
  id: Type.String(),
  endpoint: Type.String(),
  model: Type.String(),
  title: Type.String(),
  cause: Type.String(),
  status: Type.Union([Type.Literal('open'), Type.Literal('resolved')]),
  startedAt: Time,
  detectedAt: Time,
  resolvedAt: Nullable(Time),
  causeRolloutId: Nullable(Type.String()),
  detectedBy: Type.Union([Type.Literal('monitor'), Type.Literal('person')]),
  resolution: Nullable(Type.String()),
});

const Text = Type.String({ minLength: 1, maxLength: 2000 });

/** An incident that a person saw. Default: it started when it was reported, of unknown cause. */
export const IncidentRequest = Type.Object(
  {
    model: Type.String({ minLength: 1, maxLength: 256 }),
    endpoint: Type.Optional(Type.String({ minLength: 1, maxLength: 63, description: 'Default: the model.' })),
    title: Text,
    cause: Type.Optional(
      Type.Union([
        Type.Literal('data'),
        Type.Literal('change'),
        Type.Literal('world'),
        Type.Literal('infrastructure'),
        Type.Literal('unknown'),
      ]),
    ),
    causeRolloutId: Type.Optional(Type.String({ maxLength: 100 })),
    startedAt: Type.Optional(Time),
  },
  { additionalProperties: false },
);

export const ResolveIncidentRequest = Type.Object(
  {
    resolution: Text,
    restoredAt: Type.Optional(Time),
    humanMinutes: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1_000_000, description: 'Time that people spent on it.' }),
    ),
  },
  { additionalProperties: false },
);

/** One time that a trigger acted. */
export const TriggerFiring = Type.Object({
  id: Type.String(),
  trigger: Type.String(),
  model: Type.String(),
  action: Type.Union([Type.Literal('retrain'), Type.Literal('rollBack'), Type.Literal('incident')]),
  reason: Type.String(),
  status: Type.Union([Type.Literal('pending'), Type.Literal('done'), Type.Literal('failed')]),
  alarmId: Type.String(),
  decidedAt: Time,
  pipelineRunId: Nullable(Type.String()),
  rolloutId: Nullable(Type.String()),
  incidentId: Nullable(Type.String()),
  error: Nullable(Type.String()),
});

/** A trigger as the spec declares it, and where it stands. */
export const Trigger = Type.Object({
  name: Type.String(),
  model: Type.String(),
  endpoint: Type.String(),
  when: Type.String({ description: 'The condition in words.' }),
  windows: Type.Integer({ description: 'Windows in a row it must hold.' }),
  action: Type.String(),
  state: Type.Union([Type.Literal('quiet'), Type.Literal('met'), Type.Literal('waiting')]),
  detail: Type.String({ description: 'What it sees, or what it waits for.' }),
  firings: Type.Array(TriggerFiring, { description: 'Newest first.' }),
});

export type FeedbackRequest = Static<typeof FeedbackRequest>;
export type FeedbackResult = Static<typeof FeedbackResult>;
export type MonitoringReport = Static<typeof MonitoringReport>;
export type Alarm = Static<typeof Alarm>;
export type Incident = Static<typeof Incident>;
export type EndpointSummary = Static<typeof EndpointSummary>;
export type PredictionSegment = Static<typeof PredictionSegment>;
export type IncidentRequest = Static<typeof IncidentRequest>;
export type ResolveIncidentRequest = Static<typeof ResolveIncidentRequest>;
export type TriggerFiring = Static<typeof TriggerFiring>;
export type Trigger = Static<typeof Trigger>;
