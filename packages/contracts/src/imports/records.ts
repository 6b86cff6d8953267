import { type Static, Type } from 'typebox';
import { Nullable } from '../api/common.ts';
import { EvaluationDatasetRecord, ScorerRecord } from './evaluation-records.ts';
import { LabelSchemaRecord, ReviewQueueRecord } from './review-records.ts';
import { SpansEndRecord, SpansRecord, TraceRecord } from './trace-records.ts';

/**
 * What an import carries, one record a line of NDJSON. Ids are those of the source. Times are Unix milliseconds.
 * A record is whole: a run has all its tags, params, datasets and links; only metrics come in pieces of their own.
 * Lists are sorted (`sortRecord`), so that equal content has equal text.
 */
const Id = Type.String({ minLength: 1, maxLength: 600 });
const Ms = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Step = Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });
const Lifecycle = Type.Union([Type.Literal('active'), Type.Literal('deleted')]);
const texts = (maxLength: number) => Type.Record(Type.String(), Type.String({ maxLength }));
const strict = { additionalProperties: false };

/** Longest texts taken over, in characters: MLflow's own columns, or more. */
export const importLimits = {
  experimentName: 500,
  experimentTag: 20_000,
  runName: 8000,
  runTag: 8000,
  param: 8000,
  datasetSource: 1_048_575,
  datasetSchema: 1_048_575,
  datasetProfile: 16_777_215,
  inputTag: 500,
  modelText: 100_000,
  registryTag: 100_000,
  description: 100_000,
  /** Points of one metrics record. */
  points: 5000,
  /** Records of one batch, and its bytes: the largest record is a run with a few datasets. */
  batchRecords: 5000,
  batchBytes: 64_000_000,
} as const;

export const ExperimentRecord = Type.Object(
  {
    kind: Type.Literal('experiment'),
    id: Id,
    name: Type.String({ minLength: 1, maxLength: importLimits.experimentName }),
    lifecycle: Lifecycle,
    createdMs: Ms,
    updatedMs: Ms,
    tags: texts(importLimits.experimentTag),
  },
  strict,
);
export type ExperimentRecord = Static<typeof ExperimentRecord>;

const DatasetUse = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 500 }),
    digest: Type.String({ minLength: 1, maxLength: 36 }),
    sourceType: Type.String({ maxLength: 36 }),
    source: Type.String({ maxLength: importLimits.datasetSource }),
    schema: Nullable(Type.String({ maxLength: importLimits.datasetSchema })),
    profile: Nullable(Type.String({ maxLength: importLimits.datasetProfile })),
    tags: texts(importLimits.inputTag),
  },
  strict,
);
export type DatasetUse = Static<typeof DatasetUse>;
const ModelUse = Type.Object({ modelId: Id, step: Step }, strict);

export const RunRecord = Type.Object(
  {
    kind: Type.Literal('run'),
    id: Id,
    experimentId: Id,
    name: Type.String({ maxLength: importLimits.runName }),
    userId: Type.String({ maxLength: 256 }),
    status: Type.Enum(['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']),
    startedMs: Ms,
    endedMs: Nullable(Ms),
    lifecycle: Lifecycle,
    tags: texts(importLimits.runTag),
    params: texts(importLimits.param),
    datasets: Type.Array(DatasetUse, { maxItems: 10_000 }),
    modelInputs: Type.Array(ModelUse, { maxItems: 10_000 }),
    modelOutputs: Type.Array(ModelUse, { maxItems: 10_000 }),
  },
  strict,
);
export type RunRecord = Static<typeof RunRecord>;

/** A piece of one metric's history: three lists of equal length. NaN is the text; infinities are the largest doubles. */
export const MetricsRecord = Type.Object(
  {
    kind: Type.Literal('metrics'),
    runId: Id,
    key: Type.String({ minLength: 1, maxLength: 250 }),
    timestamps: Type.Array(Ms, { maxItems: importLimits.points }),
    steps: Type.Array(Step, { maxItems: importLimits.points }),
    values: Type.Array(Type.Union([Type.Number(), Type.Literal('NaN')]), { maxItems: importLimits.points }),
  },
  strict,
);
export type MetricsRecord = Static<typeof MetricsRecord>;

/** Says that all metrics of a run are over, and what they come to. */
export const MetricsEndRecord = Type.Object(
  {
    kind: Type.Literal('metricsEnd'),
    runId: Id,
    /** Of `createHistoryDigest` over the whole history. */
    digest: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    /** By which the source tells whether there is more by now. */
    fingerprint: Type.String({ maxLength: 200 }),
  },
  strict,
);
export type MetricsEndRecord = Static<typeof MetricsEndRecord>;

