/** What MLflow's door and the own one say of registered models, and who is told of them. */
const registry = ['models', 'registered-models', 'model-versions', 'runs', 'webhooks'];
const deployment = [...registry, 'rollouts', 'releases', 'endpoints', 'serving', 'value'];

/** Kind of an entry's subject → what of the API speaks of it. Overview and ledger speak of every entry. */
const spokenOfBy: Readonly<Record<string, readonly string[]>> = {
  ledger: [],
  platform: ['serving'],
  experiment: ['experiments'],
  traces: ['experiments', 'traces'],
  run: ['models', 'pipeline-runs', 'experiments', 'runs', 'metric-curves'],
  spec: ['models', 'endpoints', 'triggers', 'value'],
  model: registry,
  version: registry,
  webhook: ['webhooks'],
  alias: deployment,
  pipeline: ['pipeline-runs', 'models', 'value'],
  step: ['pipeline-runs'],
  data: ['pipeline-runs'],
  release: deployment,
  gate: ['rollouts'],
  approval: ['rollouts', 'value'],
  rollout: deployment,
  artifact: ['rollouts', 'releases'],
  labels: ['endpoints', 'rollouts'],
  predictions: ['endpoints'],
  drift: ['endpoints', 'alarms', 'triggers', 'value'],
  performance: ['endpoints', 'alarms', 'triggers', 'value'],
  incident: ['incidents', 'value'],
  trigger: ['triggers', 'pipeline-runs'],
  baseline: ['value'],
  pricebook: ['value'],
};

/** Answers that are computed from the whole ledger or simulated; nobody watches them change from second to second. */
export function isCostly(path: string): boolean {
  return path.startsWith('/api/v1/value/');
}

const always = ['overview', 'ledger'];

/**
 * Whether an answer of the API may be another after entries of these types. A kind that is not known here makes every
 * answer stale: to ask once too often costs less than to show what is no longer so.
 */
export function isStaleAfter(types: ReadonlySet<string>, path: string): boolean {
  const resource = /^\/api\/(?:v1|2\.0\/mlflow)\/([^/?]+)/.exec(path)?.[1] ?? '';
  if (always.includes(resource)) return true;
  return [...types].some((type) => {
    const resources = spokenOfBy[type.split('.')[0] ?? ''];
    return resources === undefined || resources.includes(resource);
  });
}
