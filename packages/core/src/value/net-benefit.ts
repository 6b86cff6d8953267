import { computeAvoidedIncidentCost, computeManualCost, type ManualDeployment } from './manual-cost.ts';

/** A year before and after. Amounts in minor units of one currency. */
export interface NetBenefitInput {
  readonly deploymentsPerYear: number;
  readonly manual: ManualDeployment;
  /** The same deployment when automated; rates, downtime risk and incident cost stay those of `manual`. */
  readonly automated: {
    readonly engineerHours: number;
    readonly complianceHours: number;
    readonly incidentRatio: number;
  };
  /** Value of the new version serving sooner after drift, a year; see `estimateDriftLagCost`. */
  readonly driftLagSavedMinor: number;
  /** Platform, maintenance, machines, a year; without the hours that are left, which the lines above hold. */
  readonly automationCostMinor: number;
}

export interface BenefitLine {
  readonly id: 'labour' | 'compliance' | 'incidents' | 'driftLag';
  readonly savedMinor: number;
}

/** Why the published result differs from the line-by-line one; the amounts add up to the difference. */
export interface NetBenefitReconciliation {
  readonly reason: string;
  readonly amountMinor: number;
}

export interface NetBenefit {
  /** Line by line: what was saved, and what that cost. */
  readonly lines: readonly BenefitLine[];
  readonly automationCostMinor: number;
  readonly netMinor: number;
  /** Article A0 as printed: manual cost × volume − automated operating cost − avoided incident costs. */
  readonly published: {
    readonly formula: string;
    readonly netMinor: number;
    /** The sign put right, and still wrong: avoided incidents then count twice, because the manual cost holds them. */
    readonly withSignCorrectedMinor: number;
    /** Published − line by line, item by item. */
    readonly reconciliation: readonly NetBenefitReconciliation[];
  };
}

/**
 * Net annual benefit, line by line, with the published form beside it.
 *
 * The published form subtracts the avoided incident costs, which are a benefit; adding them instead would count them
 * twice. It also takes all manual hours for saved, and leaves the drift lag out.
 */
export function computeNetBenefit(input: NetBenefitInput): NetBenefit {
  const { deploymentsPerYear: volume, manual, automated, automationCostMinor, driftLagSavedMinor } = input;
  const before = computeManualCost(manual);
  const after = computeManualCost({ ...manual, ...automated });
  const incidentsSaved = computeAvoidedIncidentCost({
    ...manual,
    volume,
    ratioBefore: manual.incidentRatio,
    ratioAfter: automated.incidentRatio,
  });
  const lines: BenefitLine[] = [
    { id: 'labour', savedMinor: volume * (before.engineerMinor - after.engineerMinor) },
    { id: 'compliance', savedMinor: volume * (before.complianceMinor - after.complianceMinor) },
    { id: 'incidents', savedMinor: incidentsSaved },
    { id: 'driftLag', savedMinor: driftLagSavedMinor },
  ];
  const savedMinor = lines.reduce((sum, line) => sum + line.savedMinor, 0);
  const manualMinor = volume * before.totalMinor;
  return {
    lines,
    automationCostMinor,
    netMinor: savedMinor - automationCostMinor,
    published: {
      formula: 'manual cost × volume − automated operating cost − avoided incident costs',
      netMinor: manualMinor - automationCostMinor - incidentsSaved,
      withSignCorrectedMinor: manualMinor - automationCostMinor + incidentsSaved,
      reconciliation: [
        {
          reason: 'Hours of engineers that remain count as saved',
          amountMinor: volume * after.engineerMinor,
        },
        {
          reason: 'Hours of compliance that remain count as saved',
          amountMinor: volume * after.complianceMinor,
        },
        {
          reason: 'Incidents that remain count as avoided',
          amountMinor: volume * after.expectedIncidentMinor,
        },
        { reason: 'Avoided incident costs, a benefit, are subtracted', amountMinor: -incidentsSaved },
        { reason: 'The value of a shorter drift lag is left out', amountMinor: -driftLagSavedMinor },
      ],
    },
  };
}

/** From `low` to `high`; the low end is the worse one for a benefit, the better one for a cost. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** A figure between two ends, each with how it arises. */
export interface DerivedRange extends Range {
  readonly lowDerivation: string;
  readonly highDerivation: string;
}

/**
 * Net return = (benefit − cost) ÷ cost; its low end pairs the least benefit with the highest cost. A corner, not a
 * likely case: scenarios draw all lines together instead.
 */
export function computeNetReturn(benefit: Range, cost: Range): DerivedRange {
  return {
    low: (benefit.low - cost.high) / cost.high,
    high: (benefit.high - cost.low) / cost.low,
    lowDerivation: `(${benefit.low} − ${cost.high}) ÷ ${cost.high}`,
    highDerivation: `(${benefit.high} − ${cost.low}) ÷ ${cost.low}`,
  };
}

/** Simple payback in months; the shortest pairs the lowest cost with the greatest benefit. Benefits must be above 0. */
export function computePaybackRange(benefit: Range, cost: Range): DerivedRange {
  return {
    low: (cost.low / benefit.high) * 12,
    high: (cost.high / benefit.low) * 12,
    lowDerivation: `${cost.low} ÷ ${benefit.high} × 12`,
    highDerivation: `${cost.high} ÷ ${benefit.low} × 12`,
  };
}
