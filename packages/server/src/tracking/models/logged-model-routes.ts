import { Type } from 'typebox';
import type { ArtifactService } from '../../artifacts/index.ts';
import {
  FileList,
  fromKeyValues,
  listOf,
  type MlflowRoute,
  maxResults,
  mlflowRoute,
  Nothing,
  toKeyValues,
  toWireList,
  toWireOptional,
} from '../door/index.ts';
import { checkMaxResults, parseExperimentId } from '../log-limits.ts';
import { toWireFile } from '../runs/run-routes.ts';
import { toWireMetric } from '../runs/run-wire.ts';
import { LoggedModelAnswer, LoggedModelMessage } from './logged-model-message.ts';
import type { LoggedModelService } from './logged-model-service.ts';
import { type LoggedModel, loggedModelStatuses } from './logged-model-store.ts';

const modelId = Type.String();
const KeyValues = Type.Array(Type.Object({ key: Type.String(), value: Type.Optional(Type.String()) }));
const datasetFields = {
  dataset_name: Type.Optional(Type.String()),
  dataset_digest: Type.Optional(Type.String()),
};
const path = '/2.0/mlflow/logged-models';
const mostResults = 1000;

export function loggedModelRoutes(models: LoggedModelService, artifacts: ArtifactService): MlflowRoute[] {
  return [
    mlflowRoute({
      method: 'POST',
      path,
      summary: 'Create a logged model',
      request: Type.Object({
        experiment_id: Type.String(),
        name: Type.Optional(Type.String()),
        model_type: Type.Optional(Type.String()),
        source_run_id: Type.Optional(Type.String()),
        params: Type.Optional(KeyValues),
        tags: Type.Optional(KeyValues),
      }),
      answer: LoggedModelAnswer,
      handle: async (input) => ({
        model: toWireLoggedModel(
          await models.create({
            experimentId: input.experiment_id,
            name: input.name || undefined,
            modelType: input.model_type,
            sourceRunId: input.source_run_id,
            params: fromKeyValues(input.params),
            tags: fromKeyValues(input.tags),
          }),
        ),
      }),
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/search`,
      summary: 'Search logged models by a filter',
      request: Type.Object({
        experiment_ids: Type.Array(Type.String()),
        filter: Type.Optional(Type.String()),
        datasets: Type.Optional(Type.Array(Type.Object({ ...datasetFields, dataset_name: Type.String() }))),
        max_results: maxResults(50, mostResults),
        order_by: Type.Optional(
          Type.Array(
            Type.Object({
              field_name: Type.String(),
              ascending: Type.Optional(Type.Boolean()),
              ...datasetFields,
            }),
          ),
        ),
        page_token: Type.Optional(Type.String()),
      }),
      answer: listOf('models', LoggedModelMessage),
      handle: async (input) => {
        const found = await models.search({
          experimentIds: input.experiment_ids.map(parseExperimentId),
          filter: input.filter ?? '',
          datasets: (input.datasets ?? []).map(toDatasetScope),
          orderBy: (input.order_by ?? []).map((order) => ({
            fieldName: order.field_name,
            ascending: order.ascending ?? true,
            dataset: toDatasetScope({ ...order, dataset_name: order.dataset_name || undefined }),
          })),
          maxResults: checkMaxResults(input.max_results || 50, mostResults),
          pageToken: input.page_token,
        });
        return {
          models: toWireList(found.models.map(toWireLoggedModel)),
          next_page_token: found.nextPageToken,
        };
      },
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/:model_id`,
      summary: 'Read a logged model',
      request: Type.Object({ model_id: modelId, allow_deleted: Type.Optional(Type.Boolean()) }),
      answer: LoggedModelAnswer,
      handle: async (input) => ({
        model: toWireLoggedModel(await models.get(input.model_id, input.allow_deleted)),
      }),
    }),
    mlflowRoute({
      method: 'PATCH',
      path: `${path}/:model_id`,
      summary: 'Set the status of a logged model',
      request: Type.Object({
        model_id: modelId,
        status: Type.Union(loggedModelStatuses.map((status) => Type.Literal(status))),
      }),
      answer: LoggedModelAnswer,
      handle: async (input) => ({
        model: toWireLoggedModel(await models.finalize(input.model_id, input.status)),
      }),
    }),
    mlflowRoute({
      method: 'DELETE',
      path: `${path}/:model_id`,
      summary: 'Delete a logged model',
      request: Type.Object({ model_id: modelId }),
      answer: Nothing,
      handle: async (input) => {
        await models.delete(input.model_id);
        return {};
      },
    }),
    mlflowRoute({
      method: 'PATCH',
      path: `${path}/:model_id/tags`,
      summary: 'Set tags of a logged model',
      request: Type.Object({ model_id: modelId, tags: Type.Optional(KeyValues) }),
      answer: LoggedModelAnswer,
      handle: async (input) => ({
        model: toWireLoggedModel(await models.setTags(input.model_id, fromKeyValues(input.tags))),
      }),
    }),
    mlflowRoute({
      method: 'DELETE',
      path: `${path}/:model_id/tags/:tag_key`,
      summary: 'Delete a tag of a logged model',
      request: Type.Object({ model_id: modelId, tag_key: Type.String() }),
      answer: Nothing,
      handle: async (input) => {
        await models.deleteTag(input.model_id, input.tag_key);
        return {};
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/:model_id/params`,
      summary: 'Log params of a logged model',
      request: Type.Object({ model_id: modelId, params: Type.Optional(KeyValues) }),
      answer: Nothing,
      handle: async (input) => {
        await models.logParams(input.model_id, fromKeyValues(input.params));
        return {};
      },
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/:model_id/artifacts/directories`,
      summary: 'List the artifacts of a logged model in one folder',
      request: Type.Object({
        model_id: modelId,
        artifact_directory_path: Type.Optional(Type.String()),
      }),
      answer: FileList,
      handle: async (input) => {
        const { artifactUri } = await models.get(input.model_id);
        const entries = await artifacts.list(artifactUri, input.artifact_directory_path);
        return { root_uri: artifactUri, files: toWireList(entries.map(toWireFile)) };
      },
    }),
  ];
}

function toDatasetScope(dataset: { dataset_name?: string | undefined; dataset_digest?: string }) {
  return { name: dataset.dataset_name, digest: dataset.dataset_digest || undefined };
}

function toWireLoggedModel(model: LoggedModel): object {
  return {
    info: {
      model_id: model.modelId,
      experiment_id: String(model.experimentId),
      name: model.name,
      creation_timestamp_ms: model.createdMs,
      last_updated_timestamp_ms: model.updatedMs,
      artifact_uri: model.artifactUri,
      status: model.status,
      model_type: toWireOptional(model.modelType),
      source_run_id: toWireOptional(model.sourceRunId),
      status_message: toWireOptional(model.statusMessage),
      tags: toWireList(toKeyValues(model.tags)),
    },
    data: {
      params: toWireList(toKeyValues(model.params)),
      metrics: toWireList(model.metrics.map(toWireMetric)),
    },
  };
}
