import { roundMinor } from './money.ts';
import { computeRankCorrelation, sortIndices } from './rank-correlation.ts';
import type { RoiDriver, RoiModel } from './roi-model.ts';
import type { RoiDraws } from './roi-simulation.ts';

/** How much one driver moves the outcome while all others move as well. */
export interface TornadoBar {
  readonly driver: string;
  readonly label: string;
  readonly basis: RoiDriver['basis'];
  /** Spearman, −1 to 1. */
  readonly rankCorrelation: number;
  /** Mean net present value over the tenth of the draws in which the driver is lowest, and highest; minor units. */
  readonly netWhenLowMinor: number;
  readonly netWhenHighMinor: number;
}

/** One bar for each driver that varies, strongest first. */
export function computeTornado(model: RoiModel, draws: RoiDraws, net: Float64Array): TornadoBar[] {
  const bars = [model.adoption, ...model.drivers].flatMap((driver) => {
    const values = draws.drivers.get(driver.id);
    return values === undefined ? [] : (createBar(driver, values, net) ?? []);
  });
  return bars.sort((left, right) => Math.abs(right.rankCorrelation) - Math.abs(left.rankCorrelation));
}

function createBar(driver: RoiDriver, values: Float64Array, net: Float64Array): TornadoBar | undefined {
  const rankCorrelation = computeRankCorrelation(values, net);
  if (rankCorrelation === null) return undefined;
  const order = sortIndices(values);
  const tenth = Math.ceil(order.length / 10);
  const meanNet = (draws: Uint32Array) =>
    roundMinor(draws.reduce((sum, draw) => sum + (net[draw] ?? 0), 0) / draws.length);
  return {
    driver: driver.id,
    label: driver.label,
    basis: driver.basis,
    rankCorrelation,
    netWhenLowMinor: meanNet(order.subarray(0, tenth)),
    netWhenHighMinor: meanNet(order.subarray(-tenth)),
  };
}
