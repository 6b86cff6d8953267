import type { LoggedModelMetric } from './logged-models.ts';

/** The newest value of each metric, or of what else `kindOf` tells apart, by name. */
export function latestMetrics(
  metrics: readonly LoggedModelMetric[],
  kindOf = ({ key }: LoggedModelMetric): string => key,
): readonly LoggedModelMetric[] {
  const latest = new Map<string, LoggedModelMetric>();
  for (const metric of metrics) {
    const known = latest.get(kindOf(metric));
    if (known === undefined || isNewer(metric, known)) latest.set(kindOf(metric), metric);
  }
  return [...latest.values()].toSorted((left, right) =>
    left.key < right.key ? -1 : Number(left.key > right.key),
  );
}

function isNewer(metric: LoggedModelMetric, known: LoggedModelMetric): boolean {
  return metric.at === known.at ? metric.step >= known.step : metric.at > known.at;
}
