import { type Static, Type } from 'typebox';
import { Digest, Nullable, Open, Time } from './common.ts';

export const StepRun = Type.Object({
  name: Type.String(),
  uses: Type.String(),
  needs: Type.Array(Type.String()),
  status: Type.Union([
    Type.Literal('waiting'),
    Type.Literal('running'),
    Type.Literal('succeeded'),
    Type.Literal('failed'),
    Type.Literal('skipped'),
  ]),
  cache: Type.Object({
    hit: Type.Boolean(),
    reason: Type.String({
      description: 'Why it was taken from the cache or not, naming the component that changed.',
    }),
  }),
  attempts: Type.Integer(),
  startedAt: Nullable(Time),
  finishedAt: Nullable(Time),
  cpuSeconds: Nullable(Type.Number()),
  outputs: Type.Record(Type.String(), Type.Object({ digest: Type.String(), bytes: Type.Integer() })),
  summary: Open,
  error: Nullable(Type.String()),
});

export const PipelineRun = Type.Object({
  id: Type.String(),
  model: Type.String(),
  specDigest: Type.String(),
  trigger: Type.String(),
  params: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
  status: Type.Union([
    Type.Literal('running'),
    Type.Literal('succeeded'),
    Type.Literal('failed'),
    Type.Literal('cancelled'),
  ]),
  runId: Nullable(Type.String({ description: 'The MLflow run its steps log to.' })),
  rolloutId: Nullable(Type.String()),
  startedAt: Time,
  finishedAt: Nullable(Time),
  error: Nullable(Type.String()),
  steps: Type.Array(StepRun),
});

export const RunRequest = Type.Object(
  {
    model: Type.String({ minLength: 1, maxLength: 256 }),
    params: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Union([Type.String({ maxLength: 2000 }), Type.Number(), Type.Boolean()]),
      ),
    ),
    idempotencyKey: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,100}$' })),
  },
  { additionalProperties: false },
);

/** Spec text with the files of its folder, each uploaded before by digest (`PUT /api/v1/blobs/:digest`). */
export const ApplyRequest = Type.Object(
  {
    spec: Type.String({ minLength: 1, maxLength: 1_000_000 }),
    baseDir: Type.String({
      minLength: 1,
      maxLength: 4000,
      description: 'Folder of the spec file on the machine of control; sources are read relative to it.',
    }),
    files: Type.Array(
      Type.Object(
        { path: Type.String({ minLength: 1, maxLength: 500 }), digest: Digest },
        { additionalProperties: false },
      ),
      { maxItems: 1000 },
    ),
    dryRun: Type.Optional(Type.Boolean({ description: 'Say what would change; change nothing.' })),
  },
  { additionalProperties: false },
);

export const ApplyResult = Type.Object({
  model: Type.String(),
  specDigest: Type.String(),
  changed: Type.Boolean(),
  changes: Type.Array(Type.Object({ path: Type.String(), before: Type.Unknown(), after: Type.Unknown() })),
  missingBlobs: Type.Array(Type.String(), {
    description: 'Digests to upload first; nothing was applied while there are any.',
  }),
});

export const ModelSummary = Type.Object({
  name: Type.String(),
  owner: Type.String(),
  riskClass: Type.String(),
  endpoint: Type.String(),
  specDigest: Type.String(),
  appliedAt: Time,
  champion: Nullable(Type.Object({ version: Type.String(), releaseDigest: Type.String(), since: Time })),
  activeRolloutId: Nullable(Type.String()),
  latestRun: Nullable(Type.Object({ id: Type.String(), status: Type.String(), startedAt: Time })),
});

export type StepRun = Static<typeof StepRun>;
export type PipelineRun = Static<typeof PipelineRun>;
export type ApplyRequest = Static<typeof ApplyRequest>;
export type ApplyResult = Static<typeof ApplyResult>;
export type ModelSummary = Static<typeof ModelSummary>;
