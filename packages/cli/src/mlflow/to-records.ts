import {
  type AliasRecord,
  type DatasetUse,
  type EntityRecord,
  type ExperimentRecord,
  importLimits,
  type LoggedModelRecord,
  type RegisteredModelRecord,
  type RunRecord,
  sortRecord,
  type VersionRecord,
} from '@dividend/contracts/imports';
import {
  FieldFault,
  toInteger,
  toKey,
  toMetricValue,
  toMs,
  toNullableText,
  toOneOf,
  toText,
} from './check-field.ts';
import { findFiles } from './find-files.ts';
import type {
  Problem,
  RawDatasetUse,
  RawExperiment,
  RawLoggedModel,
  RawModelUse,
  RawRegisteredModel,
  RawRun,
  RawVersion,
} from './source.ts';
import { createReviewRecordMaker } from './to-review-records.ts';
import { createTraceRecordMaker } from './to-trace-records.ts';

type Tell = (problem: Problem) => void;
type Pairs = readonly (readonly [unknown, unknown])[];

const lifecycles = ['active', 'deleted'] as const;
const runStatuses = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'] as const;
const modelStatuses = [
  'LOGGED_MODEL_STATUS_UNSPECIFIED',
  'LOGGED_MODEL_PENDING',
  'LOGGED_MODEL_READY',
  'LOGGED_MODEL_UPLOAD_FAILED',
] as const;
const stages = ['None', 'Staging', 'Production', 'Archived'] as const;

/**
 * Checks what a source gives and makes records of it. What cannot be taken is told by name: a bad tag leaves its run, a bad run
 * is left out alone.
 */
