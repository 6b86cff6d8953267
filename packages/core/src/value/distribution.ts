import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { DividendError } from '../errors/index.ts';

/**
 * What is believed of a quantity nobody knows for certain.
 *
 * `triangular`: least, likeliest, most; fat shoulders, for weak knowledge. `pert`: the same three with the weight on the
 * likeliest. `lognormal`: positive and skewed (losses, durations), by its 5th and 95th percentile. `beta`: a ratio
 * between 0 and 1, see `betaFromCounts`. `fixed`: known.
 */
export type Distribution =
  | { readonly kind: 'fixed'; readonly value: number }
  | {
      readonly kind: 'triangular' | 'pert';
      readonly min: number;
      readonly mode: number;
      readonly max: number;
    }
  | { readonly kind: 'lognormal'; readonly p5: number; readonly p95: number }
  | { readonly kind: 'beta'; readonly alpha: number; readonly beta: number };

/** Draws the next value. */
export type Sampler = () => number;

/** Weight of the likeliest value of a PERT distribution. Source: Malcolm et al. (1959). */
const pertWeight = 4;
/** Φ⁻¹(0.95). */
const z90 = 1.6448536269514722;

/** What k of n observed says of a ratio, before anything else was believed. Source: Jeffreys prior, beta(½, ½). */
export function betaFromCounts(successes: number, trials: number): Distribution {
  return { kind: 'beta', alpha: successes + 0.5, beta: trials - successes + 0.5 };
}

/**
 * A sampler over a stream of random numbers; the same stream gives the same values.
 *
 * @throws DividendError DISTRIBUTION_INVALID where the parameters are not in order; `field` is the one given.
 */
export function createSampler(
  distribution: Distribution,
  random: RandomGenerator,
  field = 'distribution',
): Sampler {
  assertDistribution(distribution, field);
  switch (distribution.kind) {
    case 'fixed':
      return () => distribution.value;
    case 'triangular':
      return createTriangular(distribution.min, distribution.mode, distribution.max, random);
    case 'pert':
      return createPert(distribution.min, distribution.mode, distribution.max, random);
    case 'lognormal':
      return createLognormal(distribution.p5, distribution.p95, random);
    case 'beta':
      return createBeta(distribution.alpha, distribution.beta, random);
  }
}

/**
 * Throws unless every parameter is finite and they are in order.
 *
 * @throws DividendError DISTRIBUTION_INVALID.
 */
export function assertDistribution(distribution: Distribution, field: string): void {
  const { kind, ...parameters } = distribution;
  if (!Object.values(parameters).every(Number.isFinite))
    throw invalid(field, kind, 'every parameter must be finite');
  switch (distribution.kind) {
    case 'triangular':
    case 'pert':
      if (distribution.min > distribution.mode || distribution.mode > distribution.max) {
        throw invalid(field, kind, `min ≤ mode ≤ max must hold, found ${JSON.stringify(parameters)}`);
      }
      break;
    case 'lognormal':
      if (distribution.p5 <= 0 || distribution.p5 > distribution.p95) {
        throw invalid(field, kind, `0 < p5 ≤ p95 must hold, found ${JSON.stringify(parameters)}`);
      }
      break;
    case 'beta':
      if (distribution.alpha <= 0 || distribution.beta <= 0)
        throw invalid(field, kind, 'alpha and beta must be above 0');
  }
}

/** By inversion of the distribution function. */
function createTriangular(min: number, mode: number, max: number, random: RandomGenerator): Sampler {
  if (min === max) return () => min;
  const turn = (mode - min) / (max - min);
  return () => {
    const u = uniformFloat64(random);
    return u < turn
      ? min + Math.sqrt(u * (max - min) * (mode - min))
      : max - Math.sqrt((1 - u) * (max - min) * (max - mode));
  };
}

/** A beta distribution stretched over [min, max]. */
function createPert(min: number, mode: number, max: number, random: RandomGenerator): Sampler {
  if (min === max) return () => min;
  const drawBeta = createBeta(
    1 + (pertWeight * (mode - min)) / (max - min),
    1 + (pertWeight * (max - mode)) / (max - min),
    random,
  );
  return () => min + (max - min) * drawBeta();
}

function createLognormal(p5: number, p95: number, random: RandomGenerator): Sampler {
  const centre = (Math.log(p5) + Math.log(p95)) / 2;
  const deviation = (Math.log(p95) - Math.log(p5)) / (2 * z90);
  return () => Math.exp(centre + deviation * drawNormal(random));
}

/** As X ÷ (X + Y) of two gamma variables. */
function createBeta(alpha: number, beta: number, random: RandomGenerator): Sampler {
  return () => {
    const left = drawGamma(alpha, random);
    return left / (left + drawGamma(beta, random));
  };
}

/** Source: Marsaglia & Tsang (2000), "A simple method for generating gamma variables". */
function drawGamma(shape: number, random: RandomGenerator): number {
  if (shape < 1) return drawGamma(shape + 1, random) * drawPositive(random) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(drawPositive(random)) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Source: Box & Muller (1958). */
function drawNormal(random: RandomGenerator): number {
  return Math.sqrt(-2 * Math.log(drawPositive(random))) * Math.cos(2 * Math.PI * uniformFloat64(random));
}

/** Uniform on (0, 1]: its logarithm is finite. */
function drawPositive(random: RandomGenerator): number {
  return 1 - uniformFloat64(random);
}

function invalid(field: string, kind: string, why: string): DividendError {
  return new DividendError(
    'DISTRIBUTION_INVALID',
    'invalid_argument',
    `Distribution "${kind}" of "${field}" cannot be drawn from: ${why}`,
    { field },
  );
}
