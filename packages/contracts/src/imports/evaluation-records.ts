import { type Static, Type } from 'typebox';
import { Nullable } from '../api/common.ts';

export const evaluationImportLimits = {
  datasetName: 255,
  datasetTag: 5000,
  /** JSON texts of one record together; those of a dataset come in one piece and are some megabytes at most. */
  recordCharacters: 1_000_000,
  datasetCharacters: 40_000_000,
  records: 100_000,
  scorerName: 256,
  serialized: 1_000_000,
} as const;

const Id = Type.String({ minLength: 1, maxLength: 600 });
const Ms = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Json = Type.String({ maxLength: evaluationImportLimits.recordCharacters });
const User = Nullable(Type.String({ maxLength: 255 }));
const strict = { additionalProperties: false };

/** One record of a dataset; what it says as JSON texts, so that `1.0` stays `1.0`. */
export const ImportedDatasetRecord = Type.Object(
  {
    recordId: Type.String({ minLength: 1, maxLength: 50 }),
    inputs: Json,
    outputs: Nullable(Json),
    expectations: Nullable(Json),
    tags: Nullable(Json),
    source: Nullable(Json),
    createdMs: Ms,
    updatedMs: Ms,
    createdBy: User,
    updatedBy: User,
  },
  strict,
);
export type ImportedDatasetRecord = Static<typeof ImportedDatasetRecord>;

/** An evaluation dataset with all of its records. */
export const EvaluationDatasetRecord = Type.Object(
  {
    kind: Type.Literal('evaluationDataset'),
    id: Type.String({ pattern: '^d-[0-9a-f]{32}$' }),
    name: Type.String({ minLength: 1, maxLength: evaluationImportLimits.datasetName }),
    digest: Type.String({ minLength: 1, maxLength: 64 }),
    tags: Type.Record(Type.String(), Type.String({ maxLength: evaluationImportLimits.datasetTag })),
    /** JSON text. */
    schema: Nullable(Type.String({ maxLength: evaluationImportLimits.recordCharacters })),
    createdMs: Ms,
    updatedMs: Ms,
    createdBy: User,
    updatedBy: User,
    experimentIds: Type.Array(Id, { maxItems: 10_000 }),
    records: Type.Array(ImportedDatasetRecord, { maxItems: evaluationImportLimits.records }),
  },
  strict,
);
export type EvaluationDatasetRecord = Static<typeof EvaluationDatasetRecord>;

/** A scorer of an experiment with all of its versions. */
export const ScorerRecord = Type.Object(
  {
    kind: Type.Literal('scorer'),
    experimentId: Id,
    name: Type.String({ minLength: 1, maxLength: evaluationImportLimits.scorerName }),
    versions: Type.Array(
      Type.Object(
        {
          version: Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 }),
          serialized: Type.String({ maxLength: evaluationImportLimits.serialized }),
          createdMs: Ms,
        },
        strict,
      ),
      { minItems: 1, maxItems: 10_000 },
    ),
  },
  strict,
);
export type ScorerRecord = Static<typeof ScorerRecord>;
