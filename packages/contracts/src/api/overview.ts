import { type Static, Type } from 'typebox';
import { Nullable, Time } from './common.ts';
import { LedgerEntry } from './ledger.ts';
import { Alarm, Incident } from './monitoring.ts';
import { ModelSummary, PipelineRun } from './pipelines.ts';
import { Release, Rollout } from './releases.ts';

/** Everything a person looks at first: what runs, what waits for them, what is wrong. */
export const Overview = Type.Object({
  models: Type.Array(ModelSummary),
  endpoints: Type.Array(
    Type.Object({
      endpoint: Type.String(),
      model: Type.String(),
      version: Nullable(Type.String()),
      requests: Type.Integer({ description: 'Since the platform was set up.' }),
      failed: Type.Integer({ description: 'Requests not answered by the fault of the platform.' }),
      labels: Type.Integer(),
    }),
  ),
  runningPipelines: Type.Array(PipelineRun),
  activeRollouts: Type.Array(Rollout),
  recentRollouts: Type.Array(Rollout),
  alarms: Type.Array(Alarm),
  incidents: Type.Array(Incident),
  serving: Type.Array(
    Type.Object({
      processId: Type.String(),
      pid: Type.Integer(),
      live: Type.Boolean(),
      residentBytes: Type.Integer(),
      lastSeenAt: Time,
    }),
  ),
  ledger: Type.Object({ entries: Type.Integer(), sealed: Type.Integer() }),
  recentEntries: Type.Array(LedgerEntry),
});

/** One model with all that stands behind its versions. */
export const ModelDetail = Type.Object({
  summary: ModelSummary,
  description: Type.String(),
  gates: Type.Array(Type.Object({ name: Type.String(), expr: Type.String() })),
  versions: Type.Array(
    Type.Object({
      version: Type.String(),
      createdAt: Time,
      aliases: Type.Array(Type.String()),
      runId: Nullable(Type.String()),
      metrics: Type.Record(Type.String(), Type.Number()),
      release: Nullable(Release),
      rollouts: Type.Array(Type.Object({ id: Type.String(), phase: Type.String(), startedAt: Time })),
      lineage: Type.Object({
        pipelineRunId: Nullable(Type.String()),
        specDigest: Nullable(Type.String()),
        datasets: Type.Array(
          Type.Object({ step: Type.String(), output: Type.String(), digest: Type.String() }),
        ),
      }),
    }),
  ),
});

export type Overview = Static<typeof Overview>;
export type ModelDetail = Static<typeof ModelDetail>;
