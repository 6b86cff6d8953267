import { type CohortSums, computeMean } from './cohort-sums.ts';
import { computeMeanBounds, type DifferenceBounds } from './confidence-sequence.ts';
import { computeCountTest } from './count-test.ts';
import { computeRatioBounds } from './ratio-bounds.ts';

/**
 * How a metric is judged. `ratio`: events per request that should be rare (errors, timeouts, refusals), exact at any
 * count. `mean`: mean of a value per request (Brier loss, latency, 0/1 outcomes that are common), asymptotic.
 */
export const metricKinds = ['ratio', 'mean'] as const;
export type MetricKind = (typeof metricKinds)[number];

/**
 * What the data say about the canary. `worse`: proven worse than the control. `notWorse`: proven not worse by more than
 * the margin. `unknown`: neither yet; it promotes nothing and rolls nothing back.
 */
export const metricVerdicts = ['worse', 'notWorse', 'unknown'] as const;
export type MetricVerdict = (typeof metricVerdicts)[number];

/** A declared metric of a canary analysis. */
export interface MetricSpec {
  readonly name: string;
  readonly kind: MetricKind;
  /** Which way is better: `lower` for errors, losses, latency; `higher` for hits. */
  readonly direction: 'lower' | 'higher';
  /** Worsening that is tolerated, in the unit of the metric, > 0. The smaller, the more requests a proof takes. */
  readonly margin: number;
  /**
   * Observations that each cohort must have before any verdict. `ratio`: guards against one burst of one caller, some
   * tens will do. `mean`: the bounds are asymptotic, some hundreds.
   */
  readonly minSamples: number;
}

/** A metric with what was counted in both cohorts since the rollout began. */
export interface MetricSample {
  readonly spec: MetricSpec;
  readonly canary: CohortSums;
  readonly control: CohortSums;
}

/** Verdict on one metric with all that it was drawn from: enough to compute it again. JSON-safe. */
export interface MetricEvidence {
  readonly name: string;
  readonly kind: MetricKind;
  readonly direction: 'lower' | 'higher';
  readonly verdict: MetricVerdict;
  readonly n: { readonly canary: number; readonly control: number };
  /** Means (for `ratio`: events per request); null without observations. */
  readonly means: { readonly canary: number | null; readonly control: number | null };
  /** Canary − control, in the unit of the metric whatever the direction; null when it cannot be computed yet. */
  readonly difference: number | null;
  /** The true difference is below it, ever, with probability at most alpha. */
  readonly lower: number | null;
  /** The true difference is above it, ever, with probability at most alpha. */
  readonly upper: number | null;
  /** `ratio` only: anytime-valid p-value of the exact count test for "worse"; null for `mean`. */
  readonly pValue: number | null;
  readonly margin: number;
  readonly alpha: number;
  readonly minSamples: number;
  readonly reason: string;
}

interface Finding {
  readonly bounds: DifferenceBounds | undefined;
  readonly pValue: number | null;
  /** Proven worse; only read when bounds are known. */
  readonly isWorse: boolean;
}

/** The events that should be rare: the misses when the event itself is good. */
function toBadEvents(sums: CohortSums, direction: 'lower' | 'higher'): CohortSums {
  if (direction === 'lower') return sums;
  const misses = sums.n - sums.sum;
  return { n: sums.n, sum: misses, sumSquares: misses };
}

function examineRatio(sample: MetricSample, alpha: number): Finding {
  const { direction } = sample.spec;
  const test = computeCountTest(
    toBadEvents(sample.canary, direction),
    toBadEvents(sample.control, direction),
  );
  const bounds = computeRatioBounds(sample.canary, sample.control, alpha);
  return { bounds, pValue: test.pValue, isWorse: test.pValue <= alpha };
}

function examineMean(sample: MetricSample, alpha: number): Finding {
  const bounds = computeMeanBounds(sample.canary, sample.control, alpha);
  if (bounds === undefined) return { bounds, pValue: null, isWorse: false };
  const isWorse = sample.spec.direction === 'lower' ? bounds.lower > 0 : bounds.upper < 0;
  return { bounds, pValue: null, isWorse };
}

function isWithinMargin(bounds: DifferenceBounds, spec: MetricSpec): boolean {
  return spec.direction === 'lower' ? bounds.upper < spec.margin : bounds.lower > -spec.margin;
}

function decideVerdict(sample: MetricSample, finding: Finding): Pick<MetricEvidence, 'verdict' | 'reason'> {
  const { spec, canary, control } = sample;
  if (canary.n === 0) return { verdict: 'unknown', reason: 'The canary has had no observations' };
  if (Math.min(canary.n, control.n) < spec.minSamples) {
    const reason = `Canary has ${canary.n} and control ${control.n} of the ${spec.minSamples} observations needed`;
    return { verdict: 'unknown', reason };
  }
  const { bounds } = finding;
  if (bounds === undefined) {
    return {
      verdict: 'unknown',
      reason: 'All values are the same, so the data tell nothing about the difference',
    };
  }
  if (isWithinMargin(bounds, spec)) {
    return { verdict: 'notWorse', reason: `Proven not worse by more than the margin ${spec.margin}` };
  }
  if (finding.isWorse) return { verdict: 'worse', reason: 'Proven worse than the control' };
  return { verdict: 'unknown', reason: `Neither worse nor within the margin ${spec.margin} is proven yet` };
}

/**
 * Verdict on one metric of a canary against its control, at any time and as often as one likes.
 *
 * A canary that is proven both a little worse and within the margin is `notWorse`: the margin says what is tolerated.
 * Wrongly `worse` ever: at most alpha. Wrongly `notWorse` ever: at most alpha.
 *
 * @param alpha per side, in (0, 0.5)
 */
export function judgeMetric(sample: MetricSample, alpha: number): MetricEvidence {
  const { spec, canary, control } = sample;
  const finding = spec.kind === 'ratio' ? examineRatio(sample, alpha) : examineMean(sample, alpha);
  const means = { canary: computeMean(canary) ?? null, control: computeMean(control) ?? null };
  const difference = means.canary === null || means.control === null ? null : means.canary - means.control;
  return {
    name: spec.name,
    kind: spec.kind,
    direction: spec.direction,
    ...decideVerdict(sample, finding),
    n: { canary: canary.n, control: control.n },
    means,
    difference,
    lower: finding.bounds?.lower ?? null,
    upper: finding.bounds?.upper ?? null,
    pValue: finding.pValue,
    margin: spec.margin,
    alpha,
    minSamples: spec.minSamples,
  };
}
