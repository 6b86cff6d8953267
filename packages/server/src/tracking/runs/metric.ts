/** One logged value. Times are Unix milliseconds, steps whole numbers of the caller's choosing. */
export interface Metric {
  readonly key: string;
  /** May be NaN or infinite. */
  readonly value: number;
  readonly timestamp: number;
  readonly step: number;
  /** Logged model the value is about, and the dataset it was measured on. */
  readonly modelId?: string | undefined;
  readonly datasetName?: string | undefined;
  readonly datasetDigest?: string | undefined;
}

/** A value as the tables keep it: NaN as a flag beside 0, infinities as the largest doubles. */
export interface StoredValue {
  readonly value: number;
  readonly isNan: boolean;
}

export function toStoredValue(value: number): StoredValue {
  if (Number.isNaN(value)) return { value: 0, isNan: true };
  return { value: Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value)), isNan: false };
}

export function fromStoredValue({ value, isNan }: StoredValue): number {
  return isNan ? Number.NaN : value;
}

/** Of each key the greatest metric by (step, timestamp, value), sorted by key. */
export function latestByKey(metrics: readonly Metric[]): Metric[] {
  const latest = new Map<string, Metric>();
  for (const metric of metrics) {
    const known = latest.get(metric.key);
    if (known === undefined || isLater(metric, known)) latest.set(metric.key, metric);
  }
  return [...latest.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
}

function isLater(one: Metric, other: Metric): boolean {
  if (one.step !== other.step) return one.step > other.step;
  if (one.timestamp !== other.timestamp) return one.timestamp > other.timestamp;
  return toStoredValue(one.value).value > toStoredValue(other.value).value;
}
