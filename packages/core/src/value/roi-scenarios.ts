import type { Interval } from './figure.ts';
import { roundMinor } from './money.ts';
import { quantileOfSorted, z95 } from './quantile.ts';
import { sortIndices } from './rank-correlation.ts';
import { type BenefitColumn, benefitColumns, type RoiModel } from './roi-model.ts';
import { type RoiDraws, simulateRoi } from './roi-simulation.ts';
import { computeTornado, type TornadoBar } from './roi-tornado.ts';
import { wilsonInterval } from './wilson-interval.ts';

/** Percentiles of one joint simulation. Those of lines or columns do not add up to those of the total. */
export const scenarioProbabilities = { conservative: 0.1, mid: 0.5, optimistic: 0.9 } as const;
export type ScenarioName = keyof typeof scenarioProbabilities;
export type Scenarios<T> = Readonly<Record<ScenarioName, T>>;

/** A percentile and the 95 % interval within which more draws could move it. */
export interface SimulatedAmount {
  readonly amountMinor: number;
  readonly simulationError: Interval;
}

/** Present values, minor units: means over the draws next to the percentile, so that benefits − cost = net. */
export interface ScenarioBreakdown {
  readonly benefits: Readonly<Partial<Record<BenefitColumn, number>>>;
  readonly costMinor: number;
  readonly netMinor: number;
}

/** The outcome if only these columns count. */
export interface RoiOutcome {
  readonly columns: readonly BenefitColumn[];
  /** Present value of benefits − costs over the horizon: P10, P50, P90. */
  readonly netPresentValue: Scenarios<SimulatedAmount>;
  readonly breakdown: Scenarios<ScenarioBreakdown>;
  /** (benefits − costs) ÷ costs, present values, its own P10, P50, P90; `null` where there is no cost. */
  readonly netReturnRatio: Scenarios<number> | null;
  /** From the cumulative discounted cash flow; conservative is the late end. Months, part months included. */
  readonly paybackMonths: Scenarios<number | 'notWithinHorizon'>;
  readonly probabilityOfLoss: { readonly value: number; readonly simulationError: Interval | null };
  readonly probabilityOfPaybackIn12Months: number;
  /** Mean net present value of the worst tenth of all draws, minor units. */
  readonly expectedShortfallMinor: number;
  /** Net present value at P1 … P99, minor units, for drawing the distribution. */
  readonly percentilesMinor: readonly number[];
}

export interface RoiReport {
  readonly currency: string;
  readonly seed: number;
  readonly draws: number;
  readonly horizonMonths: number;
  readonly annualDiscountRatio: number;
  /** All three columns against all costs. */
  readonly all: RoiOutcome;
  /** Only money that leaves a budget against all costs: what finance asks first. */
  readonly cashableOnly: RoiOutcome;
  /** A full year's benefit by column at its own P10, P50, P90, minor units. */
  readonly annualBenefitMinor: Readonly<Record<BenefitColumn, Scenarios<number>>>;
  /** What moves the outcome of `all`, strongest first. */
  readonly tornado: readonly TornadoBar[];
}

/**
 * Conservative, mid and optimistic return as percentiles of one simulation.
 *
 * @throws DividendError ROI_MODEL_INVALID, DISTRIBUTION_INVALID.
 */
export function computeRoiScenarios(model: RoiModel): RoiReport {
  const draws = simulateRoi(model);
  return {
    currency: model.currency,
    seed: model.seed,
    draws: model.draws,
    horizonMonths: model.horizonMonths,
    annualDiscountRatio: model.annualDiscountRatio,
    all: computeOutcome(draws, benefitColumns),
    cashableOnly: computeOutcome(draws, ['cashable']),
    annualBenefitMinor: {
      cashable: toScenarios((p) => roundMinor(quantile(draws.annualBenefit.cashable, p))),
      capacity: toScenarios((p) => roundMinor(quantile(draws.annualBenefit.capacity, p))),
      riskAvoided: toScenarios((p) => roundMinor(quantile(draws.annualBenefit.riskAvoided, p))),
    },
    tornado: computeTornado(model, draws, presentValues(draws, benefitColumns).net),
  };
}

interface PresentValues {
  readonly annualBenefit: Float64Array;
  readonly cost: Float64Array;
  readonly net: Float64Array;
}

function presentValues(draws: RoiDraws, columns: readonly BenefitColumn[]): PresentValues {
  const { benefit, cost } = draws.discounting;
  const annualBenefit = draws.upfrontCost.map((_, draw) =>
    columns.reduce((sum, column) => sum + (draws.annualBenefit[column][draw] ?? 0), 0),
  );
  const costs = draws.upfrontCost.map(
    (upfront, draw) => upfront + (draws.annualCost[draw] ?? 0) * last(cost),
  );
  const net = annualBenefit.map((annual, draw) => annual * last(benefit) - (costs[draw] ?? 0));
  return { annualBenefit, cost: costs, net };
}

