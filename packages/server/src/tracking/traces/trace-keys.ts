/** Tags and metadata of a trace that have a meaning, as MLflow's clients spell them. */
export const traceKeys = {
  name: 'mlflow.traceName',
  spansLocation: 'mlflow.trace.spansLocation',
  artifactLocation: 'mlflow.artifactLocation',
  session: 'mlflow.trace.session',
  user: 'mlflow.trace.user',
  tokenUsage: 'mlflow.trace.tokenUsage',
  cost: 'mlflow.trace.cost',
  sizeStats: 'mlflow.trace.sizeStats',
  finalized: 'mlflow.trace.infoFinalized',
  sourceRun: 'mlflow.sourceRun',
  /** Where spans and files are: only this server knows. */
  ownTags: new Set(['mlflow.trace.spansLocation', 'mlflow.artifactLocation']),
} as const;

/** Value of the spans' location: here, not in a file. */
export const trackingStore = 'TRACKING_STORE';

/** Metadata that is summed up over the spans, where the client does not give it. */
export const summedKeys: readonly string[] = [traceKeys.tokenUsage, traceKeys.cost];
