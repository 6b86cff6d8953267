import { type Static, Type } from 'typebox';
import { closed, Duration, Name, ParamValue, recordOf, Text } from './spec-fields.ts';
import { Step } from './step-spec.ts';

/** As MLflow has aliases; `latest` and `v<number>` mean versions already. */
const Alias = Type.String({
  pattern: '^(?!([lL][aA][tT][eE][sS][tT]|[vV][0-9]+)$)[A-Za-z0-9_-]{1,255}$',
  description: 'Letters, digits, underscores and dashes; not `latest`, not `v1`.',
});

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
export type GateSpec = Static<typeof Gate>;
export type RolloutSpec = Static<typeof RolloutSpec>;
export type TriggerSpec = Static<typeof Trigger>;
export type PerformanceMeasure = (typeof performanceMeasures)[number];
