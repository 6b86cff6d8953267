import { type Static, type TObjectOptions, type TSchema, Type } from 'typebox';

/** Closed object: an unknown field is an error that names the field. */
const closed = { additionalProperties: false } as const;

const Name = Type.String({
  pattern: '^[a-z][a-z0-9-]{0,62}$',
  description: 'Lower-case letters, digits and dashes; starts with a letter; 1–63 characters.',
});
const Identifier = Type.String({
  pattern: '^[A-Za-z_][A-Za-z0-9_]{0,62}$',
  description: 'Letters, digits and underscores; does not start with a digit; 1–63 characters.',
});
const Text = Type.String({ minLength: 1, maxLength: 2000 });
const Duration = Type.String({
  pattern: '^[1-9][0-9]{0,5}(s|m|h|d)$',
  description: 'A whole number and a unit: s, m, h or d, such as `30m`.',
});
/** No `..`, no `.`, no empty segment, no backslash: the path stays below its folder on every system. */
export const relativePathPattern = '^(?!\\.{1,2}(/|$))[^/\\\\\\x00]+(/(?!\\.{1,2}(/|$))[^/\\\\\\x00]+)*$';
const RelativePath = Type.String({
  minLength: 1,
  maxLength: 500,
  pattern: relativePathPattern,
  description: 'A relative path with `/` between folders and no `..`.',
});
/** As MLflow has aliases; `latest` and `v<number>` mean versions already. */
const Alias = Type.String({
  pattern: '^(?!([lL][aA][tT][eE][sS][tT]|[vV][0-9]+)$)[A-Za-z0-9_-]{1,255}$',
  description: 'Letters, digits, underscores and dashes; not `latest`, not `v1`.',
});
const ParamValue = Type.Union([Type.String({ maxLength: 2000 }), Type.Number(), Type.Boolean()]);

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
/** A record whose keys are identifiers; any other key is an error that names it. */
const recordOf = <T extends TSchema>(value: T, options: TObjectOptions = {}) =>
  Type.Record(Identifier, value, { ...options, ...closed });

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

export const Step = Type.Union([
  IngestStep,
  ValidateStep,
  SqlStep,
  CommandStep,
  EvaluateStep,
  RegisterStep,
  ReleaseStep,
]);

export const Gate = Type.Object(
  {
    name: Name,
    expr: Type.String({
      minLength: 1,
      maxLength: 4000,
      description:
        'CEL over `candidate` (metrics of the version), `champion` (metrics of the version in production; absent: has(champion.auc) is false), `checks`, `trial`, `release`.',
    }),
    message: Type.Optional(Text),
  },
  closed,
);

const RolloutMetric = Type.Object(
  {
    name: Name,
    source: Type.Union([Type.Literal('requests'), Type.Literal('labels')]),
    measure: Type.Union([
      Type.Literal('errorRatio'),
      Type.Literal('latencyMs'),
      Type.Literal('brier'),
      Type.Literal('logLoss'),
    ]),
    margin: Type.Number({
      exclusiveMinimum: 0,
      description: 'How much worse than control still counts as not worse, in the unit of the measure.',
    }),
    minSamples: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Per cohort, before any verdict. Default 200.' }),
    ),
  },
  closed,
);

export const RolloutSpec = Type.Object(
  {
    steps: Type.Array(Type.Object({ weight: Type.Integer({ minimum: 1, maximum: 50 }) }, closed), {
      minItems: 1,
      maxItems: 20,
    }),
    metrics: Type.Array(RolloutMetric, { minItems: 1, maxItems: 10 }),
    alpha: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 0.2,
        description: 'Chance of any wrong rollback, split over the metrics. Default 0.05.',
      }),
    ),
    timeLimit: Type.Optional(Duration),
    onTimeLimit: Type.Optional(
      Type.Union([Type.Literal('hold'), Type.Literal('rollBack'), Type.Literal('promote')]),
    ),
  },
  closed,
);

export const performanceMeasures = ['auc', 'brier', 'logLoss', 'ece', 'brierSkill'] as const;

