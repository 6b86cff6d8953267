import type { Analysis } from '@dividend/contracts/api';
import { formatNumber, formatPercent, formatSigned } from '../../ui/format.ts';

export type MetricResult = Analysis['metrics'][number];

/** The verdict on one metric in words, with the numbers it rests on. */
export function describeMetric(metric: MetricResult): string {
  const { name, measure, canaryMean, controlMean, canarySamples, controlSamples } = metric;
  if (canaryMean === null || controlMean === null)
    return `Nothing is known of '${name}' yet: ${canarySamples} observations of the canary, ${controlSamples} of the control.`;
  const means = `The ${toMeasureWords(measure)} is ${toValue(canaryMean, measure)} in the canary and ${toValue(controlMean, measure)} in the control.`;
  return `${means} ${describeBounds(metric)}`;
}

function describeBounds(metric: MetricResult): string {
  const { lower, upper, alpha, margin, measure, verdict, reason } = metric;
  if (lower === null || upper === null) return `${reason}.`;
  const sure = `At ${formatPercent(1 - alpha, 1)} confidence, however often it is looked at,`;
  const range = `the true difference lies between ${toDifference(lower, measure)} and ${toDifference(upper, measure)}`;
  const allowed = toDifference(margin, measure);
  if (verdict === 'notWorse')
    return `${sure} ${range}: less than the margin of ${allowed}, so it is not worse.`;
  if (verdict === 'worse') return `${sure} ${range}: all of it on the worse side, so it is worse.`;
  return `${sure} ${range}: neither worse for certain nor within the margin of ${allowed}, so nothing is decided by it.`;
}

const measureWords: Readonly<Record<string, string>> = {
  errorRatio: 'share of failed requests',
  latencyMs: 'mean latency',
  brier: 'mean Brier loss',
  logLoss: 'mean log loss',
};

export function toMeasureWords(measure: string): string {
  return measureWords[measure] ?? measure;
}

export function toValue(value: number, measure: string): string {
  if (measure === 'errorRatio') return formatPercent(value, 2);
  return measure === 'latencyMs' ? `${formatNumber(value, 3)} ms` : formatNumber(value, 3);
}

export function toDifference(value: number, measure: string): string {
  if (measure === 'errorRatio') return `${formatSigned(value * 100, 3)} points`;
  return measure === 'latencyMs' ? `${formatSigned(value)} ms` : formatSigned(value);
}
