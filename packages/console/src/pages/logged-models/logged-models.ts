import { toCalendarTime } from '@dividend/core/time';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { deleteAndLeave } from '../../live/delete-and-leave.ts';
import { callMlflow, mlflowRoot } from '../../live/mlflow.ts';
import { queryClient } from '../../live/queries.ts';

const restingMs = 15_000;
const modelsPerPage = 50;
const versionsTag = 'mlflow.modelVersions';

interface KeyValue {
  readonly key: string;
  readonly value: string;
}

interface SentLoggedModel {
  readonly info: {
    readonly model_id: string;
    readonly experiment_id: string;
    readonly name: string;
    readonly creation_timestamp_ms: number;
    readonly last_updated_timestamp_ms: number;
    readonly artifact_uri: string;
    readonly status: string;
    readonly model_type?: string;
    readonly source_run_id?: string;
    readonly tags?: readonly KeyValue[];
  };
  readonly data: {
    readonly params?: readonly KeyValue[];
    readonly metrics?: readonly {
      readonly key: string;
      readonly value: number | string;
      readonly timestamp: number;
      readonly step: number;
      readonly dataset_name?: string;
      readonly dataset_digest?: string;
      readonly run_id?: string;
    }[];
  };
}

/** A value measured on a logged model. */
export interface LoggedModelMetric {
  readonly key: string;
  /** A text where it is no finite number. */
  readonly value: number | string;
  readonly at: string;
  readonly step: number;
  /** Null where it was measured on none that is named. */
  readonly dataset: { readonly name: string; readonly digest: string } | null;
  readonly runId: string | null;
}

export interface LoggedModel {
  readonly modelId: string;
  readonly experimentId: string;
  readonly name: string;
  /** `ready`, `pending`, `upload failed`. */
  readonly status: string;
  readonly modelType: string | null;
  readonly sourceRunId: string | null;
  readonly artifactUri: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly versions: readonly { readonly model: string; readonly version: string }[];
  readonly tags: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
  readonly metrics: readonly LoggedModelMetric[];
}

export interface LoggedModelView {
  readonly filter: string;
  /** `metrics.auc DESC`; empty: newest first. */
  readonly order: string;
}

/** The logged models of an experiment that a filter finds, as far as they were read. */
export function useLoggedModels(experimentId: string, { filter, order }: LoggedModelView, isEnabled = true) {
  return useInfiniteQuery({
    queryKey: [`${mlflowRoot}logged-models/search`, experimentId, filter, order],
    enabled: isEnabled,
    queryFn: ({ pageParam }) =>
      callMlflow<{ models?: SentLoggedModel[]; next_page_token?: string }>('logged-models/search', {
        experiment_ids: [experimentId],
        max_results: modelsPerPage,
        ...(filter === '' ? {} : { filter }),
        ...(order === '' ? {} : { order_by: [toOrder(order)] }),
        ...(pageParam === '' ? {} : { page_token: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: ({ next_page_token }) => next_page_token,
    select: ({ pages }) => pages.flatMap(({ models = [] }) => models.map(toLoggedModel)),
    // What was read on is not all read again every time.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : restingMs),
  });
}

function toOrder(order: string): { field_name: string; ascending: boolean } {
  return { field_name: order.replace(/ (ASC|DESC)$/, ''), ascending: !order.endsWith(' DESC') };
}

export function pathOfLoggedModel(modelId: string): string {
  return `logged-models/${encodeURIComponent(modelId)}`;
}

export function useLoggedModel(modelId: string, isEnabled = true) {
  const path = pathOfLoggedModel(modelId);
  return useQuery({
    queryKey: [mlflowRoot + path],
    enabled: isEnabled,
    queryFn: () => callMlflow<{ model: SentLoggedModel }>(path, {}, 'GET'),
    select: ({ model }) => toLoggedModel(model),
    refetchInterval: restingMs,
  });
}

export async function setLoggedModelTag(modelId: string, key: string, value: string): Promise<void> {
  await callMlflow(`${pathOfLoggedModel(modelId)}/tags`, { tags: [{ key, value }] }, 'PATCH');
  await refreshLoggedModels();
}

export async function deleteLoggedModelTag(modelId: string, key: string): Promise<void> {
  await callMlflow(`${pathOfLoggedModel(modelId)}/tags/${encodeURIComponent(key)}`, {}, 'DELETE');
  await refreshLoggedModels();
}

/** Takes it out of sight and leaves its page, which would ask for what is gone. */
export async function deleteLoggedModel(modelId: string, leave: () => Promise<void>): Promise<void> {
  await deleteAndLeave(pathOfLoggedModel(modelId), {}, leave);
  await refreshLoggedModels();
}

function refreshLoggedModels(): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey: [asked] }) =>
      /^\/api\/(2\.0\/mlflow\/logged-models|v1\/runs)/.test(String(asked)),
  });
}

function toLoggedModel({ info, data }: SentLoggedModel): LoggedModel {
  const tags = toRecord(info.tags);
  return {
    modelId: info.model_id,
    experimentId: info.experiment_id,
    name: info.name,
    status: info.status.replace('LOGGED_MODEL_', '').toLowerCase().replaceAll('_', ' '),
    modelType: info.model_type ?? null,
    sourceRunId: info.source_run_id ?? null,
    artifactUri: info.artifact_uri,
    createdAt: toCalendarTime(info.creation_timestamp_ms),
    updatedAt: toCalendarTime(info.last_updated_timestamp_ms),
    versions: readVersions(tags[versionsTag]),
    tags,
    params: toRecord(data.params),
    metrics: (data.metrics ?? []).map((metric) => ({
      key: metric.key,
      value: metric.value,
      at: toCalendarTime(metric.timestamp),
      step: metric.step,
      dataset:
        metric.dataset_name === undefined
          ? null
          : { name: metric.dataset_name, digest: metric.dataset_digest ?? '' },
      runId: metric.run_id ?? null,
    })),
  };
}

function toRecord(pairs: readonly KeyValue[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
}

/** Anyone may set the tag: what is no version counts as none. */
function readVersions(json = '[]'): LoggedModel['versions'] {
  let list: unknown;
  try {
    list = JSON.parse(json);
  } catch {
    return [];
  }
  return (Array.isArray(list) ? list : []).flatMap((each: { name?: unknown; version?: unknown } | null) =>
    typeof each?.name === 'string' && /^(string|number)$/.test(typeof each.version)
      ? { model: each.name, version: String(each.version) }
      : [],
  );
}
