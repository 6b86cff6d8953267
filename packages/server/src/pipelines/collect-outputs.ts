import { createReadStream } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StepSpec } from '@dividend/contracts/spec';
import { DividendError } from '@dividend/core/errors';
import type { DataStepResult } from './data-steps/data-step-job.ts';
import type { StepOutputs, StepSummary } from './pipeline-tables.ts';
import type { RunContext } from './run-context.ts';
import type { StepInput } from './step-inputs.ts';
import { type StepFolder, stepFolder } from './step-paths.ts';

/**
 * Takes the outputs of a program that ended well into the store, by digest.
 * @throws {DividendError} OUTPUT_MISSING, DISK_FULL
 */
export async function collectOutputs(
  context: RunContext,
  step: StepSpec,
  inputs: Readonly<Record<string, StepInput>>,
): Promise<{ outputs: StepOutputs; summary: StepSummary }> {
  const folder = stepFolder(context.platform.config, context.run.id, step.name);
  const summary = step.uses === 'command' ? {} : ((await readResult(folder))?.summary ?? {});
  if (step.uses === 'validate') {
    const [data] = Object.values(inputs);
    return { outputs: data ? { data: { digest: data.digest, bytes: data.bytes } } : {}, summary };
  }
  const outputs: Record<string, { digest: string; bytes: number }> = {};
  for (const [name, path] of Object.entries(filesOf(step)))
    outputs[name] = await storeFile(context, step, name, path, join(folder.outputs, path));
  return { outputs, summary };
}

/** What a built-in step wrote about itself; undefined where it did not come to that. */
export async function readResult(folder: StepFolder): Promise<DataStepResult | undefined> {
  try {
    return JSON.parse(await readFile(folder.result, 'utf8')) as DataStepResult;
  } catch {
    // Not there, or cut short by a kill or a full disk: the exit code and the log tell.
    return undefined;
  }
}

function filesOf(step: StepSpec): Readonly<Record<string, string>> {
  if (step.uses === 'command') return step.outputs;
  return step.uses === 'evaluate' ? { metrics: 'metrics.json' } : { data: 'data.parquet' };
}

async function storeFile(
  { platform }: RunContext,
  step: StepSpec,
  name: string,
  path: string,
  fullPath: string,
): Promise<{ digest: string; bytes: number }> {
  const found = await lstat(fullPath).catch(() => undefined);
  if (!found?.isFile()) {
    const what = found === undefined ? 'did not write' : 'wrote something other than a file as';
    throw new DividendError(
      'OUTPUT_MISSING',
      'failed_precondition',
      `Step '${step.name}' ended well but ${what} its output '${name}'; expected a file at '${path}' below DIVIDEND_OUTPUT_DIR`,
    );
  }
  const { digest, bytes } = await platform.blobs.put(createReadStream(fullPath));
  return { digest, bytes };
}
