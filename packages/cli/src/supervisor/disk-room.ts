import { statfs } from 'node:fs/promises';
import { DividendError } from '@dividend/core/errors';

/** PostgreSQL recovers with this much: it writes some segments of 16 MiB of its log. */
const leastFreeBytes = 64 * 1024 * 1024;

/** True where the disk of a folder has room for the database to start. */
export async function hasRoom(folder: string): Promise<boolean> {
  const disk = await statfs(folder).catch(() => undefined);
  return disk === undefined || disk.bavail * disk.bsize >= leastFreeBytes;
}

/** @param attempted what could not be done, as the beginning of a sentence */
export function diskFull(attempted: string, folder: string, cause: unknown): DividendError {
  return new DividendError(
    'DISK_FULL',
    'unavailable',
    `${attempted}: the disk of '${folder}' is full; free at least ${leastFreeBytes / 1024 ** 2} MiB there`,
    { cause },
  );
}
