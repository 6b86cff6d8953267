import { judgeMetric, type MetricEvidence, type MetricSample, type MetricVerdict } from './judge-metric.ts';
import { computeSampleRatio, defaultSampleRatioAlpha, type SampleRatioEvidence } from './sample-ratio.ts';

/** Chance that a canary that is no worse is ever rolled back, over all metrics and looks. */
export const defaultCanaryAlpha = 0.05;

export interface CanaryOptions {
  /** Units routed to each cohort; left out, the sample ratio is not tested. See `computeSampleRatio` for what counts. */
  readonly assigned?: { readonly canary: number; readonly control: number };
  /** Declared share of the canary among both cohorts, in (0, 1), default 0.5. */
  readonly expectedShare?: number;
  /** Alpha of the sample ratio test, default 0.001; spent beside the alpha of the metrics, for it never rolls back. */
  readonly sampleRatioAlpha?: number;
}

/** One analysis of a canary: the verdict, and everything it was drawn from. JSON-safe. */
export interface CanaryJudgement {
  readonly verdict: MetricVerdict;
  readonly reason: string;
  /** Alpha of the whole judgement; each metric got alpha / number of metrics. */
  readonly alpha: number;
  readonly perMetric: readonly MetricEvidence[];
  /** Null when no assigned units were given. */
  readonly srm: SampleRatioEvidence | null;
  /** Greatest number of canary observations that any metric has: 0 is no traffic. */
  readonly canarySamples: number;
}

function listNames(evidence: readonly MetricEvidence[]): string {
  return evidence.map((metric) => `'${metric.name}'`).join(', ');
}

function decideVerdict(
  perMetric: readonly MetricEvidence[],
  srm: SampleRatioEvidence | null,
): Pick<CanaryJudgement, 'verdict' | 'reason'> {
  const worse = perMetric.filter((metric) => metric.verdict === 'worse');
  if (worse.length > 0) return { verdict: 'worse', reason: `Proven worse on ${listNames(worse)}` };
  if (srm?.verdict === 'mismatch') {
    const reason = `Cohorts have ${srm.canary} and ${srm.control} units, not the declared share, so no comparison is trusted`;
    return { verdict: 'unknown', reason };
  }
  if (perMetric.length === 0)
    return { verdict: 'unknown', reason: 'No metric is declared, so nothing can be proven' };
  const unknown = perMetric.filter((metric) => metric.verdict === 'unknown');
  if (unknown.length > 0) return { verdict: 'unknown', reason: `Not yet known on ${listNames(unknown)}` };
  return { verdict: 'notWorse', reason: `Proven not worse than its margin on ${listNames(perMetric)}` };
}

/**
 * Verdict on a canary from all its metrics: `worse` if one is, `notWorse` if all are, `unknown` otherwise.
 *
 * Alpha is split evenly over the metrics (Bonferroni), so a canary that is no worse is ever judged `worse` with probability
 * at most `alpha`. A sample ratio mismatch withholds `notWorse` but not `worse`: a rollback is the safe side.
 *
 * @param alpha in (0, 0.5), default {@link defaultCanaryAlpha}
 */
export function judgeCanary(
  metrics: readonly MetricSample[],
  alpha = defaultCanaryAlpha,
  options: CanaryOptions = {},
): CanaryJudgement {
  const perMetric = metrics.map((sample) => judgeMetric(sample, alpha / metrics.length));
  const { assigned, expectedShare = 0.5, sampleRatioAlpha = defaultSampleRatioAlpha } = options;
  const srm =
    assigned === undefined
      ? null
      : computeSampleRatio(assigned.canary, assigned.control, expectedShare, sampleRatioAlpha);
  const canarySamples = Math.max(0, ...perMetric.map((metric) => metric.n.canary));
  return { ...decideVerdict(perMetric, srm), alpha, perMetric, srm, canarySamples };
}