export const LoggedModelRecord = Type.Object(
  {
    kind: Type.Literal('loggedModel'),
    id: Id,
    experimentId: Id,
    name: Type.String({ minLength: 1, maxLength: 500 }),
    status: Type.Enum([
      'LOGGED_MODEL_STATUS_UNSPECIFIED',
      'LOGGED_MODEL_PENDING',
      'LOGGED_MODEL_READY',
      'LOGGED_MODEL_UPLOAD_FAILED',
    ]),
    statusMessage: Nullable(Type.String({ maxLength: importLimits.modelText })),
    modelType: Nullable(Type.String({ maxLength: 500 })),
    sourceRunId: Nullable(Id),
    lifecycle: Lifecycle,
    createdMs: Ms,
    updatedMs: Ms,
    tags: texts(importLimits.modelText),
    params: texts(importLimits.modelText),
    metrics: Type.Array(
      Type.Object(
        {
          key: Type.String({ minLength: 1, maxLength: 500 }),
          value: Type.Union([Type.Number(), Type.Literal('NaN')]),
          timestamp: Ms,
          step: Step,
          runId: Id,
          datasetName: Nullable(Type.String({ maxLength: 500 })),
          datasetDigest: Nullable(Type.String({ maxLength: 36 })),
        },
        strict,
      ),
      { maxItems: 100_000 },
    ),
  },
  strict,
);
export type LoggedModelRecord = Static<typeof LoggedModelRecord>;

export const RegisteredModelRecord = Type.Object(
  {
    kind: Type.Literal('registeredModel'),
    name: Type.String({ minLength: 1, maxLength: 256 }),
    description: Nullable(Type.String({ maxLength: importLimits.description })),
    createdMs: Ms,
    updatedMs: Ms,
    tags: texts(importLimits.registryTag),
  },
  strict,
);
export type RegisteredModelRecord = Static<typeof RegisteredModelRecord>;

export const VersionRecord = Type.Object(
  {
    kind: Type.Literal('version'),
    model: Type.String({ minLength: 1, maxLength: 256 }),
    version: Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 }),
    description: Nullable(Type.String({ maxLength: importLimits.description })),
    userId: Nullable(Type.String({ maxLength: 256 })),
    stage: Type.Enum(['None', 'Staging', 'Production', 'Archived']),
    /** `runs:/…`, `models:/…` or what stands for a prompt (`isPromptSource`), as it was; null: the source is where the files are. */
    source: Nullable(Type.String({ maxLength: 1000 })),
    /** Where the files are, below a run or a logged model; null for a prompt, which has none. */
    files: Nullable(
      Type.Object(
        {
          of: Type.Union([Type.Literal('run'), Type.Literal('loggedModel')]),
          id: Id,
          path: Type.String({ maxLength: 1000 }),
        },
        strict,
      ),
    ),
    runId: Nullable(Id),
    runLink: Nullable(Type.String({ maxLength: 500 })),
    modelId: Nullable(Id),
    createdMs: Ms,
    updatedMs: Ms,
    tags: texts(importLimits.registryTag),
  },
  strict,
);
export type VersionRecord = Static<typeof VersionRecord>;

export const AliasRecord = Type.Object(
  {
    kind: Type.Literal('alias'),
    model: Type.String({ minLength: 1, maxLength: 256 }),
    alias: Type.String({ minLength: 1, maxLength: 255 }),
    version: Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 }),
  },
  strict,
);
export type AliasRecord = Static<typeof AliasRecord>;

export const recordSchemas = {
  experiment: ExperimentRecord,
  run: RunRecord,
  metrics: MetricsRecord,
  metricsEnd: MetricsEndRecord,
  loggedModel: LoggedModelRecord,
  registeredModel: RegisteredModelRecord,
  version: VersionRecord,
  alias: AliasRecord,
  trace: TraceRecord,
  spans: SpansRecord,
  spansEnd: SpansEndRecord,
  evaluationDataset: EvaluationDatasetRecord,
  scorer: ScorerRecord,
  labelSchema: LabelSchemaRecord,
  reviewQueue: ReviewQueueRecord,
} as const;

/** Records that stand for one thing each; metrics are counted by run, spans by trace, artifacts travel beside the records. */
export type EntityRecord =
  | ExperimentRecord
  | RunRecord
  | LoggedModelRecord
  | RegisteredModelRecord
  | VersionRecord
  | AliasRecord
  | TraceRecord
  | EvaluationDatasetRecord
  | ScorerRecord
  | LabelSchemaRecord
  | ReviewQueueRecord;
export type ImportRecord = EntityRecord | MetricsRecord | MetricsEndRecord | SpansRecord | SpansEndRecord;
export type RecordKind = ImportRecord['kind'];

/** What an import keeps track of, and verifies; in the order in which they come over. */
export const itemKinds = [
  'experiment',
  'run',
  'metrics',
  'loggedModel',
  'trace',
  'spans',
  'evaluationDataset',
  'scorer',
  'labelSchema',
  'reviewQueue',
  'registeredModel',
  'version',
  'alias',
  'artifact',
] as const;
export type ItemKind = (typeof itemKinds)[number];
