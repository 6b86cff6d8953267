import { type Static, Type } from 'typebox';
import { Nullable, Time } from './common.ts';
import { LifecycleStage } from './experiments.ts';
import { RunStatus } from './runs.ts';

/** A double; JSON has no numbers for three of them. */
const Double = Type.Union([
  Type.Number(),
  Type.Literal('NaN'),
  Type.Literal('Infinity'),
  Type.Literal('-Infinity'),
]);

/** A run with all that was logged to it; of each metric the latest value. */
export const RunDetail = Type.Object({
  runId: Type.String(),
  experimentId: Type.String(),
  experimentName: Type.String(),
  name: Type.String(),
  status: RunStatus,
  stage: LifecycleStage,
  user: Type.String(),
  startedAt: Time,
  endedAt: Nullable(Time),
  artifactUri: Type.String(),
  params: Type.Record(Type.String(), Type.String()),
  tags: Type.Record(Type.String(), Type.String()),
  metrics: Type.Array(Type.Object({ key: Type.String(), value: Double, step: Type.Integer(), at: Time })),
  datasets: Type.Array(
    Type.Object({
      name: Type.String(),
      digest: Type.String(),
      context: Nullable(Type.String({ description: 'What it was used for: training, evaluation, …' })),
      sourceType: Type.String(),
      source: Type.String(),
      schema: Nullable(Type.String()),
      profile: Nullable(Type.String()),
    }),
  ),
  models: Type.Array(
    Type.Object({
      modelId: Type.String(),
      name: Type.String(),
      modelType: Nullable(Type.String()),
      artifactUri: Type.String(),
      ready: Type.Boolean(),
      direction: Type.Union([Type.Literal('input'), Type.Literal('output')]),
      step: Type.Integer(),
    }),
  ),
  parent: Nullable(Type.Object({ runId: Type.String(), name: Type.String() })),
});

/** What became of a run: versions registered from it, their releases, and where these answer. */
export const RunLineage = Type.Object({
  pipelineRunId: Nullable(Type.String()),
  versions: Type.Array(
    Type.Object({
      model: Type.String(),
      version: Type.String(),
      modelId: Nullable(Type.String()),
      aliases: Type.Array(Type.String()),
      createdAt: Time,
      release: Nullable(Type.Object({ digest: Type.String(), changeKind: Type.String() })),
      rollouts: Type.Array(Type.Object({ id: Type.String(), phase: Type.String(), startedAt: Time })),
      endpoints: Type.Array(Type.String(), { description: 'Where it answers in production now.' }),
    }),
  ),
});

export type RunDetail = Static<typeof RunDetail>;
export type RunLineage = Static<typeof RunLineage>;
