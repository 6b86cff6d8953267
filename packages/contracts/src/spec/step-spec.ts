import { type Static, Type } from 'typebox';
import { closed, Duration, Identifier, Name, ParamValue, RelativePath, recordOf } from './spec-fields.ts';

const OutputReference = Type.String({
  pattern: '^[a-z][a-z0-9-]{0,62}(\\.[A-Za-z_][A-Za-z0-9_]{0,62})?$',
  description: '`step.output`, or `step` where the step has one output.',
});

const stepBase = {
  name: Name,
  needs: Type.Optional(
    Type.Array(Name, { maxItems: 50, description: 'Steps to wait for beside those of the inputs.' }),
  ),
  timeout: Type.Optional(Duration),
  retries: Type.Optional(Type.Integer({ minimum: 0, maximum: 10 })),
  cache: Type.Optional(
    Type.Boolean({ description: 'Take the outputs of an equal earlier step. Default true.' }),
  ),
};

const Inputs = recordOf(OutputReference, { description: 'Input name → output of an earlier step.' });

const IngestStep = Type.Object(
  {
    ...stepBase,
    uses: Type.Literal('ingest'),
    source: Type.String({
      minLength: 1,
      maxLength: 1000,
      description: 'Parquet or CSV file; `npm:<package>/<path>` names a file inside an installed package.',
    }),
    where: Type.Optional(
      Type.String({ maxLength: 4000, description: 'SQL predicate; params by getvariable(name).' }),
    ),
  },
  closed,
);

const column = { column: Type.String({ minLength: 1, maxLength: 200 }) };
const DataCheck = Type.Union([
  Type.Object({ name: Name, check: Type.Literal('rowCount'), min: Type.Integer({ minimum: 0 }) }, closed),
  Type.Object(
    { name: Name, check: Type.Literal('hasColumns'), columns: Type.Array(column.column, { minItems: 1 }) },
    closed,
  ),
  Type.Object(
    {
      name: Name,
      check: Type.Literal('notNull'),
      ...column,
      minRatio: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    },
    closed,
  ),
  Type.Object(
    {
      name: Name,
      check: Type.Literal('inRange'),
      ...column,
      min: Type.Number(),
      max: Type.Number(),
      minRatio: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    },
    closed,
  ),
  Type.Object(
    { name: Name, check: Type.Literal('unique'), columns: Type.Array(column.column, { minItems: 1 }) },
    closed,
  ),
  Type.Object(
    {
      name: Name,
      check: Type.Literal('sql'),
      sql: Type.String({ maxLength: 10_000, description: 'A SELECT giving one boolean.' }),
    },
    closed,
  ),
]);

const ValidateStep = Type.Object(
  {
    ...stepBase,
    uses: Type.Literal('validate'),
    inputs: Inputs,
    checks: Type.Array(DataCheck, { minItems: 1, maxItems: 200 }),
  },
  closed,
);
const SqlStep = Type.Object(
  { ...stepBase, uses: Type.Literal('sql'), inputs: Inputs, file: RelativePath },
  closed,
);
const CommandStep = Type.Object(
  {
    ...stepBase,
    uses: Type.Literal('command'),
    command: Type.Array(Type.String({ minLength: 1, maxLength: 2000 }), { minItems: 1, maxItems: 50 }),
    inputs: Type.Optional(Inputs),
    outputs: recordOf(RelativePath, {
      description: 'Output name → file below DIVIDEND_OUTPUT_DIR.',
    }),
    with: Type.Optional(recordOf(ParamValue)),
  },
  closed,
);
const EvaluateStep = Type.Object(
  {
    ...stepBase,
    uses: Type.Literal('evaluate'),
    inputs: Inputs,
    score: Identifier,
    label: Identifier,
  },
  closed,
);
const RegisterStep = Type.Object({ ...stepBase, uses: Type.Literal('register'), inputs: Inputs }, closed);
const ReleaseStep = Type.Object({ ...stepBase, uses: Type.Literal('release'), inputs: Inputs }, closed);

/** A step of a pipeline, of one of these kinds. */
export const Step = Type.Union([
  IngestStep,
  ValidateStep,
  SqlStep,
  CommandStep,
  EvaluateStep,
  RegisterStep,
  ReleaseStep,
]);

export type StepSpec = Static<typeof Step>;
export type DataCheckSpec = Static<typeof DataCheck>;
