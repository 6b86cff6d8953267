import { constants, copyFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { durationSeconds, type StepSpec } from '@dividend/contracts/spec';
import { DividendError } from '@dividend/core/errors';
import type { DataStepJob, DataStepSpec } from './data-steps/data-step-job.ts';
import type { StepJob } from './executor/executor.ts';
import { resolveSource } from './resolve-source.ts';
import type { RunContext } from './run-context.ts';
import { stepEnvironment } from './step-environment.ts';
import type { StepInput } from './step-inputs.ts';
import { type StepFolder, stepFolder, stepLogPath } from './step-paths.ts';

/** A program that never ends must end some time; training that takes longer says so in the spec. */
export const defaultTimeout = '6h';
const graceMs = 10_000;
/** A day of one line a second is 10 MB. */
const logLimitBytes = 10_000_000;
const dataStepProgram = join(import.meta.dirname, 'data-step-main.ts');
const dataStepThreads = 2;

/**
 * Makes the folder of a step anew and tells what to run in it.
 * @throws {DividendError} DISK_FULL, SOURCE_NOT_FOUND
 */
export async function prepareStep(
  context: RunContext,
  step: StepSpec,
  inputs: Readonly<Record<string, StepInput>>,
): Promise<StepJob> {
  const folder = stepFolder(context.platform.config, context.run.id, step.name);
  const logPath = stepLogPath(context.platform.config, context.run.id, step.name);
  try {
    await rm(folder.root, { recursive: true, force: true });
    for (const path of [folder.files, folder.inputs, folder.outputs, folder.temp, dirname(logPath)])
      await mkdir(path, { recursive: true });
    const inputPaths = await linkInputs(context, folder, inputs);
    return {
      command: await commandOf(context, step, folder, inputPaths),
      workingDir: folder.files,
      environment: await stepEnvironment(context, step, folder, inputPaths),
      logPath,
      logLimitBytes,
      timeoutMs: durationSeconds(step.timeout ?? defaultTimeout) * 1000,
      graceMs,
    };
  } catch (error) {
    throw toDiskFull(error, folder.root);
  }
}

/** Inputs as files with the extension of their content, so that programs know the format; the content itself is not copied. */
async function linkInputs(
  { platform }: RunContext,
  folder: StepFolder,
  inputs: Readonly<Record<string, StepInput>>,
): Promise<Record<string, string>> {
  const linked = Object.entries(inputs).map(async ([name, { digest, extension }]) => {
    const path = join(folder.inputs, `${name}${extension}`);
    await symlink(await platform.blobs.pathOf(digest), path);
    return [name, path];
  });
  return Object.fromEntries(await Promise.all(linked));
}

async function commandOf(
  context: RunContext,
  step: StepSpec,
  folder: StepFolder,
  inputs: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  if (step.uses === 'command') {
    await copyFiles(context, folder);
    return step.command;
  }
  const jobPath = join(folder.root, 'data-step.json');
  await writeFile(jobPath, JSON.stringify(await dataStepJob(context, step as DataStepSpec, folder, inputs)));
  return [process.execPath, '--disable-warning=ExperimentalWarning', dataStepProgram, jobPath];
}

async function copyFiles({ platform, applied }: RunContext, folder: StepFolder): Promise<void> {
  for (const { path, digest } of applied.files) {
    const target = join(folder.files, path);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(await platform.blobs.pathOf(digest), target, constants.COPYFILE_FICLONE);
  }
}

async function dataStepJob(
  { platform, run, applied }: RunContext,
  step: DataStepSpec,
  folder: StepFolder,
  inputs: Readonly<Record<string, string>>,
): Promise<DataStepJob> {
  const sqlDigest =
    step.uses === 'sql' ? applied.files.find(({ path }) => path === step.file)?.digest : undefined;
  return {
    step,
    params: run.params,
    inputs,
    ...(step.uses === 'ingest' ? { sourcePath: await resolveSource(step.source, run.base_dir) } : {}),
    ...(sqlDigest === undefined ? {} : { sqlPath: await platform.blobs.pathOf(sqlDigest) }),
    outputDir: folder.outputs,
    tempDir: folder.temp,
    resultPath: folder.result,
    memoryMb: dataStepMemoryMb(),
    threads: dataStepThreads,
  };
}

/** A quarter of the machine: serving, the database and another step want to live beside it. */
function dataStepMemoryMb(): number {
  return Math.max(512, Math.floor(totalmem() / 4 / 1_000_000));
}

function toDiskFull(error: unknown, folder: string): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') return error;
  return new DividendError(
    'DISK_FULL',
    'unavailable',
    `The step could not be prepared in '${folder}': the disk is full; free some space, then run again`,
    { cause: error },
  );
}
