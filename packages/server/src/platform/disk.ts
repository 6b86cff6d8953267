import { open, statfs } from 'node:fs/promises';
import { DividendError } from '@dividend/core/errors';

/** Below this PostgreSQL does not come back: it needs some segments of 16 MiB of its log to recover. As the supervisor has it. */
const leastFreeBytes = 64 * 1024 * 1024;

/**
 * DISK_FULL where a write had no room; anything else comes back as it was.
 * @param what what could not be stored, as the beginning of a sentence: `The artifact`
 * @param place folder that was written to
 */
export function translateDiskError(error: unknown, what: string, place: string): unknown {
  if (!['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) return error;
  return new DividendError(
    'DISK_FULL',
    'unavailable',
    `${what} could not be stored in '${place}': the disk is full; free some space, nothing was kept`,
    { cause: error },
  );
}

/** DISK_FULL where the disk of the home folder has no room for a database: what most likely stopped it. */
export async function findDatabaseDiskFull(home: string, cause: unknown): Promise<DividendError | undefined> {
  const disk = await statfs(home).catch(() => undefined);
  if (!disk || disk.bavail * disk.bsize >= leastFreeBytes) return undefined;
  return new DividendError(
    'DISK_FULL',
    'unavailable',
    `The database cannot be reached, and the disk of '${home}' is full; free at least ${leastFreeBytes / 1024 ** 2} MiB there, what waits goes on by itself`,
    { cause },
  );
}

/** Makes a rename into a folder survive power loss. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
