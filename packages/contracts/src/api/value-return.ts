import type {
  NetBenefit as CoreNetBenefit,
  RoiDriver as CoreRoiDriver,
  RoiReport as CoreRoiReport,
  PublishedExampleResult,
} from '@dividend/core/value';
import { benefitColumns, driverBases } from '@dividend/core/value';
import { type Static, Type } from 'typebox';
import { Nullable } from './common.ts';
import { ValueQuery, ValueWindow } from './value.ts';

const oneOf = <const Names extends readonly string[]>(names: Names) =>
  Type.Union(names.map((name) => Type.Literal(name as Names[number])));

/** What nobody has measured may be given here; amounts in major units of the price book's currency. */
export const RoiQuery = Type.Object({
  ...ValueQuery.properties,
  deploymentsPerYear: Type.Optional(Type.Number({ minimum: 1, maximum: 100_000 })),
  incidentCost: Type.Optional(Type.Number({ minimum: 1, maximum: 1e9 })),
  toolingCost: Type.Optional(Type.Number({ minimum: 0, maximum: 1e9, description: 'Once, at the start.' })),
  platformCost: Type.Optional(Type.Number({ minimum: 0, maximum: 1e9, description: 'Each year.' })),
  horizonMonths: Type.Optional(Type.Integer({ minimum: 1, maximum: 120 })),
  discountPercent: Type.Optional(Type.Number({ minimum: 0, maximum: 100, description: 'Per year.' })),
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  // The simulation holds up its process: ten thousand draws take some 0.2 s.
  draws: Type.Optional(Type.Integer({ minimum: 1_000, maximum: 20_000 })),
});

const scenarios = <T extends ReturnType<typeof Type.Number> | ReturnType<typeof Type.Object>>(value: T) =>
  Type.Object({ conservative: value, mid: value, optimistic: value });
const Interval = Type.Object({ low: Type.Number(), high: Type.Number(), confidence: Type.Number() });
const Columns = Type.Object({
  cashable: Type.Optional(Type.Number()),
  capacity: Type.Optional(Type.Number()),
  riskAvoided: Type.Optional(Type.Number()),
});
const Months = Type.Union([Type.Number(), Type.Literal('notWithinHorizon')]);

const RoiOutcome = Type.Object({
  columns: Type.Array(oneOf(benefitColumns)),
  netPresentValue: scenarios(Type.Object({ amountMinor: Type.Number(), simulationError: Interval })),
  breakdown: scenarios(Type.Object({ benefits: Columns, costMinor: Type.Number(), netMinor: Type.Number() })),
  netReturnRatio: Nullable(scenarios(Type.Number())),
  paybackMonths: Type.Object({ conservative: Months, mid: Months, optimistic: Months }),
  probabilityOfLoss: Type.Object({ value: Type.Number(), simulationError: Nullable(Interval) }),
  probabilityOfPaybackIn12Months: Type.Number(),
  expectedShortfallMinor: Type.Number(),
  percentilesMinor: Type.Array(Type.Number()),
});

const RoiReport = Type.Object({
  currency: Type.String(),
  seed: Type.Integer(),
  draws: Type.Integer(),
  horizonMonths: Type.Integer(),
  annualDiscountRatio: Type.Number(),
  all: RoiOutcome,
  cashableOnly: RoiOutcome,
  annualBenefitMinor: Type.Object({
    cashable: scenarios(Type.Number()),
    capacity: scenarios(Type.Number()),
    riskAvoided: scenarios(Type.Number()),
  }),
  tornado: Type.Array(
    Type.Object({
      driver: Type.String(),
      label: Type.String(),
      basis: oneOf(driverBases),
      rankCorrelation: Type.Number(),
      netWhenLowMinor: Type.Number(),
      netWhenHighMinor: Type.Number(),
    }),
  ),
});

const RoiDriver = Type.Object({
  id: Type.String(),
  label: Type.String(),
  distribution: Type.Record(Type.String(), Type.Unknown()),
  basis: oneOf(driverBases),
  source: Type.String(),
  entryIds: Type.Array(Type.String()),
});

const NetBenefit = Type.Object({
  lines: Type.Array(
    Type.Object({
      id: oneOf(['labour', 'compliance', 'incidents', 'driftLag']),
      savedMinor: Type.Number(),
    }),
  ),
  automationCostMinor: Type.Number(),
  netMinor: Type.Number(),
  published: Type.Object({
    formula: Type.String(),
    netMinor: Type.Number(),
    withSignCorrectedMinor: Type.Number(),
    reconciliation: Type.Array(Type.Object({ reason: Type.String(), amountMinor: Type.Number() })),
  }),
});

/** The return in three scenarios, with its full method; `report` is null while something it needs is unknown. */
export const RoiAnswer = Type.Unsafe<RoiAnswer>(
  Type.Object({
    model: Type.String(),
    window: ValueWindow,
    status: oneOf(['computed', 'insufficientData']),
    missing: Type.Array(Type.String()),
    currency: Type.String(),
    minorUnitDigits: Type.Integer(),
    priceBookVersion: Type.String(),
    report: Nullable(RoiReport),
    drivers: Type.Array(RoiDriver),
    overlaps: Type.Array(Type.String()),
    leftOut: Type.Array(Type.String()),
    yearly: Nullable(NetBenefit),
  }),
);
export interface RoiAnswer {
  readonly model: string;
  readonly window: ValueWindow;
  readonly status: 'computed' | 'insufficientData';
  /** What has to be known first, in words. */
  readonly missing: readonly string[];
  readonly currency: string;
  readonly minorUnitDigits: number;
  readonly priceBookVersion: string;
  readonly report: CoreRoiReport | null;
  readonly drivers: readonly CoreRoiDriver[];
  readonly overlaps: readonly string[];
  readonly leftOut: readonly string[];
  /** One year at point values, line by line, beside the formula of article A0 as printed. */
  readonly yearly: CoreNetBenefit | null;
}

const Range = Type.Object({ low: Type.Number(), high: Type.Number() });
const DerivedRange = Type.Object({
  ...Range.properties,
  lowDerivation: Type.String(),
  highDerivation: Type.String(),
});

/** The worked example of article A0 and the ranges of the articles; never a user's own figures. */
export const PublishedAnswer = Type.Unsafe<PublishedAnswer>(
  Type.Object({
    example: Type.Object({
      incidentsAvoided: DerivedRange,
      total: DerivedRange,
      netReturn: DerivedRange,
      paybackMonths: DerivedRange,
      labourPerDeployment: Range,
      compliancePerDeployment: Range,
    }),
    figures: Type.Array(
      Type.Object({
        id: Type.String(),
        article: Type.String(),
        label: Type.String(),
        unit: Type.String(),
        ...Range.properties,
      }),
    ),
  }),
);
export interface PublishedAnswer {
  readonly example: PublishedExampleResult;
  readonly figures: readonly (Static<typeof Range> & {
    readonly id: string;
    readonly article: string;
    readonly label: string;
    readonly unit: string;
  })[];
}

export type RoiQuery = Static<typeof RoiQuery>;
