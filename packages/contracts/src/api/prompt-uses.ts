import { type Static, Type } from 'typebox';
import { Nullable, Time } from './common.ts';
import { NamedRun } from './runs.ts';
import { TraceState } from './traces.ts';

export const PromptUsesQuery = Type.Object({
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 200, default: 20, description: 'Of runs, and of traces.' }),
  ),
});

/** Runs and traces that a version of a prompt was linked to, the newest of each first. */
export const PromptUses = Type.Object({
  runs: Type.Array(NamedRun),
  hasMoreRuns: Type.Boolean(),
  traces: Type.Array(
    Type.Object({
      traceId: Type.String(),
      name: Nullable(Type.String()),
      state: TraceState,
      startedAt: Time,
      experimentId: Type.String(),
      experimentName: Type.String(),
    }),
  ),
  hasMoreTraces: Type.Boolean(),
});

export type PromptUses = Static<typeof PromptUses>;
