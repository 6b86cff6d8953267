import { type Static, Type } from 'typebox';
import { Nullable } from '../api/common.ts';

/** Those of MLflow's own routes; a queue comes with all of its items. */
export const reviewImportLimits = {
  id: 36,
  name: 250,
  instruction: 1000,
  user: 250,
  users: 10,
  schemas: 1000,
  items: 100_000,
} as const;

const Id = Type.String({ minLength: 1, maxLength: 600 });
const OwnId = Type.String({ pattern: `^[\\w-]{1,${reviewImportLimits.id}}$` });
const Name = Type.String({ minLength: 1, maxLength: reviewImportLimits.name });
const User = Type.String({ minLength: 1, maxLength: reviewImportLimits.user });
const Ms = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const strict = { additionalProperties: false };

/** How the answer to a question is given; exactly one of them. */
export const ImportedLabelInput = Type.Object(
  {
    pass_fail: Type.Optional(
      Type.Object({ positive_label: Type.String(), negative_label: Type.String() }, strict),
    ),
    categorical: Type.Optional(
      Type.Object({ options: Type.Array(Type.String()), multi_select: Type.Boolean() }, strict),
    ),
    numeric: Type.Optional(
      Type.Object(
        { min_value: Type.Optional(Type.Number()), max_value: Type.Optional(Type.Number()) },
        strict,
      ),
    ),
    text: Type.Optional(Type.Object({ max_length: Type.Optional(Type.Integer()) }, strict)),
  },
  strict,
);
export type ImportedLabelInput = Static<typeof ImportedLabelInput>;

/** A question to the reviewers of an experiment's traces. */
export const LabelSchemaRecord = Type.Object(
  {
    kind: Type.Literal('labelSchema'),
    id: OwnId,
    experimentId: Id,
    name: Name,
    type: Type.Enum(['FEEDBACK', 'EXPECTATION']),
    instruction: Nullable(Type.String({ maxLength: reviewImportLimits.instruction })),
    enableComment: Type.Boolean(),
    input: ImportedLabelInput,
    /** The question that every experiment has. */
    isDefault: Type.Boolean(),
    createdMs: Ms,
    updatedMs: Ms,
  },
  strict,
);
export type LabelSchemaRecord = Static<typeof LabelSchemaRecord>;

/** A trace that waits for review, or whose review somebody ended. */
export const ImportedReviewItem = Type.Object(
  {
    traceId: Type.String({ minLength: 1, maxLength: 50 }),
    status: Type.Enum(['PENDING', 'COMPLETE', 'DECLINED']),
    completedBy: Nullable(User),
    completedMs: Nullable(Ms),
    createdMs: Ms,
    updatedMs: Ms,
  },
  strict,
);
export type ImportedReviewItem = Static<typeof ImportedReviewItem>;

/** A review queue with all of its items. */
export const ReviewQueueRecord = Type.Object(
  {
    kind: Type.Literal('reviewQueue'),
    id: OwnId,
    experimentId: Id,
    name: Name,
    type: Type.Enum(['USER', 'CUSTOM']),
    createdBy: Nullable(Type.String({ maxLength: 255 })),
    users: Type.Array(User, { maxItems: reviewImportLimits.users }),
    /** Label schemas by their ids, also of some that are deleted by now. */
    schemaIds: Type.Array(OwnId, { maxItems: reviewImportLimits.schemas }),
    createdMs: Ms,
    updatedMs: Ms,
    items: Type.Array(ImportedReviewItem, { maxItems: reviewImportLimits.items }),
  },
  strict,
);
export type ReviewQueueRecord = Static<typeof ReviewQueueRecord>;
