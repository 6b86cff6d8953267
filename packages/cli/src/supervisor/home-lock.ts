import { open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DividendError } from '@dividend/core/errors';

/** What a running supervisor says of itself in `<home>/up.json`; commands find the platform by it. */
export interface RunningPlatform {
  readonly pid: number;
  readonly controlUrl: string;
  readonly servingUrl: string;
}

const fileName = 'up.json';

/**
 * Takes the home folder for this supervisor.
 * @throws {DividendError} HOME_IN_USE while another one runs on it
 */
export async function lockHome(home: string, platform: RunningPlatform): Promise<() => Promise<void>> {
  const path = join(home, fileName);
  const other = await findRunningPlatform(home);
  if (other) {
    throw new DividendError(
      'HOME_IN_USE',
      'failed_precondition',
      `Dividend already runs on '${home}' (process ${other.pid}, ${other.controlUrl}); stop it, or choose another home with --home`,
      { field: 'home' },
    );
  }
  await rm(path, { force: true });
  const file = await open(path, 'wx');
  await file.writeFile(JSON.stringify(platform));
  await file.close();
  return () => rm(path, { force: true });
}

/** True where the last supervisor of this home folder did not end by itself. */
export async function wasKilled(home: string): Promise<boolean> {
  const hasMark = await stat(join(home, fileName)).then(
    () => true,
    () => false,
  );
  return hasMark && (await findRunningPlatform(home)) === undefined;
}

/** The platform that runs on this home folder, if any. */
export async function findRunningPlatform(home: string): Promise<RunningPlatform | undefined> {
  const text = await readFile(join(home, fileName), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const platform = JSON.parse(text) as RunningPlatform;
    return (await isSupervisor(platform.pid)) ? platform : undefined;
  } catch {
    return undefined;
  }
}

/** After a reboot the pid may belong to anything: where /proc says so, only a Node process counts. */
async function isSupervisor(pid: number): Promise<boolean> {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'node');
  return commandLine.includes('node');
}
