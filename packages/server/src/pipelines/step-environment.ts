import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname } from 'node:path';
import type { StepSpec } from '@dividend/contracts/spec';
import type { Config } from '../platform/config.ts';
import type { RunContext } from './run-context.ts';
import type { StepFolder } from './step-paths.ts';

/** Folders that a step's program is looked for in: the configured Python, this Node, then the machine's. */
export async function programPath({ pythonBin, searchPath }: Config): Promise<string> {
  const isFolder = pythonBin !== undefined && (await stat(pythonBin).catch(() => undefined))?.isDirectory();
  const python = pythonBin === undefined || isFolder ? pythonBin : dirname(pythonBin);
  return [python, dirname(process.execPath), searchPath].filter(Boolean).join(delimiter);
}

/**
 * The whole environment of a step's program. Nothing of control's own is in it: its settings hold the database's password
 * and the token of serving.
 *
 * @param inputPaths input name → file
 */
export async function stepEnvironment(
  { platform, services, run }: RunContext,
  step: StepSpec,
  folder: StepFolder,
  inputPaths: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const params = { ...run.params, ...(step.uses === 'command' ? step.with : {}) };
  const inputs = Object.entries(inputPaths).map(([name, path]) => [
    `DIVIDEND_INPUT_${name.toUpperCase()}`,
    path,
  ]);
  return {
    PATH: await programPath(platform.config),
    HOME: homedir(),
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    TMPDIR: folder.temp,
    PYTHONUNBUFFERED: '1',
    GIT_PYTHON_REFRESH: 'quiet',
    MLFLOW_DISABLE_TELEMETRY: 'true',
    MLFLOW_TRACKING_URI: services.trackingUrl(),
    MLFLOW_EXPERIMENT_NAME: run.model,
    ...(run.run_id === null ? {} : { MLFLOW_RUN_ID: run.run_id }),
    DIVIDEND_PIPELINE_RUN: run.id,
    DIVIDEND_STEP: step.name,
    DIVIDEND_OUTPUT_DIR: folder.outputs,
    DIVIDEND_PARAMS: JSON.stringify(params),
    ...(Object.fromEntries(inputs) as Record<string, string>),
  };
}
