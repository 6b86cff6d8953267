import { toCalendarTime } from '@dividend/core/time';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { deleteAndLeave } from './delete-and-leave.ts';
import { toFilterText } from './filter-text.ts';
import { callMlflow, mlflowRoot } from './mlflow.ts';
import { queryClient } from './queries.ts';

/** The tag that makes a registered model a prompt. */
export const promptTag = 'mlflow.prompt.is_prompt';

type Tags = Readonly<Record<string, string>>;

export interface RegisteredVersion {
  readonly model: string;
  readonly version: string;
  readonly description: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly createdBy: string | null;
  readonly stage: string;
  readonly status: string;
  readonly source: string;
  readonly runId: string | null;
  readonly runLink: string | null;
  readonly modelId: string | null;
  readonly tags: Tags;
  /** None in lists: those of a list are with the model. */
  readonly aliases: readonly string[];
}

export interface RegisteredModel {
  readonly name: string;
  readonly description: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly tags: Tags;
  readonly aliases: readonly { readonly alias: string; readonly version: string }[];
  readonly latest: RegisteredVersion | undefined;
}

interface WireTag {
  readonly key: string;
  readonly value?: string;
}

interface WireVersion {
  readonly name: string;
  readonly version: string;
  readonly creation_timestamp: number;
  readonly last_updated_timestamp: number;
  readonly user_id?: string;
  readonly current_stage: string;
  readonly description?: string;
  readonly source: string;
  readonly run_id?: string;
  readonly status: string;
  readonly tags?: readonly WireTag[];
  readonly run_link?: string;
  readonly aliases?: readonly string[];
  readonly model_id?: string;
}

interface WireModel {
  readonly name: string;
  readonly creation_timestamp: number;
  readonly last_updated_timestamp: number;
  readonly description?: string;
  readonly latest_versions?: readonly WireVersion[];
  readonly tags?: readonly WireTag[];
  readonly aliases?: readonly { readonly alias: string; readonly version: string }[];
}

const toTags = (tags: readonly WireTag[] = []) =>
  Object.fromEntries(tags.map(({ key, value }) => [key, value ?? '']));

function toVersion(wire: WireVersion): RegisteredVersion {
  return {
    model: wire.name,
    version: wire.version,
    description: wire.description ?? '',
    createdAt: toCalendarTime(wire.creation_timestamp),
    updatedAt: toCalendarTime(wire.last_updated_timestamp),
    createdBy: wire.user_id || null,
    stage: wire.current_stage,
    status: wire.status.toLowerCase(),
    source: wire.source,
    runId: wire.run_id || null,
    runLink: wire.run_link || null,
    modelId: wire.model_id || null,
    tags: toTags(wire.tags),
    aliases: wire.aliases ?? [],
  };
}

function toModel(wire: WireModel): RegisteredModel {
  const versions = wire.latest_versions ?? [];
  const latest = versions.toSorted((one, other) => Number(other.version) - Number(one.version))[0];
  return {
    name: wire.name,
    description: wire.description ?? '',
    createdAt: toCalendarTime(wire.creation_timestamp),
    updatedAt: toCalendarTime(wire.last_updated_timestamp),
    tags: toTags(wire.tags),
    aliases: wire.aliases ?? [],
    latest: latest && toVersion(latest),
  };
}

/** At rest the live stream says when to ask again. */
const restingMs = 15_000;

interface Found<Wire> {
  readonly registered_models?: readonly Wire[];
  readonly model_versions?: readonly Wire[];
  readonly next_page_token?: string;
}

function useRegistrySearch<Wire, Item>(
  path: string,
  input: { readonly filter: string; readonly order_by?: string; readonly max_results: number },
  toItem: (wire: Wire) => Item,
  enabled: boolean,
) {
  return useInfiniteQuery({
    queryKey: [mlflowRoot + path, input],
    queryFn: ({ pageParam }) =>
      callMlflow<Found<Wire>>(path, { ...input, page_token: pageParam || undefined }, 'GET'),
    initialPageParam: '',
    getNextPageParam: ({ next_page_token }) => next_page_token,
    select: ({ pages }) =>
      pages.flatMap(({ registered_models, model_versions }) =>
        (registered_models ?? model_versions ?? []).map(toItem),
      ),
    enabled,
    refetchInterval: restingMs,
  });
}

const pageSize = 50;

/** Registered models that fit a filter of MLflow's grammar, page by page. */
export function useRegisteredModels(
  filter: string,
  {
    order,
    limit = pageSize,
    enabled = true,
  }: { order?: string | undefined; limit?: number; enabled?: boolean } = {},
) {
  const input = { filter, ...(order === undefined ? {} : { order_by: order }), max_results: limit };
  return useRegistrySearch('registered-models/search', input, toModel, enabled);
}

/** Versions of one model, newest first, page by page. */
export function useVersions(model: string, { isPrompt = false, enabled = true } = {}) {
  const filter = `name = ${toFilterText(model)}${isPrompt ? ` AND ${isPromptFilter}` : ''}`;
  const input = { filter, order_by: 'version_number DESC', max_results: pageSize };
  return useRegistrySearch('model-versions/search', input, toVersion, enabled);
}

/** A model or prompt by its name; null where none is registered, which is no error. */
export function useRegisteredModel(name: string) {
  const path = 'registered-models/search';
  const filter = `name = ${toFilterText(name)} AND ${modelOrPromptFilter}`;
  return useQuery({
    queryKey: [mlflowRoot + path, { filter }],
    queryFn: async () => {
      const found = await callMlflow<Found<WireModel>>(path, { filter }, 'GET');
      const model = found.registered_models?.[0];
      return model === undefined ? null : toModel(model);
    },
    refetchInterval: restingMs,
  });
}

/** One version, with its aliases. */
export function useVersion(model: string, version: string, enabled = true) {
  const path = 'model-versions/get';
  return useQuery({
    queryKey: [mlflowRoot + path, { name: model, version }],
    queryFn: async () => {
      const answer = await callMlflow<{ model_version: WireVersion }>(path, { name: model, version }, 'GET');
      return toVersion(answer.model_version);
    },
    enabled,
    refetchInterval: restingMs,
  });
}

export const isPromptFilter = `tags.\`${promptTag}\` = 'true'`;
/** A search is for models only unless it names the tag. */
export const modelOrPromptFilter = `(${isPromptFilter} OR tags.\`${promptTag}\` = 'false')`;

export function isPrompt({ tags }: RegisteredModel): boolean {
  return tags[promptTag]?.toLowerCase() === 'true';
}

/** Changes the registry, and asks again for all that may be another then. */
export async function changeRegistry<Answer = unknown>(
  path: string,
  input: object,
  method: 'POST' | 'PATCH' | 'DELETE' = 'POST',
): Promise<Answer> {
  const answer = await callMlflow<Answer>(path, input, method);
  await refreshRegistry();
  return answer;
}

export async function deleteFromRegistry(
  path: 'registered-models/delete' | 'model-versions/delete',
  input: object,
  leave: () => Promise<void>,
): Promise<void> {
  await deleteAndLeave(path, input, leave);
  await refreshRegistry();
}

async function refreshRegistry(): Promise<void> {
  await queryClient.invalidateQueries({
    predicate: ({ queryKey: [asked] }) =>
      /^\/api\/(2\.0\/mlflow\/(registered-models|model-versions)|v1\/models)/.test(String(asked)),
  });
}
