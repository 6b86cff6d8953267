import { type Static, Type } from 'typebox';
import { Nullable, Time } from './common.ts';

export const LifecycleStage = Type.Union([Type.Literal('active'), Type.Literal('deleted')]);

/** An experiment of the tracking door, with what its runs are doing. */
export const ExperimentSummary = Type.Object({
  experimentId: Type.String(),
  name: Type.String(),
  stage: LifecycleStage,
  createdAt: Time,
  updatedAt: Time,
  lastRunAt: Nullable(Time),
  tags: Type.Record(Type.String(), Type.String()),
  /** Runs of the same stage by state. */
  runs: Type.Object({
    running: Type.Integer(),
    scheduled: Type.Integer(),
    finished: Type.Integer(),
    failed: Type.Integer(),
    killed: Type.Integer(),
  }),
});

export const ExperimentQuery = Type.Object({
  search: Type.Optional(
    Type.String({ maxLength: 500, description: 'Part of the name in any case, or the id.' }),
  ),
  filter: Type.Optional(
    Type.String({ maxLength: 10_000, description: "MLflow's filter: `tags.team = 'ranking'`." }),
  ),
  stage: Type.Optional(LifecycleStage),
  order: Type.Optional(
    Type.Union([
      Type.Literal('newest'),
      Type.Literal('oldest'),
      Type.Literal('lastActive'),
      Type.Literal('name'),
    ]),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 4000 })),
});

export type ExperimentSummary = Static<typeof ExperimentSummary>;
export type ExperimentQuery = Static<typeof ExperimentQuery>;