const Trigger = Type.Object(
  {
    name: Name,
    when: Type.Union([
      Type.Object(
        {
          performance: Type.Enum([...performanceMeasures]),
          worseThanReferenceBy: Type.Number({
            exclusiveMinimum: 0,
            description: 'In the unit of the measure.',
          }),
          over: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 100,
              description: 'Windows added together and judged as one. Default 1.',
            }),
          ),
          minLabels: Type.Optional(Type.Integer({ minimum: 1 })),
        },
        closed,
      ),
      Type.Object(
        {
          drift: Type.Array(Type.String({ minLength: 1 }), {
            minItems: 1,
            description: 'Columns; `score` for the model score.',
          }),
        },
        closed,
      ),
    ]),
    windows: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, description: 'Windows in a row. Default 2.' }),
    ),
    do: Type.Union([Type.Literal('retrain'), Type.Literal('rollBack'), Type.Literal('incident')]),
    lookback: Type.Optional(Duration),
    cooldown: Type.Optional(Duration),
  },
  closed,
);

const Monitoring = Type.Object(
  {
    window: Type.Optional(
      Type.Union([Type.Literal('1h'), Type.Literal('6h'), Type.Literal('1d'), Type.Literal('7d')]),
    ),
    drift: Type.Optional(
      Type.Object(
        {
          floor: Type.Optional(
            Type.Number({
              exclusiveMinimum: 0,
              description: 'PSI below which nothing is drift. Default 0.2.',
            }),
          ),
          minRows: Type.Optional(Type.Integer({ minimum: 1 })),
          raiseAfter: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
          clearAfter: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
        },
        closed,
      ),
    ),
    labelLatency: Type.Optional(Duration),
  },
  closed,
);

/** `dividend.yaml`: everything Dividend needs to know of one model. */
export const ModelSpec = Type.Object(
  {
    apiVersion: Type.Literal('dividend/v1'),
    kind: Type.Literal('Model'),
    name: Name,
    description: Type.Optional(Text),
    owner: Type.String({ minLength: 1, maxLength: 200 }),
    riskClass: Type.Union([Type.Literal('minimal'), Type.Literal('limited'), Type.Literal('high')]),
    endpoint: Type.Optional(Name),
    business: Type.Optional(
      Type.Object(
        {
          kpi: Type.Optional(Text),
          currency: Type.Optional(
            Type.String({
              pattern: '^[A-Z]{3}$',
              description: 'Three capital letters, such as `EUR` (ISO 4217).',
            }),
          ),
          deploymentsPerYear: Type.Optional(Type.Integer({ minimum: 1 })),
          incidentCost: Type.Optional(Type.Number({ minimum: 0 })),
        },
        closed,
      ),
    ),
    pipeline: Type.Object(
      {
        params: Type.Optional(recordOf(ParamValue)),
        steps: Type.Array(Step, { minItems: 1, maxItems: 100 }),
      },
      closed,
    ),
    gates: Type.Array(Gate, { maxItems: 100 }),
    approval: Type.Optional(
      Type.Union([Type.Literal('policy'), Type.Literal('person')], {
        description: 'Default: person for riskClass high, else policy.',
      }),
    ),
    protectedAliases: Type.Optional(
      Type.Array(Alias, {
        maxItems: 20,
        uniqueItems: true,
        description:
          'Aliases of the registered model that only releases move, beside `champion`: at promotion and rollback they go where it goes.',
      }),
    ),
    rollout: RolloutSpec,
    monitoring: Type.Optional(Monitoring),
    triggers: Type.Optional(Type.Array(Trigger, { maxItems: 50 })),
  },
  closed,
);

export type ModelSpec = Static<typeof ModelSpec>;
export type StepSpec = Static<typeof Step>;
export type GateSpec = Static<typeof Gate>;
export type RolloutSpec = Static<typeof RolloutSpec>;
export type TriggerSpec = Static<typeof Trigger>;
export type DataCheckSpec = Static<typeof DataCheck>;
export type PerformanceMeasure = (typeof performanceMeasures)[number];
