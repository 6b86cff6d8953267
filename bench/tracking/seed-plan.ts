/** What both servers hold before the load: the same rows. */
export const plan = {
  experiments: 1000,
  searchedRuns: 20_000,
  metricsPerRun: 10,
  paramsPerRun: 5,
  models: 1000,
  versionsPerModel: 10,
  historyPoints: 10_000,
  /** Runs that the writing rows log to, apart from those that are searched. */
  writtenRuns: 2000,
} as const;

/** Names of what the seed made in one server; the load is built from them. */
export interface Seeded {
  readonly searchedExperiment: string;
  readonly writtenExperiment: string;
  readonly writtenRuns: readonly string[];
  readonly historyRun: string;
}

export const historyKey = 'loss';

export const metricKeys = Array.from({ length: plan.metricsPerRun }, (_, index) => `metric-${index}`);
export const paramKeys = Array.from({ length: plan.paramsPerRun }, (_, index) => `param-${index}`);

/** The value of a metric of a run, 0 to 1, evenly spread; the same for both servers. */
export function metricValue(run: number, metric: number): number {
  return ((run * 7919 + metric * 104_729) % 10_007) / 10_007;
}

export function paramValue(run: number, param: number): string {
  return String((run * 31 + param) % 100);
}

export const runTags = {
  'mlflow.user': 'bench',
  'mlflow.source.name': 'train.py',
  'mlflow.source.type': 'LOCAL',
} as const;

/** Times of seeded rows, one second apart. */
export function seedTimeMs(index: number): number {
  return 1_700_000_000_000 + index * 1000;
}
