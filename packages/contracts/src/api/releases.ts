import { type Static, Type } from 'typebox';
import { Digest, Nullable, Open, Time } from './common.ts';

export const rolloutPhases = [
  'checking',
  'awaitingApproval',
  'staging',
  'canary',
  'promoting',
  'promoted',
  'refused',
  'rolledBack',
  'aborted',
] as const;
export type RolloutPhase = (typeof rolloutPhases)[number];

/** One check before traffic: checksums, trial load, a gate. */
export const CheckResult = Type.Object({
  name: Type.String(),
  kind: Type.Union([
    Type.Literal('checksums'),
    Type.Literal('trial'),
    Type.Literal('gate'),
    Type.Literal('staging'),
  ]),
  status: Type.Union([Type.Literal('running'), Type.Literal('passed'), Type.Literal('failed')]),
  detail: Type.String(),
  evidence: Open,
  seconds: Nullable(Type.Number()),
});

export const CohortSummary = Type.Object({
  cohort: Type.Union([Type.Literal('canary'), Type.Literal('control')]),
  requests: Type.Integer(),
  errors: Type.Integer(),
  labels: Type.Integer(),
  meanLatencyMs: Nullable(Type.Number()),
  brier: Nullable(Type.Number()),
});

/** One judgement of a canary: per metric the bounds the verdict rests on, and what was done with it. */
export const Analysis = Type.Object({
  at: Time,
  stepIndex: Type.Integer(),
  weightPercent: Type.Number(),
  decision: Type.Union([
    Type.Literal('hold'),
    Type.Literal('advance'),
    Type.Literal('promote'),
    Type.Literal('rollBack'),
  ]),
  reason: Type.String(),
  verdict: Type.Union([Type.Literal('worse'), Type.Literal('notWorse'), Type.Literal('unknown')]),
  metrics: Type.Array(
    Type.Object({
      name: Type.String(),
      measure: Type.String(),
      verdict: Type.Union([Type.Literal('worse'), Type.Literal('notWorse'), Type.Literal('unknown')]),
      canaryMean: Nullable(Type.Number()),
      controlMean: Nullable(Type.Number()),
      difference: Nullable(Type.Number()),
      lower: Nullable(Type.Number()),
      upper: Nullable(Type.Number()),
      margin: Type.Number(),
      alpha: Type.Number(),
      pValue: Nullable(Type.Number({ description: 'Anytime-valid p-value for worse, of ratio measures.' })),
      canarySamples: Type.Integer(),
      controlSamples: Type.Integer(),
      reason: Type.String(),
    }),
  ),
});

export const Rollout = Type.Object({
  id: Type.String(),
  index: Type.Integer(),
  endpoint: Type.String(),
  model: Type.String(),
  version: Type.String(),
  releaseDigest: Type.String(),
  replaces: Nullable(Type.Object({ version: Type.String(), releaseDigest: Type.String() })),
  changeKind: Type.String(),
  trigger: Type.String(),
  startedBy: Type.String(),
  phase: Type.Enum([...rolloutPhases]),
  reason: Type.String({ description: 'Why it stands where it stands, in words.' }),
  weightPercent: Type.Number(),
  stepIndex: Type.Integer({ description: 'Index into steps; -1 before the canary.' }),
  steps: Type.Array(
    Type.Object({ weight: Type.Integer(), enteredAt: Nullable(Time), leftAt: Nullable(Time) }),
  ),
  checks: Type.Array(CheckResult),
  approval: Nullable(
    Type.Object({
      approved: Type.Boolean(),
      by: Type.Union([Type.Literal('policy'), Type.Literal('person')]),
      actor: Type.String(),
      reason: Type.String(),
      at: Time,
    }),
  ),
  cohorts: Type.Array(CohortSummary),
  latestAnalysis: Nullable(Analysis),
  startedAt: Time,
  firstTrafficAt: Nullable(Time),
  detectedAt: Nullable(Time),
  restoredAt: Nullable(Time),
  finishedAt: Nullable(Time),
  detectedSeconds: Nullable(
    Type.Number({ description: 'First canary traffic to the verdict, when rolled back.' }),
  ),
  restoredSeconds: Nullable(
    Type.Number({ description: 'Verdict to all serving processes back on the release before.' }),
  ),
});