function computeOutcome(draws: RoiDraws, columns: readonly BenefitColumn[]): RoiOutcome {
  const values = presentValues(draws, columns);
  const order = sortIndices(values.net);
  const sorted = Float64Array.from(order, (draw) => values.net[draw] ?? 0);
  const payback = values.net.map((_, draw) => findPaybackMonths(draws, values.annualBenefit, draw)).sort();
  const losses = sorted.filter((net) => net < 0).length;
  const hasCost = values.cost.every((cost) => cost > 0);
  const returns = values.net.map((net, draw) => net / (values.cost[draw] ?? Number.NaN));
  return {
    columns,
    netPresentValue: toScenarios((p) => toSimulatedAmount(sorted, p)),
    breakdown: toScenarios((p) => breakDown(draws, columns, values, order, p)),
    netReturnRatio: hasCost ? toScenarios((p) => quantile(returns, p)) : null,
    paybackMonths: toScenarios((p) => {
      const months = quantileOfSorted(payback, 1 - p) ?? Number.POSITIVE_INFINITY;
      return Number.isFinite(months) ? months : 'notWithinHorizon';
    }),
    probabilityOfLoss: {
      value: losses / sorted.length,
      simulationError: wilsonInterval(losses, sorted.length),
    },
    probabilityOfPaybackIn12Months: payback.filter((months) => months <= 12).length / payback.length,
    expectedShortfallMinor: roundMinor(meanOf(sorted.subarray(0, Math.ceil(sorted.length / 10)))),
    percentilesMinor: Array.from({ length: 99 }, (_, index) =>
      roundMinor(quantileOfSorted(sorted, (index + 1) / 100) ?? 0),
    ),
  };
}

/**
 * When the cumulative discounted cash flow passes zero for good, within the month by interpolation; 0 where it never
 * is negative, infinite where it still is at the horizon.
 */
function findPaybackMonths(draws: RoiDraws, annualBenefit: Float64Array, draw: number): number {
  const { benefit, cost } = draws.discounting;
  const netAt = (month: number) =>
    (annualBenefit[draw] ?? 0) * (benefit[month] ?? 0) -
    (draws.annualCost[draw] ?? 0) * (cost[month] ?? 0) -
    (draws.upfrontCost[draw] ?? 0);
  let month = benefit.length - 1;
  let later = netAt(month);
  if (later < 0) return Number.POSITIVE_INFINITY;
  for (; month > 0; month--) {
    const earlier = netAt(month - 1);
    if (earlier < 0) return month - 1 + earlier / (earlier - later);
    later = earlier;
  }
  return 0;
}

function toSimulatedAmount(sorted: Float64Array, probability: number): SimulatedAmount {
  const half = z95 * Math.sqrt(sorted.length * probability * (1 - probability));
  const at = (rank: number) => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(rank)))] ?? 0;
  const rank = probability * (sorted.length - 1);
  return {
    amountMinor: roundMinor(quantileOfSorted(sorted, probability) ?? 0),
    simulationError: {
      low: roundMinor(at(rank - half)),
      high: roundMinor(at(rank + half)),
      confidence: 0.95,
    },
  };
}

/** Half a percent of all draws to either side: enough to average, near enough to be that percentile. */
const bandRatio = 0.005;

function breakDown(
  draws: RoiDraws,
  columns: readonly BenefitColumn[],
  values: PresentValues,
  order: Uint32Array,
  probability: number,
): ScenarioBreakdown {
  const centre = probability * order.length;
  const half = bandRatio * order.length;
  const band = order.subarray(Math.floor(centre - half), Math.ceil(centre + half));
  const meanIn = (amounts: Float64Array) => meanOf(Float64Array.from(band, (draw) => amounts[draw] ?? 0));
  const benefits = columns.map((column) => {
    return [
      column,
      roundMinor(meanIn(draws.annualBenefit[column]) * last(draws.discounting.benefit)),
    ] as const;
  });
  const costMinor = roundMinor(meanIn(values.cost));
  const sum = benefits.reduce((total, [, amount]) => total + amount, 0);
  return { benefits: Object.fromEntries(benefits), costMinor, netMinor: sum - costMinor };
}

function toScenarios<T>(compute: (probability: number) => T): Scenarios<T> {
  const { conservative, mid, optimistic } = scenarioProbabilities;
  return { conservative: compute(conservative), mid: compute(mid), optimistic: compute(optimistic) };
}

function quantile(values: Float64Array, probability: number): number {
  return quantileOfSorted(values.toSorted(), probability) ?? Number.NaN;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function last(values: readonly number[]): number {
  return values.at(-1) ?? 0;
}
