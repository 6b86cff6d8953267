import { type Static, Type } from 'typebox';
import { fromKeyValues, type MlflowRoute, mlflowRoute, Nothing, refusedParameter } from '../door/index.ts';
import { checkLength, limits } from '../log-limits.ts';
import { recordLoggedModel } from './legacy-model-tag.ts';
import type { Metric } from './metric.ts';
import type { DatasetInput } from './run-links.ts';
import type { RunService } from './run-service.ts';

const metricFields = {
  key: Type.String(),
  value: Type.Number(),
  timestamp: Type.Integer(),
  step: Type.Optional(Type.Integer()),
  model_id: Type.Optional(Type.String()),
  dataset_name: Type.Optional(Type.String()),
  dataset_digest: Type.Optional(Type.String()),
};
const WireMetric = Type.Object(metricFields);
const WireKeyValue = Type.Object({ key: Type.String(), value: Type.Optional(Type.String()) });
const WireDatasetInput = Type.Object({
  tags: Type.Optional(Type.Array(WireKeyValue)),
  dataset: Type.Object({
    name: Type.String(),
    digest: Type.String(),
    source_type: Type.String(),
    source: Type.String(),
    schema: Type.Optional(Type.String()),
    profile: Type.Optional(Type.String()),
  }),
});
const runId = Type.String();

/** Schemas and profiles of datasets are the one large thing a request may carry. */
const maxInputBytes = 64_000_000;

export function logRoutes(runs: RunService): MlflowRoute[] {
  return [
    mlflowRoute({
      method: 'POST',
      path: '/2.0/mlflow/runs/log-metric',
      summary: 'Log one value of a metric',
      request: Type.Object({ run_id: runId, ...metricFields }),
      answer: Nothing,
      handle: async (input) => {
        await runs.logBatch(input.run_id, { metrics: [toMetric(input)], params: [], tags: [] }, 'single');
        return {};
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: '/2.0/mlflow/runs/log-parameter',
      summary: 'Log a param; its value never changes',
      request: Type.Object({ run_id: runId, key: Type.String(), value: Type.Optional(Type.String()) }),
      answer: Nothing,
      handle: async (input) => {
        const params = [{ key: input.key, value: input.value ?? '' }];
        await runs.logBatch(input.run_id, { metrics: [], params, tags: [] }, 'single');
        return {};
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: '/2.0/mlflow/runs/log-batch',
      summary: 'Log metrics, params and tags, all or none',
      maxBodyBytes: limits.batchBytes,
      request: Type.Object({
        run_id: runId,
        metrics: Type.Optional(Type.Array(WireMetric)),
        params: Type.Optional(Type.Array(WireKeyValue)),
        tags: Type.Optional(Type.Array(WireKeyValue)),
      }),
      answer: Nothing,
      handle: async (input) => {
        await runs.logBatch(input.run_id, {
          metrics: (input.metrics ?? []).map(toMetric),
          params: (input.params ?? []).map(({ key, value }) => ({ key, value: value ?? '' })),
          tags: (input.tags ?? []).map(({ key, value }) => ({ key, value: value ?? '' })),
        });
        return {};
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: '/2.0/mlflow/runs/set-tag',
      summary: 'Set a tag of a run',
      request: Type.Object({ run_id: runId, key: Type.String(), value: Type.Optional(Type.String()) }),
      answer: Nothing,
      handle: async (input) => {
        await runs.setTag(input.run_id, input.key, input.value ?? '');
        return {};
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: '/2.0/mlflow/runs/delete-tag',
      summary: 'Delete a tag of a run',
      request: Type.Object({ run_id: runId, key: Type.String() }),
      answer: Nothing,
      handle: async (input) => {
        await runs.deleteTag(input.run_id, input.key);
        return {};
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: '/2.0/mlflow/runs/log-inputs',
      summary: 'Log the datasets and models that a run used',
      maxBodyBytes: maxInputBytes,
      request: Type.Object({
        run_id: runId,
        datasets: Type.Optional(Type.Array(WireDatasetInput)),
        models: Type.Optional(Type.Array(Type.Object({ model_id: Type.String() }))),
      }),
      answer: Nothing,
      handle: async (input) => {
        const datasets = (input.datasets ?? []).map(toDatasetInput);
        if (datasets.length > limits.datasetsPerBatch) {
          throw refusedParameter(
            'datasets',
            `At most ${limits.datasetsPerBatch} datasets fit in one request`,
          );
        }
        const models = (input.models ?? []).map((model) => ({
          modelId: model.model_id,
          step: 0,
          direction: 'input' as const,
        }));
        await runs.logInputs(input.run_id, datasets, models);
        return {};
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: '/2.0/mlflow/runs/outputs',
      summary: 'Log the models that a run made',
      request: Type.Object({
        run_id: runId,
        models: Type.Optional(
          Type.Array(Type.Object({ model_id: Type.String(), step: Type.Optional(Type.Integer()) })),
        ),
      }),
      answer: Nothing,
      handle: async (input) => {
        const models = (input.models ?? []).map((model) => ({
          modelId: model.model_id,
          step: model.step ?? 0,
          direction: 'output' as const,
        }));
        await runs.logOutputs(input.run_id, models);
        return {};
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: '/2.0/mlflow/runs/log-model',
      summary: 'Record a model in the way of MLflow 1 and 2',
      request: Type.Object({ run_id: runId, model_json: Type.String() }),
      answer: Nothing,
      handle: async (input) => {
        await recordLoggedModel(runs, input.run_id, input.model_json);
        return {};
      },
    }),
  ];
}

function toMetric(metric: Static<typeof WireMetric>): Metric {
  return {
    key: metric.key,
    value: metric.value,
    timestamp: metric.timestamp,
    step: metric.step ?? 0,
    modelId: metric.model_id || undefined,
    datasetName: metric.dataset_name || undefined,
    datasetDigest: metric.dataset_digest || undefined,
  };
}

function toDatasetInput({ dataset, tags }: Static<typeof WireDatasetInput>): DatasetInput {
  for (const tag of tags ?? []) {
    checkLength(tag.key, limits.inputTagKey, 'key');
    checkLength(tag.value ?? '', limits.inputTagValue, 'value');
  }
  return {
    name: checkLength(dataset.name, limits.datasetName, 'name'),
    digest: checkLength(dataset.digest, limits.datasetDigest, 'digest'),
    sourceType: dataset.source_type,
    source: checkLength(dataset.source, limits.datasetSource, 'source'),
    schema: dataset.schema && checkLength(dataset.schema, limits.datasetSchema, 'schema'),
    profile: dataset.profile && checkLength(dataset.profile, limits.datasetProfile, 'profile'),
    tags: fromKeyValues(tags),
  };
}
