import { type Static, Type } from 'typebox';
import { Nullable, Time } from './common.ts';

const Ids = (what: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 128 }), {
      minItems: 1,
      maxItems: 1000,
      description: `Only these ${what}, which must be deleted.`,
    }),
  );

/** Asks for the removal of what was deleted. Where runs, experiments or models are named, nothing else is removed but unused content. */
export const GcRequest = Type.Object(
  {
    olderThan: Type.Optional(
      Type.String({
        pattern: '^[0-9]{1,6}(s|m|h|d)$',
        default: '30d',
        description: 'Only what was deleted this long ago; `0s` for all of it.',
      }),
    ),
    dryRun: Type.Optional(Type.Boolean({ description: 'Count what would go, remove nothing.' })),
    runs: Ids('runs'),
    experiments: Ids('experiments, with all that is in them'),
    models: Ids('logged models, by id'),
  },
  { additionalProperties: false },
);

const Count = Type.Integer({ minimum: 0 });

export const gcPhases = ['runs', 'models', 'experiments', 'content', 'done'] as const;

export const GcCounts = Type.Object({
  runs: Count,
  models: Type.Integer({ minimum: 0, description: 'Logged models.' }),
  experiments: Count,
  traces: Count,
  files: Type.Integer({ minimum: 0, description: 'Names of artifacts.' }),
  blobs: Type.Integer({ minimum: 0, description: 'Contents that nothing refers to.' }),
  bytes: Type.Integer({ minimum: 0, description: 'Of those contents.' }),
  keptRuns: Type.Integer({
    minimum: 0,
    description: 'Deleted, but versions, releases or caches refer to them.',
  }),
  keptModels: Count,
  keptExperiments: Type.Integer({ minimum: 0, description: 'Something in them stays.' }),
  keptBlobs: Type.Integer({
    minimum: 0,
    description:
      'Contents that nothing refers to, but that were used in the last hour: the next removal takes them.',
  }),
});

/** One removal of what was deleted: it goes on by itself until it ends. */
export const GcJob = Type.Object({
  gcId: Type.String(),
  state: Type.Union([Type.Literal('running'), Type.Literal('finished'), Type.Literal('failed')]),
  phase: Type.Enum([...gcPhases]),
  dryRun: Type.Boolean(),
  deletedBefore: Time,
  counts: GcCounts,
  actor: Type.String(),
  startedAt: Time,
  finishedAt: Nullable(Time),
  error: Nullable(Type.String()),
});

export type GcRequest = Static<typeof GcRequest>;
export type GcCounts = Static<typeof GcCounts>;
export type GcJob = Static<typeof GcJob>;
export type GcPhase = (typeof gcPhases)[number];
