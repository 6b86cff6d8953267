import type { ColumnCounts } from './column-counts.ts';
import type { ColumnReference } from './column-reference.ts';
import { computeJsDivergence, computePsi, toBinCounts } from './distances.ts';
import { computeJsNoise, computePsiNoise, describeSampling } from './sampling-noise.ts';

/**
 * `drifted`: the distance is above the floor and above what sampling does. `ok`: it is not, and the window is large enough
 * to have shown it. `insufficientData`: too few values to tell.
 */
export const driftVerdicts = ['ok', 'drifted', 'insufficientData'] as const;
export type DriftVerdict = (typeof driftVerdicts)[number];

/** Distances that may judge: `psi` in nats, `jsDistance` in [0, 1] (base 2). */
export const driftMeasures = ['psi', 'jsDistance'] as const;
export type DriftMeasure = (typeof driftMeasures)[number];

/** Distance below which nothing is drift, however certain: a shift that is real but too small to act on. */
export const defaultDriftFloors: Readonly<Record<DriftMeasure, number>> = { psi: 0.2, jsDistance: 0.15 };

/** Chance that sampling alone exceeds the noise. Strict, because windows are many. */
export const defaultDriftAlpha = 0.01;

/** Values a window needs before any verdict: below it the distribution of the distance itself is not as computed. */
export const defaultDriftMinSamples = 100;

export interface DriftOptions {
  /** Distance that judges, default `psi`. */
  readonly measure?: DriftMeasure;
  /** In the unit of the measure, > 0, default {@link defaultDriftFloors}. */
  readonly floor?: number;
  /** In (0, 1), default {@link defaultDriftAlpha}. */
  readonly alpha?: number;
  /** Values on each side before any verdict, ≥ 1, default {@link defaultDriftMinSamples}. */
  readonly minSamples?: number;
}

/** Verdict on one column of one window, with all that it was drawn from. JSON-safe. */
export interface DriftEvidence {
  readonly column: string;
  readonly verdict: DriftVerdict;
  readonly measure: DriftMeasure;
  /** Distance of the window from the reference; null without values on a side. */
  readonly value: number | null;
  readonly floor: number;
  /** Distance that sampling alone exceeds with probability `alpha`; null without values on a side. */
  readonly noise: number | null;
  readonly alpha: number;
  readonly n: { readonly reference: number; readonly current: number };
  /** PSI, whichever measure judges. */
  readonly psi: number | null;
  /** Jensen–Shannon distance, whichever measure judges. */
  readonly jsDistance: number | null;
  readonly reason: string;
}

interface Distances {
  readonly psi: number;
  readonly jsDistance: number;
  readonly noise: Readonly<Record<DriftMeasure, number>>;
}

function computeDistances(
  reference: ColumnCounts,
  current: ColumnCounts,
  alpha: number,
): Distances | undefined {
  if (reference.n === 0 || current.n === 0) return undefined;
  const p = toBinCounts(reference);
  const q = toBinCounts(current);
  const sampling = describeSampling(p, q);
  return {
    psi: computePsi(p, q),
    jsDistance: Math.sqrt(computeJsDivergence(p, q)),
    noise: {
      psi: computePsiNoise(sampling, 1 - alpha),
      jsDistance: Math.sqrt(computeJsNoise(sampling, 1 - alpha)),
    },
  };
}

function format(value: number): string {
  return String(Number(value.toPrecision(3)));
}

const measureNames = { psi: 'PSI', jsDistance: 'JS distance' } as const;

function decideVerdict(
  name: string,
  value: number,
  floor: number,
  noise: number,
): Pick<DriftEvidence, 'verdict' | 'reason'> {
  if (value > floor && value > noise) {
    const reason = `${name} ${format(value)} is above the floor ${format(floor)} and above sampling noise ${format(noise)}`;
    return { verdict: 'drifted', reason };
  }
  if (noise > floor) {
    const reason = `Sampling noise ${format(noise)} is above the floor ${format(floor)}, so a drift of that size could hide`;
    return { verdict: 'insufficientData', reason };
  }
  return { verdict: 'ok', reason: `${name} ${format(value)} is within the floor ${format(floor)}` };
}

/**
 * Verdict on one column of a window: an alarm needs an effect above a floor *and* above sampling noise, so that neither a
 * small window cries wolf nor a large one over a trifle.
 *
 * @param current counted on the bins of the reference
 */
export function judgeColumnDrift(
  reference: ColumnReference,
  current: ColumnCounts,
  options: DriftOptions = {},
): DriftEvidence {
  const { measure = 'psi', alpha = defaultDriftAlpha, minSamples = defaultDriftMinSamples } = options;
  const floor = options.floor ?? defaultDriftFloors[measure];
  const distances = computeDistances(reference, current, alpha);
  const value = distances?.[measure] ?? null;
  const noise = distances?.noise[measure] ?? null;
  const least = Math.min(reference.n, current.n);
  const decision =
    least < minSamples || value === null || noise === null
      ? ({
          verdict: 'insufficientData',
          reason: `Reference has ${reference.n} and window ${current.n} of the ${minSamples} values needed`,
        } as const)
      : decideVerdict(measureNames[measure], value, floor, noise);
  return {
    column: reference.name,
    ...decision,
    measure,
    value,
    floor,
    noise,
    alpha,
    n: { reference: reference.n, current: current.n },
    psi: distances?.psi ?? null,
    jsDistance: distances?.jsDistance ?? null,
  };
}

/** One column of a window beside its reference. */
export interface DriftColumn {
  readonly reference: ColumnReference;
  readonly current: ColumnCounts;
}

/**
 * Verdicts on all columns of a window. `alpha` is that of the window: each column gets an equal part of it (Bonferroni), so
 * that wide tables do not alarm more often.
 */
export function judgeDrift(
  columns: readonly DriftColumn[],
  options: DriftOptions = {},
): readonly DriftEvidence[] {
  const alpha = (options.alpha ?? defaultDriftAlpha) / columns.length;
  return columns.map(({ reference, current }) => judgeColumnDrift(reference, current, { ...options, alpha }));
}
