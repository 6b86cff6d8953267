import { Type } from 'typebox';
import {
  checkMaxResults,
  fromKeyValues,
  listOf,
  type MlflowRoute,
  maxResults,
  mlflowRoute,
  Nothing,
  toListJson,
} from '../tracking/index.ts';
import type { AliasService } from './alias-service.ts';
import { VersionAnswer, VersionMessage } from './registry-messages.ts';
import { toWireVersion } from './registry-wire.ts';
import type { VersionService } from './version-service.ts';

const path = '/2.0/mlflow/model-versions';
const aliasPath = '/2.0/mlflow/registered-models/alias';
const name = Type.String();
const version = Type.String();
const Tag = Type.Object({ key: Type.String(), value: Type.Optional(Type.String()) });
const defaultMaxResults = 10_000;
const mostResults = 200_000;

export function versionRoutes(versions: VersionService): MlflowRoute[] {
  return [
    mlflowRoute({
      method: 'POST',
      path: `${path}/create`,
      summary: 'Register a version of a model',
      // Tags hold up to 100,000 characters each; prompts are kept in them.
      maxBodyBytes: 16_000_000,
      request: Type.Object({
        name,
        source: Type.String(),
        run_id: Type.Optional(Type.String()),
        tags: Type.Optional(Type.Array(Tag)),
        run_link: Type.Optional(Type.String()),
        description: Type.Optional(Type.String()),
        model_id: Type.Optional(Type.String()),
      }),
      answer: VersionAnswer,
      handle: async (input) => {
        const created = await versions.create({
          model: input.name,
          source: input.source,
          runId: input.run_id || undefined,
          modelId: input.model_id || undefined,
          tags: fromKeyValues(input.tags),
          runLink: input.run_link || undefined,
          description: input.description,
        });
        return { model_version: toWireVersion(created) };
      },
    }),
    mlflowRoute({
      method: 'PATCH',
      path: `${path}/update`,
      summary: 'Set the description of a version',
      request: Type.Object({ name, version, description: Type.Optional(Type.String()) }),
      answer: VersionAnswer,
      handle: async (input) => ({
        model_version: toWireVersion(await versions.describe(input.name, input.version, input.description)),
      }),
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/transition-stage`,
      summary: 'Move a version to a stage',
      request: Type.Object({
        name,
        version,
        stage: Type.String(),
        archive_existing_versions: Type.Optional(Type.Boolean()),
      }),
      answer: VersionAnswer,
      handle: async (input) => {
        const archives = input.archive_existing_versions ?? false;
        const moved = await versions.moveToStage(input.name, input.version, input.stage, archives);
        return { model_version: toWireVersion(moved) };
      },
    }),
    mlflowRoute({
      method: 'DELETE',
      path: `${path}/delete`,
      summary: 'Delete a version',
      request: Type.Object({ name, version }),
      answer: Nothing,
      handle: async (input) => {
        await versions.delete(input.name, input.version);
        return {};
      },
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/get`,
      summary: 'Read a version',
      request: Type.Object({ name, version }),
      answer: VersionAnswer,
      handle: async (input) => ({
        model_version: toWireVersion(await versions.get(input.name, input.version)),
      }),
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/get-download-uri`,
      summary: 'Say where the files of a version are',
      request: Type.Object({ name, version }),
      answer: Type.Object({ artifact_uri: Type.String() }),
      handle: async (input) => ({
        artifact_uri: await versions.locateFiles(input.name, input.version),
      }),
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/search`,
      summary: 'Search versions by a filter',
      request: Type.Object({
        filter: Type.Optional(Type.String()),
        max_results: maxResults(defaultMaxResults, mostResults),
        order_by: Type.Optional(Type.Array(Type.String())),
        page_token: Type.Optional(Type.String()),
      }),
      answer: listOf('model_versions', VersionMessage),
      handle: async (input) => {
        const found = await versions.search({
          filter: input.filter ?? '',
          orderBy: input.order_by ?? [],
          maxResults: checkMaxResults(input.max_results ?? defaultMaxResults, mostResults),
          pageToken: input.page_token,
        });
        return toListJson('model_versions', found.items.join(','), found.nextPageToken);
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/set-tag`,
      summary: 'Set a tag of a version',
      request: Type.Object({ name, version, key: Type.String(), value: Type.Optional(Type.String()) }),
      answer: Nothing,
      handle: async (input) => {
        await versions.setTag(input.name, input.version, input.key, input.value ?? '');
        return {};
      },
    }),
    mlflowRoute({
      method: 'DELETE',
      path: `${path}/delete-tag`,
      summary: 'Delete a tag of a version',
      request: Type.Object({ name, version, key: Type.String() }),
      answer: Nothing,
      handle: async (input) => {
        await versions.deleteTag(input.name, input.version, input.key);
        return {};
      },
    }),
  ];
}

/** One path, three verbs. */
export function aliasRoutes(aliases: AliasService): MlflowRoute[] {
  return [
    mlflowRoute({
      method: 'POST',
      path: aliasPath,
      summary: 'Point an alias at a version',
      request: Type.Object({ name, alias: Type.String(), version }),
      answer: Nothing,
      handle: async (input) => {
        await aliases.set(input.name, input.alias, input.version);
        return {};
      },
    }),
    mlflowRoute({
      method: 'DELETE',
      path: aliasPath,
      summary: 'Delete an alias',
      request: Type.Object({ name, alias: Type.String() }),
      answer: Nothing,
      handle: async (input) => {
        await aliases.delete(input.name, input.alias);
        return {};
      },
    }),
    mlflowRoute({
      method: 'GET',
      path: aliasPath,
      summary: 'Read the version behind an alias',
      request: Type.Object({ name, alias: Type.String() }),
      answer: VersionAnswer,
      handle: async (input) => ({
        model_version: toWireVersion(await aliases.getVersion(input.name, input.alias)),
      }),
    }),
  ];
}
