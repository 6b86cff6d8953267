import { availableParallelism } from 'node:os';
import type { Domain, Platform } from '../platform/platform.ts';
import { createProcessExecutor } from './executor/process-executor.ts';
import { createLaunchLoop } from './launch-loop.ts';
import { pipelineRoutes } from './pipeline-routes.ts';
import { createPipelineService, type PipelineService } from './pipeline-service.ts';
import { createRunLauncher } from './pipeline-workflow.ts';
import type { PipelineServices } from './run-context.ts';
import { createSlots } from './slots.ts';
import { sweepPipelines } from './sweep-pipelines.ts';

export type { PipelineServices } from './run-context.ts';
export type { StartRun } from './start-run.ts';

export interface Pipelines extends Domain, PipelineService {}

export function createPipelines(platform: Platform, services: PipelineServices): Pipelines {
  const launcher = createRunLauncher(
    platform,
    services,
    createProcessExecutor(),
    createSlots(availableParallelism()),
  );
  const loop = createLaunchLoop(platform, launcher.launch);
  const service = createPipelineService(platform, services, {
    begun: loop.wake,
    cancelled: launcher.cancel,
  });
  return {
    ...service,
    routes: (app) => pipelineRoutes(app, service),
    start: async () => loop.start(),
    stop: async () => {
      await loop.stop();
      await launcher.stop();
    },
    sweep: (before) => sweepPipelines(platform, before),
  };
}
