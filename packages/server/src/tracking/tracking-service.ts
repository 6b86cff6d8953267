import type { Platform } from '../platform/platform.ts';
import { toKeyValues } from './door/index.ts';
import type { ExperimentService } from './experiments/experiment-service.ts';
import type { LoggedModelService } from './models/logged-model-service.ts';
import type { RunService } from './runs/run-service.ts';
import type { RunStatus } from './runs/run-store.ts';

export interface NewTrackedRun {
  /** Name of the experiment; made where there is none yet. */
  readonly experiment: string;
  readonly runName: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
}

export interface LoggedBatch {
  readonly params?: Readonly<Record<string, string>>;
  /** Logged now, as step 0. */
  readonly metrics?: Readonly<Record<string, number>>;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface TrackedRun {
  readonly runId: string;
  readonly experimentId: string;
  readonly status: RunStatus;
  readonly params: Readonly<Record<string, string>>;
  /** The latest value of each metric; may be NaN. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Root of its artifacts, for `artifacts.put(root, path, …)`. */
  readonly artifactRoot: string;
}

/** What other domains do with runs; the same rules and records as over the wire. */
export interface TrackingService {
  createRun(run: NewTrackedRun): Promise<{ runId: string; experimentId: string; artifactRoot: string }>;
  /** Idempotent: a run that has ended keeps its first end. */
  finishRun(runId: string, status: 'FINISHED' | 'FAILED' | 'KILLED'): Promise<void>;
  logBatch(runId: string, batch: LoggedBatch): Promise<void>;
  /** @throws {DividendError} RUN_NOT_FOUND */
  getRun(runId: string): Promise<TrackedRun>;
  /** The newest logged model that the run made. */
  findLoggedModel(runId: string): Promise<{ modelId: string; artifactRoot: string } | undefined>;
}

interface Services {
  readonly experiments: ExperimentService;
  readonly runs: RunService;
  readonly models: LoggedModelService;
}

export function toTrackingService(
  { clock }: Platform,
  { experiments, runs, models }: Services,
): TrackingService {
  const logBatch = (runId: string, { params = {}, metrics = {}, tags = {} }: LoggedBatch) => {
    const timestamp = clock.now().getTime();
    return runs.logBatch(runId, {
      params: toKeyValues(params),
      metrics: Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp, step: 0 })),
      tags: toKeyValues(tags),
    });
  };
  return {
    logBatch,
    createRun: async ({ experiment, runName, tags, params }) => {
      const experimentId = String(await experiments.ensure(experiment));
      const run = await runs.create({ experimentId, name: runName, ...(tags ? { tags } : {}) });
      if (params) await logBatch(run.runId, { params });
      return { runId: run.runId, experimentId, artifactRoot: run.artifactUri };
    },
    finishRun: async (runId, status) => {
      const { status: current } = await runs.getInfo(runId);
      if (current !== 'RUNNING' && current !== 'SCHEDULED') return;
      await runs.update(runId, { status, endedMs: clock.now().getTime() });
    },
    getRun: async (runId) => {
      const run = await runs.get(runId);
      return {
        runId,
        experimentId: String(run.experimentId),
        status: run.status,
        params: run.params,
        metrics: Object.fromEntries(run.metrics.map(({ key, value }) => [key, value])),
        tags: run.tags,
        artifactRoot: run.artifactUri,
      };
    },
    findLoggedModel: (runId) => models.findOfRun(runId),
  };
}
