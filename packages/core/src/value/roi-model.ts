import { DividendError } from '../errors/index.ts';
import { assertDistribution, type Distribution } from './distribution.ts';

/** What stands behind a driver: read from entries, said by people, taken from an article, assumed, or an example. */
export const driverBases = ['metered', 'estimated', 'published', 'assumed', 'example'] as const;
export type DriverBasis = (typeof driverBases)[number];

export interface RoiDriver {
  readonly id: string;
  readonly label: string;
  readonly distribution: Distribution;
  readonly basis: DriverBasis;
  /** Where it comes from, in words: rate, article, owner of the assumption. */
  readonly source: string;
  readonly entryIds: readonly string[];
}

/**
 * Three kinds of value that finance does not add up silently: money that leaves a budget, time that is freed for other
 * work, loss that becomes less likely.
 */
export const benefitColumns = ['cashable', 'capacity', 'riskAvoided'] as const;
export type BenefitColumn = (typeof benefitColumns)[number];

/** coefficient × the product of the drivers. A driver may stand in many terms: that is how lines move together. */
export interface RoiTerm {
  readonly coefficient: number;
  readonly drivers: readonly string[];
}

/** Value of a year in minor units: the sum of its terms. */
export interface RoiBenefit {
  readonly id: string;
  readonly label: string;
  readonly column: BenefitColumn;
  readonly terms: readonly RoiTerm[];
}

/** Cost in minor units: once, at the start, or each year. */
export interface RoiCost {
  readonly id: string;
  readonly label: string;
  readonly timing: 'upfront' | 'annual';
  readonly terms: readonly RoiTerm[];
}

export interface RoiModel {
  readonly currency: string;
  readonly drivers: readonly RoiDriver[];
  readonly benefits: readonly RoiBenefit[];
  readonly costs: readonly RoiCost[];
  /** Share of the benefits that is realised, one draw for all lines together: where use is low, it is low everywhere. */
  readonly adoption: RoiDriver;
  /** Months until that share is reached, in equal steps. Whole number ≥ 0. */
  readonly adoptionRampMonths: number;
  /** 1–120. */
  readonly horizonMonths: number;
  /** Per year, such as 0.1; applied month by month. ≥ 0. */
  readonly annualDiscountRatio: number;
  /** Recorded with the result: the same model and seed give the same report, digit by digit. */
  readonly seed: number;
  /** 1 000–100 000; 10 000 keeps the simulation error of the quoted percentiles near a percent. */
  readonly draws: number;
}

/**
 * Throws unless the model can be simulated.
 *
 * @throws DividendError ROI_MODEL_INVALID or DISTRIBUTION_INVALID, each with the `field`.
 */
export function assertRoiModel(model: RoiModel): void {
  assertWhole('horizonMonths', model.horizonMonths, 1, 120);
  assertWhole('adoptionRampMonths', model.adoptionRampMonths, 0, 120);
  assertWhole('draws', model.draws, 1_000, 100_000);
  assertWhole('seed', model.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  if (!(model.annualDiscountRatio >= 0 && model.annualDiscountRatio < 10)) {
    throw invalid('annualDiscountRatio', `be between 0 and 10, found ${model.annualDiscountRatio}`);
  }
  const known = new Set<string>();
  for (const driver of [model.adoption, ...model.drivers]) {
    if (known.has(driver.id)) throw invalid(`drivers.${driver.id}`, 'be defined once');
    known.add(driver.id);
    assertDistribution(driver.distribution, `drivers.${driver.id}`);
  }
  known.delete(model.adoption.id); // it is applied to every benefit already
  for (const line of [...model.benefits, ...model.costs]) assertTerms(line, known);
}

function assertTerms({ id, terms }: RoiBenefit | RoiCost, known: ReadonlySet<string>): void {
  for (const { coefficient, drivers } of terms) {
    if (!Number.isFinite(coefficient)) throw invalid(`${id}.coefficient`, 'be finite');
    const unknown = drivers.find((driver) => !known.has(driver));
    if (unknown !== undefined)
      throw invalid(`${id}.drivers`, `name drivers of the model, found "${unknown}"`);
  }
}

function assertWhole(field: string, value: number, min: number, max: number): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return;
  throw invalid(field, `be a whole number from ${min} to ${max}, found ${value}`);
}

function invalid(field: string, expected: string): DividendError {
  return new DividendError(
    'ROI_MODEL_INVALID',
    'invalid_argument',
    `Return cannot be simulated: "${field}" must ${expected}`,
    { field },
  );
}