export const Release = Type.Object({
  digest: Type.String(),
  index: Type.Integer(),
  model: Type.String(),
  version: Type.String(),
  createdAt: Time,
  changeKind: Type.String(),
  trigger: Type.String(),
  pipelineRunId: Nullable(Type.String()),
  runId: Nullable(Type.String()),
  parts: Type.Record(Type.String(), Type.String({ description: 'Digest of the artifact in this role.' })),
  metrics: Type.Record(Type.String(), Type.Number()),
});

/** A release with everything it is made of, as it was signed into its digest. */
export const ReleaseDetail = Type.Intersect([Release, Type.Object({ manifest: Open })]);

/** One serving process as it last described itself. */
export const ServingProcess = Type.Object({
  processId: Type.String(),
  pid: Type.Integer(),
  startedAt: Time,
  heardAt: Time,
  live: Type.Boolean({ description: 'Heard from within 15 s, and not ended.' }),
  current: Type.Boolean({ description: 'Holds the newest snapshot.' }),
  snapshotVersion: Nullable(Type.String()),
  releases: Type.Array(
    Type.Object({
      digest: Type.String(),
      state: Type.Union([Type.Literal('loading'), Type.Literal('ready'), Type.Literal('failed')]),
      reason: Type.Optional(Type.String()),
    }),
  ),
  residentBytes: Type.Integer(),
});

/** What is routed where, and who serves it. */
export const ServingOverview = Type.Object({
  snapshotVersion: Type.String(),
  processes: Type.Array(ServingProcess),
  routes: Type.Array(
    Type.Object({
      endpoint: Type.String(),
      environment: Type.Union([Type.Literal('production'), Type.Literal('staging')]),
      rolloutIndex: Type.Integer(),
      arms: Type.Array(
        Type.Object({
          cohort: Type.Union([Type.Literal('stable'), Type.Literal('canary'), Type.Literal('control')]),
          model: Type.String(),
          version: Type.String(),
          releaseDigest: Type.String(),
          percent: Type.Number(),
        }),
      ),
    }),
  ),
});

export const ReleaseRequest = Type.Object(
  {
    model: Type.String({ minLength: 1, maxLength: 256 }),
    version: Type.Optional(
      Type.String({ pattern: '^[0-9]{1,9}$', description: 'The version to release; or name a release.' }),
    ),
    releaseDigest: Type.Optional(Digest),
    idempotencyKey: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,100}$' })),
  },
  { additionalProperties: false },
);
export const ApprovalRequest = Type.Object(
  {
    approve: Type.Boolean(),
    reason: Type.String({ minLength: 1, maxLength: 2000 }),
    humanSeconds: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 604_800,
        description:
          'Time the person worked on it. Default: the time since it was asked, at most 15 minutes.',
      }),
    ),
  },
  { additionalProperties: false },
);
export const RollbackRequest = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 2000 }) },
  { additionalProperties: false },
);

export type CheckResult = Static<typeof CheckResult>;
export type Analysis = Static<typeof Analysis>;
export type CohortSummary = Static<typeof CohortSummary>;
export type Rollout = Static<typeof Rollout>;
export type Release = Static<typeof Release>;
export type ReleaseDetail = Static<typeof ReleaseDetail>;
export type ServingProcess = Static<typeof ServingProcess>;
export type ServingOverview = Static<typeof ServingOverview>;
export type ReleaseRequest = Static<typeof ReleaseRequest>;
export type ApprovalRequest = Static<typeof ApprovalRequest>;
