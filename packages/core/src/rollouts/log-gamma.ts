const halfLogTwoPi = 0.9189385332046727;

/** Below it the argument is shifted up: from 15 on, six Stirling terms are exact to double precision. */
const stirlingFrom = 15;

/**
 * Natural logarithm of the gamma function for a positive argument, to about 1e-14 of max(1, |value|).
 *
 * Source: NIST DLMF 5.11.1 (Stirling series), shifted by 5.5.1; matches scipy.special.gammaln.
 */
export function computeLogGamma(x: number): number {
  let shift = 1;
  let z = x;
  while (z < stirlingFrom) {
    shift *= z;
    z += 1;
  }
  const w = 1 / (z * z);
  const series =
    (1 / 12 + w * (-1 / 360 + w * (1 / 1260 + w * (-1 / 1680 + w * (1 / 1188 - (w * 691) / 360360))))) / z;
  return (z - 0.5) * Math.log(z) - z + halfLogTwoPi + series - Math.log(shift);
}

/** Natural logarithm of the beta function B(a, b); a, b > 0. Source: NIST DLMF 5.12.1. */
export function computeLogBeta(a: number, b: number): number {
  return computeLogGamma(a) + computeLogGamma(b) - computeLogGamma(a + b);
}

/** Smallest denominator of the continued fraction, instead of a division by zero. */
const tiny = 1e-300;

/** Enough for a, b up to about 1e9: the fraction converges in O(sqrt(max(a, b))) terms. */
const maxTerms = 100_000;

function incompleteBetaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= maxTerms; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guard(1 + even * d);
    c = guard(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + odd * d);
    c = guard(1 + odd / c);
    const factor = d * c;
    fraction *= factor;
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return fraction;
}

function guard(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/**
 * Natural logarithm of the regularised incomplete beta function I_x(a, b), the share of Beta(a, b) below x.
 *
 * @param x in (0, 1)
 * @param a, b positive
 *
 * Source: NIST DLMF 8.17.22 (continued fraction, evaluated by Lentz's method) and 8.17.4; matches
 * log(scipy.special.betainc).
 */
export function computeLogIncompleteBeta(x: number, a: number, b: number): number {
  if (x > (a + 1) / (a + b + 2)) {
    return Math.log1p(-Math.exp(computeLogIncompleteBeta(1 - x, b, a)));
  }
  const logFront = a * Math.log(x) + b * Math.log1p(-x) - Math.log(a) - computeLogBeta(a, b);
  return logFront + Math.log(incompleteBetaFraction(x, a, b));
}
