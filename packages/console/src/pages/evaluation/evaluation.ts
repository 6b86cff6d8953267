import { toCalendarTime } from '@dividend/core/time';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { callMlflow, mlflowRoot3 } from '../../live/mlflow.ts';
import { parseExactJson } from '../../ui/exact-json.ts';

const restingMs = 15_000;
const datasetsPerPage = 50;
const recordsPerPage = 50;

interface SentDataset {
  readonly dataset_id: string;
  readonly name: string;
  readonly tags?: string;
  readonly profile?: string;
  readonly digest: string;
  readonly created_time: number;
  readonly last_update_time: number;
}

export interface EvaluationDataset {
  readonly datasetId: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly records: number;
  readonly digest: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The evaluation datasets of an experiment, as far as they were read. */
export function useDatasets(experimentId: string) {
  return useInfiniteQuery({
    queryKey: [`${mlflowRoot3}datasets/search`, experimentId],
    queryFn: ({ pageParam }) =>
      callMlflow<{ datasets?: SentDataset[]; next_page_token?: string }>(
        'datasets/search',
        {
          experiment_ids: [experimentId],
          max_results: datasetsPerPage,
          ...(pageParam === '' ? {} : { page_token: pageParam }),
        },
        'POST',
        mlflowRoot3,
      ),
    initialPageParam: '',
    getNextPageParam: ({ next_page_token }) => next_page_token,
    select: ({ pages }) => pages.flatMap(({ datasets = [] }) => datasets.map(toDataset)),
    refetchInterval: restingMs,
  });
}

function toDataset(sent: SentDataset): EvaluationDataset {
  const { num_records = 0 } = readFields<{ num_records?: number }>(sent.profile);
  return {
    datasetId: sent.dataset_id,
    name: sent.name,
    tags: readFields(sent.tags),
    records: num_records,
    digest: sent.digest,
    createdAt: toCalendarTime(sent.created_time),
    updatedAt: toCalendarTime(sent.last_update_time),
  };
}

function readFields<Fields extends object>(json = '{}'): Fields {
  const value = parseExactJson(json);
  return (typeof value === 'object' && value !== null ? value : {}) as Fields;
}

export interface EvaluationRecord {
  readonly dataset_record_id: string;
  readonly inputs?: unknown;
  readonly outputs?: unknown;
  readonly expectations?: unknown;
  readonly tags?: unknown;
  /** Of the trace that it was made from. */
  readonly source_id?: string;
  readonly source_type?: string;
  readonly last_update_time: number;
}

/** The records of a dataset, as far as they were read; numbers with all their digits. */
export function useRecords(datasetId: string) {
  return useInfiniteQuery({
    queryKey: [`${mlflowRoot3}datasets/records`, datasetId],
    queryFn: ({ pageParam }) =>
      callMlflow<{ records: string; next_page_token?: string }>(
        `datasets/${encodeURIComponent(datasetId)}/records`,
        { max_results: recordsPerPage, ...(pageParam === '' ? {} : { page_token: pageParam }) },
        'GET',
        mlflowRoot3,
      ),
    initialPageParam: '',
    getNextPageParam: ({ next_page_token }) => next_page_token,
    select: ({ pages }) =>
      pages.flatMap(({ records }) => (parseExactJson(records) ?? []) as EvaluationRecord[]),
  });
}

export interface Scorer {
  readonly scorer_id: string;
  readonly scorer_name: string;
  readonly scorer_version: number;
  readonly serialized_scorer: string;
  readonly creation_time: number;
}

/** The newest versions of the scorers of an experiment. */
export function useScorers(experimentId: string) {
  return useQuery({
    queryKey: [`${mlflowRoot3}scorers/list`, experimentId],
    queryFn: () =>
      callMlflow<{ scorers?: Scorer[] }>('scorers/list', { experiment_id: experimentId }, 'GET', mlflowRoot3),
    select: ({ scorers = [] }) => scorers,
    refetchInterval: restingMs,
  });
}
