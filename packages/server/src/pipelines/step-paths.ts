import { join } from 'node:path';
import type { Config } from '../platform/config.ts';

/** Where a step's program works; gone when the step has ended. */
export interface StepFolder {
  readonly root: string;
  /** The spec's files, and the working directory of a command. */
  readonly files: string;
  readonly inputs: string;
  readonly outputs: string;
  readonly temp: string;
  /** What a built-in step tells about itself. */
  readonly result: string;
}

export function stepFolder(config: Config, runId: string, step: string): StepFolder {
  const root = join(workRoot(config, runId), step);
  return {
    root,
    files: join(root, 'files'),
    inputs: join(root, 'inputs'),
    outputs: join(root, 'outputs'),
    temp: join(root, 'temp'),
    result: join(root, 'result.json'),
  };
}

/** Folder of all steps of a run. */
export function workRoot(config: Config, runId: string): string {
  return join(config.home, 'work', runId);
}

/** Holds a folder of logs for each run. */
export function stepLogFolder(config: Config): string {
  return join(config.home, 'logs', 'pipelines');
}

export function runLogFolder(config: Config, runId: string): string {
  return join(stepLogFolder(config), runId);
}

/** Output of a step's programs, kept for `keepDays` after the run. */
export function stepLogPath(config: Config, runId: string, step: string): string {
  return join(runLogFolder(config, runId), `${step}.log`);
}
