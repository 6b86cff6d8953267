import { type Static, Type } from 'typebox';
import {
  fromKeyValues,
  listOf,
  type MlflowRoute,
  maxResults,
  mlflowRoute,
  Nothing,
  toKeyValues,
  toWireList,
} from '../door/index.ts';
import { checkMaxResults } from '../log-limits.ts';
import { stagesOf, ViewType } from '../view-type.ts';
import { ExperimentMessage } from './experiment-message.ts';
import type { ExperimentService } from './experiment-service.ts';
import type { Experiment } from './experiment-store.ts';

const defaultMaxResults = 1000;
const mostResults = 50_000;

const experimentId = Type.String();
const Tag = Type.Object({ key: Type.String(), value: Type.Optional(Type.String()) });
const ById = Type.Object({ experiment_id: experimentId });
const Search = Type.Object({
  max_results: maxResults(defaultMaxResults, mostResults),
  page_token: Type.Optional(Type.String()),
  filter: Type.Optional(Type.String()),
  order_by: Type.Optional(Type.Array(Type.String())),
  view_type: Type.Optional(ViewType),
});

export function experimentRoutes(experiments: ExperimentService): MlflowRoute[] {
  const search = {
    path: '/2.0/mlflow/experiments/search',
    summary: 'Search experiments by a filter',
    request: Search,
    answer: listOf('experiments', ExperimentMessage),
    handle: async (input: Static<typeof Search>) => {
      const { experiments: found, nextPageToken } = await experiments.search({
        filter: input.filter ?? '',
        stages: stagesOf(input.view_type),
        orderBy: input.order_by ?? [],
        maxResults: checkMaxResults(input.max_results ?? defaultMaxResults, mostResults),
        pageToken: input.page_token,
      });
      return { experiments: toWireList(found.map(toWireExperiment)), next_page_token: nextPageToken };
    },
  };
  return [
    mlflowRoute({
      method: 'POST',
      path: '/2.0/mlflow/experiments/create',
      summary: 'Create an experiment',
      request: Type.Object({
        name: Type.String(),
        artifact_location: Type.Optional(Type.String()),
        tags: Type.Optional(Type.Array(Tag)),
      }),
      answer: Type.Object({ experiment_id: Type.String() }),
      handle: async (input) => ({
        experiment_id: String(
          await experiments.create({
            name: input.name,
            artifactLocation: input.artifact_location || undefined,
            tags: fromKeyValues(input.tags),
          }),
        ),
      }),
    }),
    mlflowRoute({ method: 'POST', ...search }),
    mlflowRoute({ method: 'GET', ...search }),
    mlflowRoute({
      method: 'GET',
      path: '/2.0/mlflow/experiments/get',
      summary: 'Read an experiment by its id',
      request: ById,
      answer: Type.Object({ experiment: ExperimentMessage }),
      handle: async (input) => ({ experiment: toWireExperiment(await experiments.get(input.experiment_id)) }),
    }),
    mlflowRoute({
      method: 'GET',
      path: '/2.0/mlflow/experiments/get-by-name',
      summary: 'Read an experiment by its name',
      request: Type.Object({ experiment_name: Type.String() }),
      answer: Type.Object({ experiment: ExperimentMessage }),
      handle: async (input) => ({
        experiment: toWireExperiment(await experiments.getByName(input.experiment_name)),
      }),
    }),
    mlflowRoute({
      method: 'POST',
      path: '/2.0/mlflow/experiments/update',
      summary: 'Rename an experiment',
      request: Type.Object({ experiment_id: experimentId, new_name: Type.String() }),
      answer: Nothing,
      handle: async (input) => {
        await experiments.rename(input.experiment_id, input.new_name);
        return {};
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: '/2.0/mlflow/experiments/delete',
      summary: 'Delete an experiment; it can be restored',
      request: ById,
      answer: Nothing,
      handle: async (input) => {
        await experiments.delete(input.experiment_id);
        return {};
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: '/2.0/mlflow/experiments/restore',
      summary: 'Restore a deleted experiment',
      request: ById,
      answer: Nothing,
      handle: async (input) => {
        await experiments.restore(input.experiment_id);
        return {};
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: '/2.0/mlflow/experiments/set-experiment-tag',
      summary: 'Set a tag of an experiment',
      request: Type.Object({
        experiment_id: experimentId,
        key: Type.String(),
        value: Type.Optional(Type.String()),
      }),
      answer: Nothing,
      handle: async (input) => {
        await experiments.setTag(input.experiment_id, input.key, input.value ?? '');
        return {};
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: '/2.0/mlflow/experiments/delete-experiment-tag',
      summary: 'Delete a tag of an experiment',
      request: Type.Object({ experiment_id: experimentId, key: Type.String() }),
      answer: Nothing,
      handle: async (input) => {
        await experiments.deleteTag(input.experiment_id, input.key);
        return {};
      },
    }),
  ];
}

function toWireExperiment(experiment: Experiment): object {
  return {
    experiment_id: String(experiment.experimentId),
    name: experiment.name,
    artifact_location: experiment.artifactLocation,
    lifecycle_stage: experiment.lifecycleStage,
    last_update_time: experiment.updatedMs,
    creation_time: experiment.createdMs,
    tags: toWireList(toKeyValues(experiment.tags)),
  };
}
