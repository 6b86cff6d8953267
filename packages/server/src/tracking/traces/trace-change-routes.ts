import { Type } from 'typebox';
import { type MlflowRoute, mlflowRoute, Nothing, refusedParameter } from '../door/index.ts';
import type { TraceService } from './trace-service.ts';

/** Tags, links and deletion: served under both versions, because clients of the third API still call the second here. */
export function traceChangeRoutes(traces: TraceService): MlflowRoute[] {
  return (['2.0', '3.0'] as const).flatMap((version) => routesBelow(`/${version}/mlflow/traces`, traces));
}

const texts = Type.Array(Type.String());

function routesBelow(path: string, traces: TraceService): MlflowRoute[] {
  return [
    mlflowRoute({
      method: 'PATCH',
      path: `${path}/:trace_id/tags`,
      summary: 'Set a tag of a trace',
      request: Type.Object({
        trace_id: Type.String(),
        key: Type.String(),
        value: Type.Optional(Type.String()),
      }),
      answer: Nothing,
      handle: async ({ trace_id, key, value = '' }) => {
        await traces.setTag(trace_id, key, value);
        return {};
      },
    }),
    mlflowRoute({
      method: 'DELETE',
      path: `${path}/:trace_id/tags`,
      summary: 'Delete a tag of a trace',
      request: Type.Object({ trace_id: Type.String(), key: Type.String() }),
      answer: Nothing,
      handle: async ({ trace_id, key }) => {
        await traces.deleteTag(trace_id, key);
        return {};
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/delete-traces`,
      summary: 'Delete traces by their ids, or up to a time',
      request: Type.Object({
        experiment_id: Type.String(),
        max_timestamp_millis: Type.Optional(Type.Integer()),
        max_traces: Type.Optional(Type.Integer()),
        request_ids: Type.Optional(texts),
      }),
      answer: Type.Object({ traces_deleted: Type.Integer() }),
      handle: async (input) => {
        const { max_timestamp_millis: startedUntilMs, max_traces: maxTraces } = input;
        const traceIds = input.request_ids?.length ? input.request_ids : undefined;
        checkDeletion(startedUntilMs, maxTraces, traceIds);
        const deleted = await traces.delete(input.experiment_id, {
          startedUntilMs,
          maxTraces,
          ...(traceIds === undefined ? {} : { traceIds }),
        });
        return { traces_deleted: deleted };
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/link-to-run`,
      summary: 'Link traces to a run',
      request: Type.Object({ trace_ids: Type.Optional(texts), run_id: Type.String() }),
      answer: Nothing,
      handle: async ({ trace_ids = [], run_id }) => {
        await traces.linkToRun(trace_ids, run_id);
        return {};
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/link-prompts`,
      summary: 'Link versions of prompts to a trace',
      request: Type.Object({
        trace_id: Type.String(),
        prompt_versions: Type.Optional(
          Type.Array(Type.Object({ name: Type.String(), version: Type.String() })),
        ),
      }),
      answer: Nothing,
      handle: async ({ trace_id, prompt_versions = [] }) => {
        await traces.linkPrompts(
          trace_id,
          prompt_versions.map(({ name, version }) => `${name}/${version}`),
        );
        return {};
      },
    }),
  ];
}

/** As MLflow's client checks it: either ids or a time, and a number only with a time. */
function checkDeletion(
  startedUntilMs: number | undefined,
  maxTraces: number | undefined,
  traceIds: readonly string[] | undefined,
): void {
  if ((startedUntilMs === undefined) === (traceIds === undefined)) {
    throw refusedParameter(
      'request_ids',
      'Exactly one of `max_timestamp_millis` and `request_ids` must be specified.',
    );
  }
  if (maxTraces === undefined) return;
  if (traceIds !== undefined) {
    throw refusedParameter('max_traces', '`max_traces` cannot be specified if `request_ids` is specified.');
  }
  if (maxTraces <= 0) {
    throw refusedParameter('max_traces', `\`max_traces\` must be a positive integer, received ${maxTraces}.`);
  }
}
