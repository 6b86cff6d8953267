import type { Analysis, CohortSummary } from '@dividend/contracts/api';
import type { CanaryJudgement, CohortSums, MetricSample } from '@dividend/core/rollouts';
import type { CohortCounts } from '../monitoring/index.ts';
import type { PlannedMetric } from './rollout-plan.ts';

/** The counts of both cohorts, as an analysis was drawn from them. */
export interface CanaryCounts {
  readonly canary: CohortCounts;
  readonly control: CohortCounts;
}

export function toSamples(metrics: readonly PlannedMetric[], counts: CanaryCounts): MetricSample[] {
  return metrics.map(({ name, kind, margin, minSamples, measure }) => ({
    spec: { name, kind, direction: 'lower', margin, minSamples },
    canary: toSums(measure, counts.canary),
    control: toSums(measure, counts.control),
  }));
}

function toSums(measure: PlannedMetric['measure'], counts: CohortCounts): CohortSums {
  const { labels, latencyMs } = counts;
  switch (measure) {
    case 'errorRatio':
      return { n: counts.requests, sum: counts.errors, sumSquares: counts.errors };
    case 'latencyMs':
      return { n: latencyMs.n, sum: latencyMs.sum, sumSquares: latencyMs.sumSquares };
    case 'brier':
      return { n: labels.n, sum: labels.brierSum, sumSquares: labels.brierSumSquares };
    case 'logLoss':
      return { n: labels.n, sum: labels.logLossSum, sumSquares: labels.logLossSumSquares };
  }
}

/** The evidence of a judgement as the API shows it. */
export function toAnalysisMetrics(
  metrics: readonly PlannedMetric[],
  judgement: CanaryJudgement,
): Analysis['metrics'] {
  return judgement.perMetric.map((evidence, index) => ({
    name: evidence.name,
    measure: metrics[index]?.measure ?? '',
    verdict: evidence.verdict,
    canaryMean: evidence.means.canary,
    controlMean: evidence.means.control,
    difference: evidence.difference,
    lower: evidence.lower,
    upper: evidence.upper,
    margin: evidence.margin,
    alpha: evidence.alpha,
    pValue: evidence.pValue,
    canarySamples: evidence.n.canary,
    controlSamples: evidence.n.control,
    reason: evidence.reason,
  }));
}

export function toCohortSummaries(counts: CanaryCounts): CohortSummary[] {
  return (['canary', 'control'] as const).map((cohort) => {
    const { requests, errors, labels, latencyMs } = counts[cohort];
    return {
      cohort,
      requests,
      errors,
      labels: labels.n,
      meanLatencyMs: latencyMs.n > 0 ? latencyMs.sum / latencyMs.n : null,
      brier: labels.n > 0 ? labels.brierSum / labels.n : null,
    };
  });
}
