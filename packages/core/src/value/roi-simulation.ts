import { createSampler } from './distribution.ts';
import { createRandomStream } from './random-stream.ts';
import {
  assertRoiModel,
  type BenefitColumn,
  benefitColumns,
  type RoiDriver,
  type RoiModel,
  type RoiTerm,
} from './roi-model.ts';

/** All draws of a model. Every array has one value a draw; amounts are in minor units, unrounded. */
export interface RoiDraws {
  /** Drawn values of each driver, adoption included. */
  readonly drivers: ReadonlyMap<string, Float64Array>;
  /** Benefit of a full year at the drawn adoption, by column. */
  readonly annualBenefit: Readonly<Record<BenefitColumn, Float64Array>>;
  readonly upfrontCost: Float64Array;
  readonly annualCost: Float64Array;
  readonly discounting: Discounting;
}

/** Present values of one unit a year, up to the end of each month; index 0 is today. */
export interface Discounting {
  /** Of a benefit that ramps up. */
  readonly benefit: readonly number[];
  /** Of a cost that runs from the first month. */
  readonly cost: readonly number[];
}

/**
 * Draws every driver and works the model out for each draw. Deterministic by `model.seed`.
 *
 * @throws DividendError ROI_MODEL_INVALID, DISTRIBUTION_INVALID.
 */
export function simulateRoi(model: RoiModel): RoiDraws {
  assertRoiModel(model);
  const drivers = new Map(
    [model.adoption, ...model.drivers].map((driver) => [driver.id, drawDriver(driver, model)] as const),
  );
  const adoption = getDriver(drivers, model.adoption.id);
  const sumColumn = (column: BenefitColumn) => {
    const terms = model.benefits.filter((line) => line.column === column).flatMap((line) => line.terms);
    return sumTerms(terms, drivers, model.draws).map((amount, draw) => amount * (adoption[draw] ?? 0));
  };
  const sumCosts = (timing: 'upfront' | 'annual') =>
    sumTerms(
      model.costs.filter((line) => line.timing === timing).flatMap((line) => line.terms),
      drivers,
      model.draws,
    );
  const [cashable, capacity, riskAvoided] = benefitColumns.map(sumColumn);
  const empty = new Float64Array(model.draws);
  return {
    drivers,
    annualBenefit: {
      cashable: cashable ?? empty,
      capacity: capacity ?? empty,
      riskAvoided: riskAvoided ?? empty,
    },
    upfrontCost: sumCosts('upfront'),
    annualCost: sumCosts('annual'),
    discounting: createDiscounting(model),
  };
}

/** Flows fall at the end of each month: 1/12 of the year, discounted by (1 + r)^(m/12), the benefit times its ramp. */
export function createDiscounting({
  horizonMonths,
  adoptionRampMonths,
  annualDiscountRatio,
}: Pick<RoiModel, 'horizonMonths' | 'adoptionRampMonths' | 'annualDiscountRatio'>): Discounting {
  const benefit = [0];
  const cost = [0];
  for (let month = 1; month <= horizonMonths; month++) {
    const flow = (1 + annualDiscountRatio) ** (-month / 12) / 12;
    const ramp = adoptionRampMonths === 0 ? 1 : Math.min(1, month / adoptionRampMonths);
    benefit.push((benefit[month - 1] ?? 0) + flow * ramp);
    cost.push((cost[month - 1] ?? 0) + flow);
  }
  return { benefit, cost };
}

function drawDriver(driver: RoiDriver, { seed, draws }: RoiModel): Float64Array {
  const sample = createSampler(
    driver.distribution,
    createRandomStream(seed, driver.id),
    `drivers.${driver.id}`,
  );
  return Float64Array.from({ length: draws }, sample);
}

function sumTerms(
  terms: readonly RoiTerm[],
  drivers: ReadonlyMap<string, Float64Array>,
  draws: number,
): Float64Array {
  const sums = new Float64Array(draws);
  for (const { coefficient, drivers: ids } of terms) {
    const factors = ids.map((id) => getDriver(drivers, id));
    for (let draw = 0; draw < draws; draw++) {
      sums[draw] =
        (sums[draw] ?? 0) + factors.reduce((product, factor) => product * (factor[draw] ?? 0), coefficient);
    }
  }
  return sums;
}

function getDriver(drivers: ReadonlyMap<string, Float64Array>, id: string): Float64Array {
  return drivers.get(id) ?? new Float64Array(0); // assertRoiModel has refused unknown ids
}
