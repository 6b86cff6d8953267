import { Type } from 'typebox';
import {
  listOf,
  type MlflowRoute,
  maxResults,
  mlflowRoute,
  Nothing,
  toWireList,
  toWireOptional,
} from '../../door/index.ts';
import { checkMaxResults, parseExperimentId } from '../../log-limits.ts';
import { DatasetAnswer, EvaluationDatasetMessage } from './dataset-message.ts';
import { type EvaluationDatasetService, parseTags } from './dataset-service.ts';
import type { EvaluationDataset } from './dataset-store.ts';
import type { EvaluationRecord } from './record-store.ts';

const path = '/3.0/mlflow/datasets';
const text = Type.Optional(Type.String());
const texts = Type.Optional(Type.Array(Type.String()));
const ofDataset = { dataset_id: Type.String() };
const mostDatasets = 50_000;
const mostRecords = 1000;

export function evaluationDatasetRoutes(datasets: EvaluationDatasetService): MlflowRoute[] {
  return [...ofDatasets(datasets), ...ofRecords(datasets), ...ofExperiments(datasets)];
}

function ofDatasets(datasets: EvaluationDatasetService): MlflowRoute[] {
  const search = Type.Object({
    experiment_ids: texts,
    filter_string: text,
    max_results: maxResults(1000, mostDatasets),
    order_by: texts,
    page_token: text,
  });
  return [
    mlflowRoute({
      method: 'POST',
      path: `${path}/create`,
      summary: 'Create an evaluation dataset',
      request: Type.Object({ name: Type.String(), tags: text, experiment_ids: texts }),
      answer: DatasetAnswer,
      handle: async ({ name, tags, experiment_ids: experimentIds = [] }) => ({
        dataset: toWireDataset(await datasets.create({ name, tags: parseTags(tags), experimentIds })),
      }),
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/:dataset_id`,
      summary: 'Read an evaluation dataset',
      request: Type.Object(ofDataset),
      answer: DatasetAnswer,
      handle: async ({ dataset_id }) => ({ dataset: toWireDataset(await datasets.get(dataset_id)) }),
    }),
    mlflowRoute({
      method: 'DELETE',
      path: `${path}/:dataset_id`,
      summary: 'Delete an evaluation dataset with its records',
      request: Type.Object(ofDataset),
      answer: Nothing,
      handle: async ({ dataset_id }) => {
        await datasets.delete(dataset_id);
        return {};
      },
    }),
    ...(['GET', 'POST'] as const).map((method) =>
      mlflowRoute({
        method,
        path: `${path}/search`,
        summary: 'Search evaluation datasets by a filter',
        request: search,
        answer: listOf('datasets', EvaluationDatasetMessage),
        handle: async (input) => {
          const found = await datasets.search({
            experimentIds: (input.experiment_ids ?? []).map(parseExperimentId),
            filter: input.filter_string ?? '',
            orderBy: input.order_by ?? [],
            maxResults: checkMaxResults(input.max_results || 1000, mostDatasets),
            pageToken: input.page_token,
          });
          return {
            datasets: toWireList(found.datasets.map(toWireDataset)),
            next_page_token: found.nextPageToken,
          };
        },
      }),
    ),
    mlflowRoute({
      method: 'PATCH',
      path: `${path}/:dataset_id/tags`,
      summary: 'Set tags of an evaluation dataset',
      request: Type.Object({ ...ofDataset, tags: Type.String() }),
      answer: DatasetAnswer,
      handle: async ({ dataset_id, tags }) => ({
        dataset: toWireDataset(await datasets.setTags(dataset_id, parseTags(tags))),
      }),
    }),
    mlflowRoute({
      method: 'DELETE',
      path: `${path}/:dataset_id/tags/:key`,
      summary: 'Delete a tag of an evaluation dataset',
      request: Type.Object({ ...ofDataset, key: Type.String() }),
      answer: Nothing,
      handle: async ({ dataset_id, key }) => {
        await datasets.deleteTag(dataset_id, key);
        return {};
      },
    }),
  ];
}

function ofRecords(datasets: EvaluationDatasetService): MlflowRoute[] {
  const route = `${path}/:dataset_id/records`;
  return [
    mlflowRoute({
      method: 'POST',
      path: route,
      summary: 'Add records to a dataset, or change those with the same inputs',
      maxBodyBytes: 32_000_000,
      request: Type.Object({ ...ofDataset, records: Type.String() }),
      answer: Type.Object({ inserted_count: Type.Integer(), updated_count: Type.Integer() }),
      handle: async ({ dataset_id, records }) => {
        const { inserted, updated } = await datasets.upsertRecords(dataset_id, records);
        return { inserted_count: inserted, updated_count: updated };
      },
    }),
    mlflowRoute({
      method: 'GET',
      path: route,
      summary: 'List the records of a dataset',
      request: Type.Object({
        ...ofDataset,
        max_results: maxResults(mostRecords, mostRecords),
        page_token: text,
      }),
      answer: Type.Object({
        records: Type.String({ description: 'JSON list of records.' }),
        next_page_token: Type.Optional(Type.String()),
      }),
      handle: async ({ dataset_id, max_results, page_token }) => {
        const limit = checkMaxResults(max_results || mostRecords, mostRecords);
        const { records, nextPageToken } = await datasets.listRecords(dataset_id, limit, page_token);
        return { records: `[${records.map(toWireRecord).join(',')}]`, next_page_token: nextPageToken };
      },
    }),
    mlflowRoute({
      method: 'DELETE',
      path: route,
      summary: 'Delete records of a dataset',
      request: Type.Object({ ...ofDataset, dataset_record_ids: texts }),
      answer: Type.Object({ deleted_count: Type.Integer() }),
      handle: async ({ dataset_id, dataset_record_ids = [] }) => ({
        deleted_count: await datasets.deleteRecords(dataset_id, dataset_record_ids),
      }),
    }),
  ];
}

function ofExperiments(datasets: EvaluationDatasetService): MlflowRoute[] {
  return [
    mlflowRoute({
      method: 'GET',
      path: `${path}/:dataset_id/experiment-ids`,
      summary: 'List the experiments of a dataset',
      request: Type.Object(ofDataset),
      answer: Type.Object({ experiment_ids: Type.Optional(Type.Array(Type.String())) }),
      handle: async ({ dataset_id }) => ({
        experiment_ids: toWireList((await datasets.get(dataset_id)).experimentIds.map(String)),
      }),
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/:dataset_id/add-experiments`,
      summary: 'Put a dataset into more experiments',
      request: Type.Object({ ...ofDataset, experiment_ids: texts }),
      answer: DatasetAnswer,
      handle: async ({ dataset_id, experiment_ids = [] }) => ({
        dataset: toWireDataset(await datasets.addExperiments(dataset_id, experiment_ids)),
      }),
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/:dataset_id/remove-experiments`,
      summary: 'Take a dataset out of experiments',
      request: Type.Object({ ...ofDataset, experiment_ids: texts }),
      answer: DatasetAnswer,
      handle: async ({ dataset_id, experiment_ids = [] }) => ({
        dataset: toWireDataset(
          await datasets.removeExperiments(dataset_id, experiment_ids.map(parseExperimentId)),
        ),
      }),
    }),
  ];
}

function toWireDataset(dataset: EvaluationDataset): object {
  return {
    dataset_id: dataset.datasetId,
    name: dataset.name,
    tags: JSON.stringify(dataset.tags),
    schema: toWireOptional(dataset.schema),
    profile: dataset.records === 0 ? undefined : JSON.stringify({ num_records: dataset.records }),
    digest: dataset.digest,
    created_time: dataset.createdMs,
    last_update_time: dataset.updatedMs,
    created_by: toWireOptional(dataset.createdBy),
    last_updated_by: toWireOptional(dataset.updatedBy),
    experiment_ids: toWireList(dataset.experimentIds.map(String)),
  };
}

/** A record as JSON text, its parts put in as they are stored. */
function toWireRecord(record: EvaluationRecord): string {
  const head = JSON.stringify({
    dataset_record_id: record.recordId,
    dataset_id: record.datasetId,
    created_time: record.createdMs,
    last_update_time: record.updatedMs,
    created_by: toWireOptional(record.createdBy),
    last_updated_by: toWireOptional(record.updatedBy),
    ...toWireSource(record.source),
  });
  const { inputs, outputs, expectations, tags, source } = record;
  const parts = Object.entries({ inputs, outputs, expectations, tags, source })
    .filter(([, json]) => json !== null)
    .map(([name, json]) => `,"${name}":${json}`);
  return `${head.slice(0, -1)}${parts.join('')}}`;
}

/** What a record was made from, as its own fields say it too. */
function toWireSource(json: string | null): object {
  if (json === null) return {};
  const { source_type, source_data } = JSON.parse(json) as { source_type?: unknown; source_data?: unknown };
  const { trace_id } = (source_data ?? {}) as { trace_id?: unknown };
  return { source_type, source_id: source_type === 'TRACE' ? trace_id : undefined };
}
