import { randomUUID } from 'node:crypto';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobEnd, StepJob } from './executor.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** What the executor and its runner tell each other, one file each in the job's folder. */
interface JobFiles {
  /** What to run. */
  job: StepJob;
  /** The runner that took the job: created once, so that a second runner sees that it is late. */
  runner: ProcessIdentity;
  /** The program itself, leader of its own process group. */
  program: ProcessIdentity;
  end: JobEnd;
}

export async function readJobFile<Name extends keyof JobFiles>(
  folder: string,
  name: Name,
): Promise<JobFiles[Name] | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as JobFiles[Name];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written beside and renamed: a reader sees all of it or nothing. */
export async function writeJobFile<Name extends keyof JobFiles>(
  folder: string,
  name: Name,
  value: JobFiles[Name],
): Promise<void> {
  const path = join(folder, `${name}.json`);
  const beside = `${path}.${randomUUID()}`;
  await writeFile(beside, JSON.stringify(value));
  await rename(beside, path);
}

/** Takes the job for this runner; false where another has it. */
export async function claimJob(folder: string, runner: ProcessIdentity): Promise<boolean> {
  try {
    await writeFile(join(folder, 'runner.json'), JSON.stringify(runner), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Room for the largest end: 4 kB of log, escaped. */
const endBytes = 32_768;

/** Takes the room of the end before the job can fill the disk, so that how it ended can always be told. */
export async function reserveEnd(folder: string): Promise<void> {
  await writeFile(join(folder, 'end.json.new'), ' '.repeat(endBytes));
}

export async function writeEnd(folder: string, end: JobEnd): Promise<void> {
  const path = join(folder, 'end.json');
  const file = await open(`${path}.new`, 'r+');
  await file.writeFile(JSON.stringify(end).padEnd(endBytes));
  await file.close();
  await rename(`${path}.new`, path);
}
