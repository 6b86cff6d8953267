import type { PipelineRun } from '@dividend/contracts/api';
import type { Platform } from '../platform/platform.ts';
import type { PipelineServices } from './run-context.ts';
import { type LogPart, type RunFilter, readLog, readRun, readRuns } from './run-read-model.ts';
import { askCancel, getRun } from './run-store.ts';
import { type StartRun, startRun } from './start-run.ts';

/** Runs of what a spec's pipeline declares. */
export interface PipelineService {
  /**
   * Begins a run and returns at once. With an idempotency key, the same key gives the same run.
   * @throws {DividendError} SPEC_NOT_FOUND, PARAM_UNKNOWN, PARAM_INVALID, IDEMPOTENCY_CONFLICT
   */
  run(request: StartRun): Promise<{ pipelineRunId: string }>;
  /** @throws {DividendError} PIPELINE_RUN_NOT_FOUND */
  get(id: string): Promise<PipelineRun>;
  /** Newest first. */
  list(filter?: RunFilter): Promise<PipelineRun[]>;
  page(filter: RunFilter): Promise<{ items: PipelineRun[]; next?: string }>;
  /** Ends a run and its programs; harmless where it has ended. @throws {DividendError} PIPELINE_RUN_NOT_FOUND */
  cancel(id: string): Promise<PipelineRun>;
  /** @throws {DividendError} PIPELINE_RUN_NOT_FOUND, STEP_NOT_FOUND */
  logs(id: string, step: string, offset?: number): Promise<LogPart>;
}

export function createPipelineService(
  platform: Platform,
  services: PipelineServices,
  on: { begun(): void; cancelled(runId: string): void },
): PipelineService {
  const { db, clock } = platform;
  return {
    run: async (request) => {
      const run = await startRun(platform, services, request);
      on.begun();
      return { pipelineRunId: run.id };
    },
    get: (id) => readRun(db, id),
    list: async (filter = {}) => (await readRuns(db, filter)).items,
    page: (filter) => readRuns(db, filter),
    cancel: async (id) => {
      await getRun(db, id);
      await askCancel(db, id, clock.now());
      on.cancelled(id);
      return readRun(db, id);
    },
    logs: (id, step, offset = 0) => readLog(platform, id, step, offset),
  };
}
