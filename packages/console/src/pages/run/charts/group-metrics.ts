const systemPrefix = 'system/';

export function isSystemMetric(key: string): boolean {
  return key.startsWith(systemPrefix);
}

export interface MetricGroup {
  /** Empty for metrics without a prefix. */
  readonly prefix: string;
  readonly keys: readonly string[];
}

/** `train/loss` and `train/accuracy` stand together; metrics without a prefix come first. */
export function groupMetrics(keys: readonly string[]): readonly MetricGroup[] {
  const groups = new Map<string, string[]>();
  for (const key of keys.toSorted()) {
    const prefix = key.includes('/') ? key.slice(0, key.lastIndexOf('/')) : '';
    const group = groups.get(prefix);
    if (group) group.push(key);
    else groups.set(prefix, [key]);
  }
  return [...groups].map(([prefix, members]) => ({ prefix, keys: members })).sort(byPrefix);
}

function byPrefix(one: MetricGroup, other: MetricGroup): number {
  return one.prefix < other.prefix ? -1 : 1;
}
