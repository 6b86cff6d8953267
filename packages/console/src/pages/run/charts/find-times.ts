import type { MetricCurve } from '@dividend/contracts/api';

/**
 * When the points of some steps were logged, by the parts of a curve that hold them: a history is found by its times at once, by
 * its steps only by reading all of it.
 */
export function findTimes(
  curve: MetricCurve | undefined,
  steps: { readonly from: number; readonly to: number },
): { fromTime: number; toTime: number } | undefined {
  const { parts } = curve ?? {};
  if (parts === undefined) return undefined;
  let [fromTime, toTime] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [at, fromStep] of parts.fromSteps.entries()) {
    if (fromStep > steps.to || (parts.toSteps[at] ?? 0) < steps.from) continue;
    fromTime = Math.min(fromTime, parts.fromTimes[at] ?? fromTime);
    toTime = Math.max(toTime, parts.toTimes[at] ?? toTime);
  }
  return fromTime > toTime ? undefined : { fromTime, toTime };
}
