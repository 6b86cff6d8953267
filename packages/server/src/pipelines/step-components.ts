import { text } from 'node:stream/consumers';
import type { StepSpec } from '@dividend/contracts/spec';
import type { CacheComponents } from '@dividend/core/pipelines';
import { paramsReadBySql } from '../specs/index.ts';
import { digestSource } from './digest-source.ts';
import type { Params } from './pipeline-tables.ts';
import { describeProgram } from './program-version.ts';
import { resolveSource } from './resolve-source.ts';
import type { RunContext } from './run-context.ts';
import { programPath } from './step-environment.ts';
import type { StepInput } from './step-inputs.ts';

/** Changed where a built-in step gives other outputs from equal inputs: what older ones gave is then not taken any more. */
const builtInVersion = '1';

/** Fields of a step that do not change what comes out. */
const withoutEffect = new Set(['name', 'needs', 'timeout', 'retries', 'cache', 'inputs']);

/**
 * What the outputs of a step depend on.
 * @throws {DividendError} SOURCE_NOT_FOUND, SOURCE_INVALID
 */
export async function describeComponents(
  context: RunContext,
  step: StepSpec,
  inputs: Readonly<Record<string, StepInput>>,
): Promise<CacheComponents> {
  const files = Object.fromEntries(context.applied.files.map(({ path, digest }) => [path, digest]));
  return {
    definition: Object.fromEntries(Object.entries(step).filter(([field]) => !withoutEffect.has(field))),
    files:
      step.uses === 'command' ? files : step.uses === 'sql' ? { [step.file]: files[step.file] ?? '' } : {},
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.digest])),
    params: pickParams(context.run.params, await paramsReadBy(context, step)),
    sources: step.uses === 'ingest' ? await describeSource(context, step.source) : {},
    environment: await describeEnvironment(context, step),
  };
}

async function describeSource(
  { platform, run }: RunContext,
  source: string,
): Promise<Record<string, string>> {
  const path = await resolveSource(source, run.base_dir);
  return { [source]: await digestSource(platform, path) };
}

async function describeEnvironment(
  { platform }: RunContext,
  step: StepSpec,
): Promise<Record<string, string>> {
  const machine = { machine: `${process.platform} ${process.arch}` };
  if (step.uses !== 'command') return { [`built-in ${step.uses}`]: builtInVersion };
  return {
    ...machine,
    ...(await describeProgram(step.command[0] ?? '', await programPath(platform.config))),
  };
}

/** Params that a step can read; `all` for a program, which is given all of them. */
async function paramsReadBy(context: RunContext, step: StepSpec): Promise<'all' | readonly string[]> {
  if (step.uses === 'command') return 'all';
  const read = (await sqlOf(context, step)).map(paramsReadBySql);
  return read.some(({ all }) => all) ? 'all' : read.flatMap(({ names }) => names);
}

async function sqlOf({ platform, applied }: RunContext, step: StepSpec): Promise<readonly string[]> {
  switch (step.uses) {
    case 'ingest':
      return [step.where ?? ''];
    case 'validate':
      return step.checks.map((check) => (check.check === 'sql' ? check.sql : ''));
    case 'sql': {
      const digest = applied.files.find(({ path }) => path === step.file)?.digest ?? '';
      return [await text(await platform.blobs.read(digest))];
    }
    default:
      return [];
  }
}

function pickParams(params: Params, read: 'all' | readonly string[]): Params {
  return read === 'all'
    ? params
    : Object.fromEntries(Object.entries(params).filter(([name]) => read.includes(name)));
}
