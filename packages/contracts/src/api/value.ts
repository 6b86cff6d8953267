import type {
  BaselineLabel,
  BaselineSummary as CoreBaselineSummary,
  CostPerDeployment as CoreCostPerDeployment,
  DoraReport as CoreDoraReport,
  DriftLag as CoreDriftLag,
} from '@dividend/core/value';
import { baselineLabels, costCategories, doraMetricIds, figureStatuses } from '@dividend/core/value';
import { type Static, Type } from 'typebox';
import { Digest, Nullable, Time } from './common.ts';

const oneOf = <const Names extends readonly string[]>(names: Names) =>
  Type.Union(names.map((name) => Type.Literal(name as Names[number])));
const EntryIds = Type.Array(Type.String(), { description: 'Ledger entries behind it.' });
const NullableNumber = Nullable(Type.Number());
const NullableMinor = Nullable(Type.Integer({ description: 'Minor units of the currency.' }));

/** Which model, and since when: default its first entry until now. `to` is exclusive. */
export const ValueQuery = Type.Object({
  model: Type.String({ minLength: 1, maxLength: 63 }),
  from: Type.Optional(Time),
  to: Type.Optional(Time),
});

/** The window that the figures speak of. `epoch`: the first entry of the model, when measuring began; null: there is none. */
export const ValueWindow = Type.Object({
  from: Time,
  to: Time,
  epoch: Nullable(Time),
});

export const Coverage = Type.Object({
  observedSeconds: Type.Number(),
  windowSeconds: Type.Number(),
  ratio: Type.Number({ description: '0–1.' }),
});

const Interval = Type.Object({ low: Type.Number(), high: Type.Number(), confidence: Type.Number() });

/** One number of the books; `value` is null unless it is measured. Unknown is never zero. */
export const Figure = Type.Object({
  value: NullableNumber,
  unit: oneOf(['perDay', 'seconds', 'ratio']),
  numerator: NullableNumber,
  denominator: NullableNumber,
  coverage: Coverage,
  status: oneOf(figureStatuses),
  interval: Nullable(Interval),
  entryIds: EntryIds,
  note: Type.String(),
});

const doraMetric = {
  ...Figure.properties,
  id: oneOf(doraMetricIds),
  elite: Nullable(
    Type.Object({
      comparison: oneOf(['atLeast', 'below']),
      value: Type.Number(),
      source: Type.Literal('A0'),
      met: Nullable(Type.Boolean()),
    }),
  ),
};

const LeadTimePart = Type.Object({
  stage: oneOf(['train', 'evaluate', 'approvalWait', 'rollout', 'canary']),
  medianSeconds: NullableNumber,
  meanSeconds: NullableNumber,
  known: Type.Integer(),
  deployments: Type.Integer(),
});

const doraMetrics = {
  deploymentFrequency: Type.Object(doraMetric),
  changeLeadTime: Type.Object({
    ...doraMetric,
    stages: Type.Array(LeadTimePart),
    changeToProduction: Figure,
  }),
  changeFailRate: Type.Object({
    ...doraMetric,
    provisional: Type.Object({ failed: Type.Integer(), deployments: Type.Integer() }),
    unattributedIncidents: Type.Integer(),
  }),
  failedDeploymentRecoveryTime: Type.Object({ ...doraMetric, detection: Figure, restoration: Figure }),
  deploymentReworkRate: Type.Object(doraMetric),
};

/** The five DORA metrics of one model in production. There is no tier over several of them. */
export const DoraAnswer = Type.Unsafe<DoraAnswer>(
  Type.Object({
    model: Type.String(),
    environment: Type.Literal('production'),
    window: ValueWindow,
    labelLatencySeconds: Type.Number(),
    attempts: Type.Integer({ description: 'Deployments decided in the window, refused ones included.' }),
    ...doraMetrics,
  }),
);
export interface DoraAnswer extends CoreDoraReport {
  readonly model: string;
  readonly environment: 'production';
  readonly window: ValueWindow;
  readonly labelLatencySeconds: number;
  readonly attempts: number;
}

export const DriftLagAnswer = Type.Unsafe<DriftLagAnswer>(
  Type.Object({
    model: Type.String(),
    window: ValueWindow,
    figure: Figure,
    detection: Figure,
    endedWithoutVersion: Type.Integer(),
    open: Type.Integer(),
  }),
);
export interface DriftLagAnswer extends CoreDriftLag {
  readonly model: string;
  readonly window: ValueWindow;
}

