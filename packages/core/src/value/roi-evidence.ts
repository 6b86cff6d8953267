import type { BaselineSummary } from './baseline-summary.ts';
import type { CostCategory } from './cost-category.ts';
import type { CostPerDeployment } from './cost-per-deployment.ts';
import type { Distribution } from './distribution.ts';
import type { PriceBook } from './price-book.ts';
import type { DriverBasis } from './roi-model.ts';

/** A quantity with what stands behind it. */
export interface Evidence<T> {
  readonly value: T;
  readonly basis: DriverBasis;
  readonly source: string;
  readonly entryIds: readonly string[];
}

/** k of n. */
export interface Count {
  readonly numerator: number;
  readonly denominator: number;
}

/** What a return is computed from. */
export interface RoiEvidence {
  readonly baseline: BaselineSummary;
  readonly measured: CostPerDeployment;
  readonly priceBook: PriceBook;
  /** Declared or observed. */
  readonly deploymentsPerYear: Evidence<number>;
  /**
   * Deployments that caused an incident since automation, out of all. A canary that was rolled back by itself before
   * it did damage is none: its cost is in the cost per deployment. The count before is that of the baseline.
   */
  readonly incidentsAfter: Evidence<Count>;
  /** Mean cost of an incident in minor units; `null` takes the range that article A0 published, as such. */
  readonly incidentCostMinor: Evidence<number> | null;
  /** Value of the shorter drift lag in a year, minor units; `null` where nobody put a value on it. */
  readonly driftLagSavedMinor: Evidence<Distribution> | null;
}

/** What nobody has measured. Each is printed with the report; a measured value should replace it. */
export interface RoiAssumptions {
  readonly adoption: Distribution;
  readonly adoptionRampMonths: number;
  readonly horizonMonths: number;
  readonly annualDiscountRatio: number;
  /** Share of incidents that hit production, 0–1. */
  readonly downtimeRisk: Distribution;
  /** Deployments a year may be this share more or fewer. */
  readonly volumeSpreadRatio: number;
  /** A mean cost of an incident may be this many times more or less, 5th to 95th percentile. */
  readonly incidentCostSpreadFactor: number;
  /** The cost of the automation may be this share less, and this share more: budgets are rather overrun. */
  readonly automationUnderrunRatio: number;
  readonly automationOverrunRatio: number;
  /** Saving of a category may be this share off where fewer than `minimumBaselineRecords` records show its spread. */
  readonly savingSpreadRatio: number;
  /** Categories whose saved time leaves a budget, such as bought-in audits; all others free capacity. */
  readonly cashableCategories: readonly CostCategory[];
  readonly seed: number;
  readonly draws: number;
}

/** Below this a standard error says little about the spread. */
export const minimumBaselineRecords = 5;

/** Cautious where the articles say nothing; A0 gives the downtime risk of 0.5. */
export const defaultRoiAssumptions: RoiAssumptions = {
  adoption: { kind: 'pert', min: 0.5, mode: 0.8, max: 1 },
  adoptionRampMonths: 3,
  horizonMonths: 36,
  annualDiscountRatio: 0.1,
  downtimeRisk: { kind: 'pert', min: 0.25, mode: 0.5, max: 0.75 },
  volumeSpreadRatio: 0.2,
  incidentCostSpreadFactor: 2,
  automationUnderrunRatio: 0.1,
  automationOverrunRatio: 0.5,
  savingSpreadRatio: 0.5,
  cashableCategories: [],
  seed: 20_260_101,
  draws: 10_000,
};
