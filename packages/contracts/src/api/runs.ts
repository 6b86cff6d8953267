import { type Static, Type } from 'typebox';
import { Nullable, Time } from './common.ts';
import { LifecycleStage } from './experiments.ts';

const Filter = Type.String({
  maxLength: 10_000,
  description: "MLflow's filter, OR and parentheses too: `metrics.auc > 0.7 AND params.depth = '6'`.",
});
/** Names such as `metrics.auc`; no key holds a comma. */
const Columns = Type.String({
  maxLength: 30_000,
  description: '`metrics.x`, `params.x` and `tags.x`, joined by commas.',
});

export const RunStatus = Type.Union([
  Type.Literal('RUNNING'),
  Type.Literal('SCHEDULED'),
  Type.Literal('FINISHED'),
  Type.Literal('FAILED'),
  Type.Literal('KILLED'),
]);

/** A run with the columns that were asked for. */
export const RunRow = Type.Object({
  runId: Type.String(),
  name: Type.String(),
  status: RunStatus,
  user: Type.String(),
  startedAt: Time,
  endedAt: Nullable(Time),
  stage: LifecycleStage,
  parentRunId: Nullable(Type.String()),
  children: Type.Integer({
    description: 'Runs below it that the same filter finds, counted up to 1000; 0 unless nested.',
  }),
  values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
    description: 'By column. Metrics are the latest number, or the text `NaN`; what a run lacks is absent.',
  }),
});

export const RunRowQuery = Type.Object({
  filter: Type.Optional(Filter),
  order: Type.Optional(
    Type.String({ maxLength: 1000, description: '`metrics.auc DESC`; default newest first.' }),
  ),
  stage: Type.Optional(LifecycleStage),
  columns: Type.Optional(Columns),
  nested: Type.Optional(Type.Boolean({ description: 'Only runs whose parent is not found too.' })),
  parent: Type.Optional(Type.String({ maxLength: 256, description: 'Only runs below this one.' })),
  ids: Type.Optional(Type.String({ maxLength: 20_000, description: 'Only these, joined by commas.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
  cursor: Type.Optional(Type.String({ maxLength: 12_000 })),
});

export const RunExportQuery = Type.Object({
  filter: Type.Optional(Filter),
  order: Type.Optional(Type.String({ maxLength: 1000 })),
  stage: Type.Optional(LifecycleStage),
  columns: Type.Optional(Columns),
});

const KeyKind = Type.Union([Type.Literal('metrics'), Type.Literal('params'), Type.Literal('tags')]);

export const RunKeyQuery = Type.Object({
  kind: Type.Optional(KeyKind),
  search: Type.Optional(Type.String({ maxLength: 250, description: 'Part of the key, in any case.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 200 })),
});

/** What the newest runs of an experiment logged; a key that only older runs have is not in it. */
export const RunKeys = Type.Object({
  keys: Type.Array(
    Type.Object({
      kind: KeyKind,
      key: Type.String(),
      runs: Type.Integer({ description: 'Of those counted.' }),
    }),
  ),
  keyCount: Type.Integer({ description: 'Keys that fit, also beyond the limit.' }),
  countedRuns: Type.Integer({ description: 'The newest runs, at most 2000.' }),
});

export const RunValueQuery = Type.Object({
  column: Type.String({
    maxLength: 300,
    description: '`params.x`, `tags.x`, or `attributes.` and one of run_name, user_id.',
  }),
  search: Type.Optional(Type.String({ maxLength: 250, description: 'Part of the value, in any case.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
});

/** What the newest runs have as a value, most frequent first. */
export const RunValues = Type.Object({
  values: Type.Array(Type.Object({ value: Type.String(), runs: Type.Integer() })),
  countedRuns: Type.Integer(),
});

export const RunGroupQuery = Type.Object({
  by: Type.String({
    maxLength: 1000,
    description:
      'One to three of `params.x`, `tags.x`, `attributes.status`, `attributes.user_id`, joined by commas.',
  }),
  metrics: Type.Optional(
    Type.String({ maxLength: 10_000, description: 'At most 30 columns `metrics.x`, joined by commas.' }),
  ),
  filter: Type.Optional(Filter),
  stage: Type.Optional(LifecycleStage),
  order: Type.Optional(
    Type.String({
      maxLength: 300,
      description:
        '`runs`, `started`, a column of `by`, or a metric as `mean metrics.x`, `min …`, `max …`; then `DESC` or not. Default `runs DESC`.',
    }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 200 })),
});

export const RunGroup = Type.Object({
  values: Type.Array(Nullable(Type.String()), {
    description: 'In the order of `by`; null: the runs without it.',
  }),
  runs: Type.Integer(),
  statuses: Type.Record(Type.String(), Type.Integer()),
  /** Of the newest run. */
  startedAt: Nullable(Time),
  metrics: Type.Record(
    Type.String(),
    Type.Object({
      runs: Type.Integer({ description: 'That have a number for it.' }),
      min: Type.Number(),
      /** Null where an infinity is among the values. */
      mean: Nullable(Type.Number()),
      max: Type.Number(),
    }),
  ),
});

export const RunGroups = Type.Object({
  groups: Type.Array(RunGroup),
  groupCount: Type.Integer({ description: 'All groups, also beyond the limit.' }),
  runCount: Type.Integer({ description: 'Runs in all groups.' }),
});

/** A run beside others, with all that was logged to it. */
export const ComparedRun = Type.Object({
  ...RunRow.properties,
  experimentId: Type.String(),
  experimentName: Type.String(),
});

export const CompareQuery = Type.Object({
  ids: Type.String({ minLength: 1, maxLength: 30_000, description: 'One to 100 runs, joined by commas.' }),
});

export const ComparedRuns = Type.Object({
  /** In the order of the ids. */
  runs: Type.Array(ComparedRun),
  missing: Type.Array(Type.String(), { description: 'Ids of no run.' }),
  overSteps: Type.Array(Type.String(), {
    description: 'Keys of metrics that one of them logged beyond step 0.',
  }),
});

/** A run of any experiment, as a search by name finds it. */
export const NamedRun = Type.Object({
  runId: Type.String(),
  name: Type.String(),
  status: RunStatus,
  startedAt: Time,
  experimentId: Type.String(),
  experimentName: Type.String(),
});

export const NamedRunQuery = Type.Object({
  search: Type.String({
    minLength: 1,
    maxLength: 250,
    description: 'Beginning of the name in any case, or of the id.',
  }),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 10 })),
});

export const NamedRuns = Type.Object({ items: Type.Array(NamedRun) });

export type RunStatus = Static<typeof RunStatus>;
export type RunRow = Static<typeof RunRow>;
export type RunRowQuery = Static<typeof RunRowQuery>;
export type RunExportQuery = Static<typeof RunExportQuery>;
export type RunKeyQuery = Static<typeof RunKeyQuery>;
export type RunKeys = Static<typeof RunKeys>;
export type RunValueQuery = Static<typeof RunValueQuery>;
export type RunValues = Static<typeof RunValues>;
export type RunGroupQuery = Static<typeof RunGroupQuery>;
export type RunGroup = Static<typeof RunGroup>;
export type RunGroups = Static<typeof RunGroups>;
export type ComparedRun = Static<typeof ComparedRun>;
export type ComparedRuns = Static<typeof ComparedRuns>;
export type NamedRun = Static<typeof NamedRun>;
export type NamedRuns = Static<typeof NamedRuns>;
