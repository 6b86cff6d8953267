import type { ModelVersionDetail, RunDetail } from '@dividend/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { client } from '../../live/client.ts';
import { callMlflow } from '../../live/mlflow.ts';
import { useApi } from '../../live/queries.ts';
import type { RegisteredVersion } from '../../live/registry.ts';
import { type ReadSignature, readMlmodelSignature, readReleaseSignature } from './read-signature.ts';

/** The run that a version was made of. */
export function useSourceRun(runId: string | null) {
  return useApi<RunDetail>(`/api/v1/runs/${encodeURIComponent(runId ?? '')}`, { enabled: runId !== null });
}

export interface RunData {
  readonly params: Readonly<Record<string, string>>;
  /** The latest of each; a text where it is no finite number. */
  readonly metrics: Readonly<Record<string, number | string>>;
}

interface WireRun {
  readonly run: {
    readonly data?: {
      readonly params?: readonly { readonly key: string; readonly value: string }[];
      readonly metrics?: readonly { readonly key: string; readonly value: number | string }[];
    };
  };
}

const metricPrefix = 'dividend.metric.';

/** What the run of a version logged, with what evaluation by a pipeline measured. A run that is gone logged nothing. */
export function useRunData(version: RegisteredVersion | undefined) {
  const runId = version?.runId ?? null;
  return useQuery({
    queryKey: ['run of version', version?.model, version?.version],
    enabled: version !== undefined,
    queryFn: async (): Promise<RunData> => {
      const data = runId === null ? undefined : await findRunData(runId);
      const params = (data?.params ?? []).map(({ key, value }) => [key, value]);
      const logged = (data?.metrics ?? []).map(({ key, value }) => [key, value]);
      const judged = Object.entries(version?.tags ?? {})
        .filter(([key]) => key.startsWith(metricPrefix))
        .map(([key, value]) => [`${key.slice(metricPrefix.length)} at evaluation`, Number(value)]);
      return { params: Object.fromEntries(params), metrics: Object.fromEntries([...logged, ...judged]) };
    },
  });
}

async function findRunData(runId: string): Promise<WireRun['run']['data']> {
  try {
    return (await callMlflow<WireRun>('runs/get', { run_id: runId }, 'GET')).run.data;
  } catch (error) {
    if ((error as { kind?: string }).kind === 'not_found') return undefined;
    throw error;
  }
}

export function useVersionDetail(model: string, version: string, enabled = true) {
  const path = `/api/v1/models/${encodeURIComponent(model)}/versions/${encodeURIComponent(version)}`;
  return useApi<ModelVersionDetail>(path, { enabled });
}

/** From the MLmodel file of the version, else from what its releases hold; null where neither says it. */
export function useSignature(detail: ModelVersionDetail | undefined) {
  return useQuery({
    queryKey: ['signature', detail?.digest, detail?.parts.signature],
    enabled: detail !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<ReadSignature | null> =>
      (detail && ((await readFromFiles(detail)) ?? (await readFromParts(detail)))) ?? null,
  });
}

async function readFromFiles({ model, version, location, files }: ModelVersionDetail) {
  if (location === null || files === 0) return undefined;
  const path = `/api/v1/models/${encodeURIComponent(model)}/versions/${version}/files`;
  const { items } = await client.get<{ items: readonly { path: string; digest: string }[] }>(path, {
    limit: 500,
  });
  const file = items.find((each) => each.path === 'MLmodel');
  if (file === undefined) return undefined;
  const [text, { parse }] = await Promise.all([readText(`/api/v1/blobs/${file.digest}`), import('yaml')]);
  return readMlmodelSignature(parse(text, { maxAliasCount: 0 }));
}

async function readFromParts({ parts }: ModelVersionDetail) {
  if (parts.signature === undefined) return undefined;
  return readReleaseSignature(await readText(`/api/v1/blobs/${parts.signature}`));
}

const readText = async (path: string) => (await client.raw(path)).text();
