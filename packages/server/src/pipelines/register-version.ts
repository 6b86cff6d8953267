import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { DividendError } from '@dividend/core/errors';
import { needsOf } from '../specs/index.ts';
import type { StepRow } from './pipeline-tables.ts';
import type { RunContext } from './run-context.ts';
import type { Settlement } from './settle-step.ts';
import type { StepInput } from './step-inputs.ts';
import { listSteps } from './step-store.ts';

/**
 * Inputs whose numbers become metrics of the version: `metrics`, and `metrics_…` for more of them; every other input is a
 * part of its release.
 */
const isMetrics = (role: string): boolean => role === 'metrics' || role.startsWith('metrics_');

/** The end of a `register` step: the version is made in the transaction that ends it. */
export async function registerVersion(
  context: RunContext,
  inputs: Readonly<Record<string, StepInput>>,
): Promise<Settlement> {
  const { run, services, platform, applied } = context;
  const training = inputs.weights?.from;
  const originRunId = training?.origin_run_id ?? run.run_id;
  const logged = await findLogged(context, originRunId);
  const tags = {
    ...partTags(inputs),
    ...(await metricTags(context, inputs)),
    ...(await dataTags(context, training)),
    'dividend.pipelineRun': run.id,
    'dividend.specDigest': applied.digest,
    ...(training?.started_at ? { 'dividend.trainingStartedAt': training.started_at.toISOString() } : {}),
  };
  return {
    status: 'succeeded',
    outputs: {},
    summary: {},
    error: null,
    cpuSeconds: 0,
    within: async (tx) => {
      const { version } = await services.registry.createVersion(tx, { model: run.model, ...logged, tags });
      const content = JSON.stringify({ model: run.model, version });
      const stored = await platform.blobs.put(Readable.from([Buffer.from(content)]));
      return { outputs: { version: stored }, summary: { model: run.model, version } };
    },
  };
}

/** Where MLflow finds the model: the one that was logged by the run whose weights these are, else the run's artifacts. */
async function findLogged(
  { services }: RunContext,
  runId: string | null,
): Promise<{ source: string; runId?: string; modelId?: string }> {
  if (runId === null) throw new TypeError('A pipeline run without its MLflow run');
  const model = await services.tracking.findLoggedModel(runId);
  if (model) return { source: `models:/${model.modelId}`, modelId: model.modelId, runId };
  return { source: (await services.tracking.getRun(runId)).artifactRoot, runId };
}

function partTags(inputs: Readonly<Record<string, StepInput>>): Record<string, string> {
  const parts = Object.entries(inputs).filter(([role]) => !isMetrics(role));
  return Object.fromEntries(parts.map(([role, { digest }]) => [`dividend.part.${role}`, digest]));
}

/** The numbers at the top of the metrics files; what else they hold is left. Those of `metrics` win over others. */
async function metricTags(
  { platform }: RunContext,
  inputs: Readonly<Record<string, StepInput>>,
): Promise<Record<string, string>> {
  const names = Object.keys(inputs).filter(isMetrics).sort().reverse();
  const contents = names.map(async (name) =>
    parseObject(name, await text(await platform.blobs.read(inputs[name]?.digest ?? ''))),
  );
  const entries = (await Promise.all(contents)).flatMap((content) => Object.entries(content));
  const numbers = entries.filter((entry): entry is [string, number] => Number.isFinite(entry[1]));
  return Object.fromEntries(numbers.map(([name, value]) => [`dividend.metric.${name}`, String(value)]));
}

function parseObject(input: string, content: string): object {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // told below, as any other content that is no object
  }
  throw new DividendError(
    'METRICS_UNREADABLE',
    'invalid_argument',
    `The input '${input}' must be a JSON object of numbers, got '${content.slice(0, 60)}'`,
  );
}

/** Digests of the ingested data that the weights come from, however many steps ago. */
async function dataTags(
  { platform, run, applied }: RunContext,
  training: StepRow | undefined,
): Promise<Record<string, string>> {
  const rows = await listSteps(platform.db, [run.id]);
  const { steps } = applied.spec.pipeline;
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const step = steps.find((candidate) => candidate.name === name);
    for (const need of step ? needsOf(step) : []) visit(need);
  };
  if (training) visit(training.name);
  const ingested = rows.filter((row) => row.uses === 'ingest' && seen.has(row.name));
  return Object.fromEntries(
    ingested.map((row) => [`dividend.data.${row.name}`, row.outputs.data?.digest ?? '']),
  );
}