export function createRecordMaker(tell: Tell) {
  /** Undefined where the thing as a whole cannot be taken. */
  function attempt<Item extends EntityRecord>(
    kind: Item['kind'],
    id: unknown,
    make: () => Item,
  ): Item | undefined {
    try {
      return sortRecord(make());
    } catch (error) {
      if (!(error instanceof FieldFault)) throw error;
      tell({ kind, id: String(id).slice(0, 300), state: 'refused', reason: error.message });
      return undefined;
    }
  }

  /** Members that can be taken; the others are told. */
  function keep<Raw, Item>(
    kind: Problem['kind'],
    id: unknown,
    items: readonly Raw[],
    make: (raw: Raw) => Item,
  ): Item[] {
    return items.flatMap((raw) => {
      try {
        return [make(raw)];
      } catch (error) {
        if (!(error instanceof FieldFault)) throw error;
        tell({ kind, id: String(id).slice(0, 300), state: 'refused', reason: error.message });
        return [];
      }
    });
  }

  const texts = (kind: Problem['kind'], id: unknown, pairs: Pairs, what: string, maxLength: number) =>
    Object.fromEntries(
      keep(kind, id, pairs, ([key, value]) => {
        const name = toKey(key, what);
        return [name, toText(value ?? '', `${what}.${name}`, maxLength)] as const;
      }),
    );

  return {
    ...createTraceRecordMaker({ attempt, keep }),
    ...createReviewRecordMaker({ attempt, keep }),

    experiment: (raw: RawExperiment) =>
      attempt<ExperimentRecord>('experiment', raw.id, () => ({
        kind: 'experiment',
        id: toText(raw.id, 'id', 64),
        name: toText(raw.name, 'name', importLimits.experimentName),
        lifecycle: toOneOf(raw.lifecycle ?? 'active', lifecycles, 'lifecycle_stage'),
        createdMs: toMs(raw.createdMs ?? 0, 'creation_time'),
        updatedMs: toMs(raw.updatedMs ?? raw.createdMs ?? 0, 'last_update_time'),
        tags: texts('experiment', raw.id, raw.tags, 'tags', importLimits.experimentTag),
      })),

    run: (raw: RawRun) =>
      attempt<RunRecord>('run', raw.id, () => ({
        kind: 'run',
        id: toText(raw.id, 'run_id', 256),
        experimentId: toText(raw.experimentId, 'experiment_id', 64),
        name: toNullableText(raw.name, 'run_name', importLimits.runName) ?? '',
        userId: toNullableText(raw.userId, 'user_id', 256) ?? '',
        status: toOneOf(raw.status, runStatuses, 'status'),
        startedMs: toMs(raw.startedMs ?? 0, 'start_time'),
        endedMs: raw.endedMs === null || raw.endedMs === undefined ? null : toMs(raw.endedMs, 'end_time'),
        lifecycle: toOneOf(raw.lifecycle ?? 'active', lifecycles, 'lifecycle_stage'),
        tags: texts('run', raw.id, raw.tags, 'tags', importLimits.runTag),
        params: texts('run', raw.id, raw.params, 'params', importLimits.param),
        datasets: keep('run', raw.id, raw.datasets, toDatasetUse),
        modelInputs: keep('run', raw.id, raw.modelInputs, toModelUse),
        modelOutputs: keep('run', raw.id, raw.modelOutputs, toModelUse),
      })),

    loggedModel: (raw: RawLoggedModel) =>
      attempt<LoggedModelRecord>('loggedModel', raw.id, () => ({
        kind: 'loggedModel',
        id: toText(raw.id, 'model_id', 64),
        experimentId: toText(raw.experimentId, 'experiment_id', 64),
        name: toText(raw.name, 'name', 500),
        status: toOneOf(raw.status, modelStatuses, 'status'),
        statusMessage: toNullableText(raw.statusMessage, 'status_message', importLimits.modelText),
        modelType: toNullableText(raw.modelType, 'model_type', 500),
        sourceRunId: toNullableText(raw.sourceRunId, 'source_run_id', 256),
        lifecycle: toOneOf(raw.lifecycle ?? 'active', lifecycles, 'lifecycle_stage'),
        createdMs: toMs(raw.createdMs, 'creation_timestamp_ms'),
        updatedMs: toMs(raw.updatedMs, 'last_updated_timestamp_ms'),
        tags: texts('loggedModel', raw.id, raw.tags, 'tags', importLimits.modelText),
        params: texts('loggedModel', raw.id, raw.params, 'params', importLimits.modelText),
        metrics: keep('loggedModel', raw.id, raw.metrics, (metric) => ({
          key: toText(metric.key, 'metrics', 500),
          value: toMetricValue(metric.value, metric.isNan, 'metrics'),
          timestamp: toMs(metric.timestamp, 'metrics.timestamp'),
          step: toInteger(metric.step, 'metrics.step'),
          runId: toText(metric.runId, 'metrics.run_id', 256),
          datasetName: toNullableText(metric.datasetName, 'metrics.dataset_name', 500),
          datasetDigest: toNullableText(metric.datasetDigest, 'metrics.dataset_digest', 36),
        })),
      })),

    registeredModel: (raw: RawRegisteredModel) =>
      attempt<RegisteredModelRecord>('registeredModel', raw.name, () => ({
        kind: 'registeredModel',
        name: toText(raw.name, 'name', 256),
        description: toNullableText(raw.description, 'description', importLimits.description),
        createdMs: toMs(raw.createdMs ?? 0, 'creation_timestamp'),
        updatedMs: toMs(raw.updatedMs ?? 0, 'last_updated_timestamp'),
        tags: texts('registeredModel', raw.name, raw.tags, 'tags', importLimits.registryTag),
      })),

    version: (raw: RawVersion) =>
      attempt<VersionRecord>('version', `${raw.model}/${raw.version}`, () => {
        const source = toNullableText(raw.source, 'source', 1000) ?? '';
        const { text, files } = findFiles(
          source,
          toNullableText(raw.storageLocation, 'storage_location', 1000),
        );
        if (raw.status !== 'READY' && raw.status !== undefined && raw.status !== null)
          throw new FieldFault('status', `is '${raw.status}': only versions that are READY come over`);
        return {
          kind: 'version',
          model: toText(raw.model, 'name', 256),
          version: toInteger(raw.version, 'version'),
          description: toNullableText(raw.description, 'description', importLimits.description),
          userId: toNullableText(raw.userId, 'user_id', 256),
          stage: toOneOf(raw.stage ?? 'None', stages, 'current_stage'),
          source: text,
          files,
          runId: toNullableText(raw.runId, 'run_id', 256),
          runLink: toNullableText(raw.runLink, 'run_link', 500),
          modelId: /^models:\/(m-[0-9a-f]{32})$/.exec(source)?.[1] ?? null,
          createdMs: toMs(raw.createdMs ?? 0, 'creation_timestamp'),
          updatedMs: toMs(raw.updatedMs ?? 0, 'last_updated_timestamp'),
          tags: texts('version', `${raw.model}/${raw.version}`, raw.tags, 'tags', importLimits.registryTag),
        };
      }),

    alias: (model: string, [alias, version]: readonly [unknown, unknown]) =>
      attempt<AliasRecord>('alias', `${model}@${alias}`, () => ({
        kind: 'alias',
        model,
        alias: toText(alias, 'alias', 255),
        version: toInteger(version, 'version'),
      })),
  };
}

export type RecordMaker = ReturnType<typeof createRecordMaker>;

function toDatasetUse(raw: RawDatasetUse): DatasetUse {
  const nullable = (value: unknown, field: string, maxLength: number) =>
    value === null || value === undefined ? null : toText(value, field, maxLength);
  return {
    name: toText(raw.name, 'datasets.name', 500),
    digest: toText(raw.digest, 'datasets.digest', 36),
    sourceType: toText(raw.sourceType ?? '', 'datasets.source_type', 36),
    source: toText(raw.source ?? '', 'datasets.source', importLimits.datasetSource),
    schema: nullable(raw.schema, 'datasets.schema', importLimits.datasetSchema),
    profile: nullable(raw.profile, 'datasets.profile', importLimits.datasetProfile),
    tags: Object.fromEntries(
      raw.tags.map(([key, value]) => [
        toText(key, 'datasets.tags', 255),
        toText(value ?? '', 'datasets.tags', importLimits.inputTag),
      ]),
    ),
  };
}

function toModelUse(raw: RawModelUse) {
  return { modelId: toText(raw.modelId, 'models.model_id', 64), step: toInteger(raw.step, 'models.step') };
}