const Price = Type.Object({ amount: Type.String(), source: Type.String() });

const costLine = {
  status: oneOf(['metered', 'estimated', 'notCollected']),
  totalMinor: NullableMinor,
  perDeploymentMinor: NullableMinor,
  components: Type.Array(
    Type.Object({
      label: Type.String(),
      quantity: Type.Number(),
      unit: Type.String(),
      unitPrice: Nullable(Price),
      amountMinor: Type.Integer(),
      basis: oneOf(['metered', 'estimated']),
      entryIds: EntryIds,
    }),
  ),
  entryIds: EntryIds,
  note: Type.String(),
};

const BaselineLine = Type.Object({
  category: oneOf(costCategories),
  perDeploymentMinor: NullableMinor,
  hoursPerDeployment: NullableNumber,
  amountsMinor: Type.Array(Type.Integer()),
  entryIds: EntryIds,
});

/** What a promoted version costs, by category, beside the baseline. Amounts in minor units of `currency`. */
export const CostAnswer = Type.Unsafe<CostAnswer>(
  Type.Object({
    model: Type.String(),
    window: ValueWindow,
    baselineLabel: Nullable(oneOf(baselineLabels)),
    currency: Type.String(),
    minorUnitDigits: Type.Integer(),
    priceBookVersion: Type.String(),
    deployments: Type.Integer(),
    attempts: Type.Integer(),
    categories: Type.Array(
      Type.Object({
        ...costLine,
        category: oneOf(costCategories),
        baseline: BaselineLine,
        savedMinor: NullableMinor,
        baselineSharePercent: NullableNumber,
        publishedSharePercent: Type.Number(),
      }),
    ),
    machine: Type.Object({ ...costLine, unpricedResources: Type.Array(Type.String()) }),
    total: Type.Object({
      perDeploymentMinor: NullableMinor,
      withMachineMinor: NullableMinor,
      complete: Type.Boolean(),
    }),
    comparison: Type.Object({
      categories: Type.Array(oneOf(costCategories)),
      measuredMinor: Type.Integer(),
      baselineMinor: Type.Integer(),
      savedMinor: Type.Integer(),
      savedRatio: NullableNumber,
    }),
    entryIds: EntryIds,
  }),
);
export interface CostAnswer extends CoreCostPerDeployment {
  readonly model: string;
  readonly window: ValueWindow;
  /** How the baseline was got; one example record makes it an example. Null: there is none. */
  readonly baselineLabel: CoreBaselineSummary['label'];
}

/** `label`: default `example` where the note of the file says so, else `recorded`. */
export const BaselineImportQuery = Type.Object({
  model: Type.String({ minLength: 1, maxLength: 63 }),
  label: Type.Optional(Type.Unsafe<BaselineLabel>(oneOf(baselineLabels))),
});

export const BaselineImport = Type.Object({
  digest: Digest,
  model: Type.String(),
  records: Type.Integer(),
  label: Type.Unsafe<BaselineLabel>(oneOf(baselineLabels)),
  note: Type.String(),
  importedAt: Time,
  entryId: Type.String(),
});

export const BaselineImportResult = Type.Object({
  ...BaselineImport.properties,
  alreadyImported: Type.Boolean({ description: 'The same content was there before; nothing was changed.' }),
});

/** The baseline in force, the newest import, priced by the price book in force. */
export const BaselineAnswer = Type.Object({
  model: Type.String(),
  current: Nullable(BaselineImport),
  imports: Type.Array(BaselineImport, { description: 'Newest first.' }),
  currency: Type.String(),
  minorUnitDigits: Type.Integer(),
  summary: Type.Unsafe<CoreBaselineSummary | null>(
    Nullable(
      Type.Object({
        deployments: Type.Integer(),
        label: Nullable(oneOf(baselineLabels)),
        lines: Type.Array(BaselineLine),
        perDeploymentMinor: NullableMinor,
        leadTimeSecondsMedian: NullableNumber,
        waitingHoursMean: NullableNumber,
        failed: Type.Object({ numerator: Type.Integer(), denominator: Type.Integer() }),
        incidentLossMeanMinor: NullableMinor,
        entryIds: EntryIds,
      }),
    ),
  ),
});

export type ValueQuery = Static<typeof ValueQuery>;
export type ValueWindow = Static<typeof ValueWindow>;
export type BaselineImport = Static<typeof BaselineImport>;
export type BaselineImportResult = Static<typeof BaselineImportResult>;
export type BaselineAnswer = Static<typeof BaselineAnswer>;
