import { type Static, Type } from 'typebox';
import {
  checkMaxResults,
  fromKeyValues,
  listOf,
  type MlflowRoute,
  maxResults,
  mlflowRoute,
  Nothing,
  toListJson,
  toWireList,
} from '../tracking/index.ts';
import type { ModelService } from './model-service.ts';
import { ModelAnswer, ModelMessage, VersionMessage } from './registry-messages.ts';
import { toWireModel, toWireVersion } from './registry-wire.ts';
import type { VersionService } from './version-service.ts';

const path = '/2.0/mlflow/registered-models';
const name = Type.String();
const Tag = Type.Object({ key: Type.String(), value: Type.Optional(Type.String()) });
const LatestVersions = Type.Object({ name, stages: Type.Optional(Type.Array(Type.String())) });
const mostResults = 1000;

export function modelRoutes(models: ModelService, versions: VersionService): MlflowRoute[] {
  const latestVersions = {
    path: `${path}/get-latest-versions`,
    summary: 'List the newest version of each stage',
    request: LatestVersions,
    answer: Type.Object({ model_versions: Type.Optional(Type.Array(VersionMessage)) }),
    handle: async (input: Static<typeof LatestVersions>) => ({
      model_versions: toWireList((await versions.latest(input.name, input.stages ?? [])).map(toWireVersion)),
    }),
  };
  return [
    mlflowRoute({
      method: 'POST',
      path: `${path}/create`,
      summary: 'Create a registered model',
      request: Type.Object({
        name,
        tags: Type.Optional(Type.Array(Tag)),
        description: Type.Optional(Type.String()),
      }),
      answer: ModelAnswer,
      handle: async (input) => ({
        registered_model: toWireModel(
          await models.create({
            name: input.name,
            description: input.description,
            tags: fromKeyValues(input.tags),
          }),
        ),
      }),
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/rename`,
      summary: 'Rename a registered model',
      request: Type.Object({ name, new_name: Type.String() }),
      answer: ModelAnswer,
      handle: async (input) => ({
        registered_model: toWireModel(await models.rename(input.name, input.new_name)),
      }),
    }),
    mlflowRoute({
      method: 'PATCH',
      path: `${path}/update`,
      summary: 'Set the description of a registered model',
      request: Type.Object({ name, description: Type.Optional(Type.String()) }),
      answer: ModelAnswer,
      handle: async (input) => ({
        registered_model: toWireModel(await models.describe(input.name, input.description)),
      }),
    }),
    mlflowRoute({
      method: 'DELETE',
      path: `${path}/delete`,
      summary: 'Delete a registered model with its versions',
      request: Type.Object({ name }),
      answer: Nothing,
      handle: async (input) => {
        await models.delete(input.name);
        return {};
      },
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/get`,
      summary: 'Read a registered model',
      request: Type.Object({ name }),
      answer: ModelAnswer,
      handle: async (input) => ({ registered_model: toWireModel(await models.get(input.name)) }),
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/search`,
      summary: 'Search registered models by a filter',
      request: Type.Object({
        filter: Type.Optional(Type.String()),
        max_results: maxResults(100, mostResults),
        order_by: Type.Optional(Type.Array(Type.String())),
        page_token: Type.Optional(Type.String()),
      }),
      answer: listOf('registered_models', ModelMessage),
      handle: async (input) => {
        const found = await models.search({
          filter: input.filter ?? '',
          orderBy: input.order_by ?? [],
          maxResults: checkMaxResults(input.max_results ?? 100, mostResults),
          pageToken: input.page_token,
        });
        return toListJson('registered_models', found.items.join(','), found.nextPageToken);
      },
    }),
    mlflowRoute({ method: 'POST', ...latestVersions }),
    mlflowRoute({ method: 'GET', ...latestVersions }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/set-tag`,
      summary: 'Set a tag of a registered model',
      request: Type.Object({ name, key: Type.String(), value: Type.Optional(Type.String()) }),
      answer: Nothing,
      handle: async (input) => {
        await models.setTag(input.name, input.key, input.value ?? '');
        return {};
      },
    }),
    mlflowRoute({
      method: 'DELETE',
      path: `${path}/delete-tag`,
      summary: 'Delete a tag of a registered model',
      request: Type.Object({ name, key: Type.String() }),
      answer: Nothing,
      handle: async (input) => {
        await models.deleteTag(input.name, input.key);
        return {};
      },
    }),
  ];
}
